"""What is to be said about a credential besides its scopes, in sentences."""

from __future__ import annotations

from artifacts_guard.scopes.catalogue import measured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.advisor.model import Advice
    from artifacts_guard.facts.usages import Held
    from artifacts_guard.facts.usages import Usage
    from artifacts_guard.scopes.catalogue import Operation

_MINTING = 'agents:manage'


def notes(advice: Advice, usages: tuple[Usage, ...], bindings: tuple[Held, ...]) -> tuple[str, ...]:
    """The sentences about one credential, the most useful first; none twice."""
    found = (
        *_need_of_a_key(advice, usages, bindings),
        *_impossible(usages),
        *_documented(usages),
        *_grants(advice),
        *_sharing(advice),
    )
    return tuple(dict.fromkeys(found))


def _need_of_a_key(advice: Advice, usages: tuple[Usage, ...], bindings: tuple[Held, ...]) -> Iterator[str]:
    if not usages:
        where = f' ({bindings[0].place.path}:{bindings[0].place.line})' if bindings else ''
        yield f'No command that uses it was found{where}. If nothing else does, revoke the key.'
        return
    if advice.is_keyless:
        job = next((usage.job for usage in usages if usage.job), '')
        yield f'Nothing here needs a key: take the token away from {f"job {job}" if job else "these commands"}.'
        return
    if advice.is_of_a_person:
        yield 'No pipeline runs this: whoever does, signed in, needs no key of an automation for it.'
        return
    impossible = any(usage.need.human_only for usage in usages)
    if not advice.ceiling and not impossible:
        yield (
            'Its commands work with any valid key, whatever its scopes. A key must hold one: '
            'artifacts:read does the least harm.'
        )
    reading = next((usage for usage in usages if usage.need.anonymous_ok and usage.need.required), None)
    if reading is not None:
        yield (
            f'`{reading.command}` of a public artifact works without a key, '
            'but not with a key that lacks artifacts:read.'
        )


def _impossible(usages: Iterable[Usage]) -> Iterator[str]:
    for usage in usages:
        if usage.need.human_only:
            yield (
                f'`{usage.command}` ({usage.place.path}:{usage.place.line}) can be run with no key, '
                'whatever its scopes: do it once, signed in, and take it out of the automation.'
            )


def _documented(usages: Iterable[Usage]) -> Iterator[str]:
    """Where the documentation of the service and the service itself differ."""
    server = measured()['server']
    for entry in _operations(usages):
        if not entry.differs or not entry.documented or entry.human_only:
            continue
        takes = ', '.join(entry.enforced) or 'no scope'
        yield (
            f'`{entry.name}` is documented to need {", ".join(entry.documented)}; '
            f'the service asks for {takes} (measured on {server}).'
        )


def _operations(usages: Iterable[Usage]) -> Iterator[Operation]:
    for usage in usages:
        if len(usage.need.operations) == 1:
            yield usage.need.operations[0]


def _grants(advice: Advice) -> Iterator[str]:
    for grant in advice.grants:
        if grant.defaulted:
            yield 'It is made without --scopes: the service then grants read, create and update.'
        if grant.unknown:
            yield f'The service has no scope {", ".join(grant.unknown)}.'
        if _MINTING in grant.scopes:
            yield 'agents:manage is full access: a key that holds it can make keys with all scopes.'


def _sharing(advice: Advice) -> Iterator[str]:
    for job in advice.sharing:
        least = ', '.join(job.minimum) or 'no scope'
        yield f'Job {job.name or job.path} needs {least} only; it holds more because other jobs share the key.'
