"""The answer as Markdown, for comments on proposals and step summaries (https://github.github.com/gfm/)."""

from __future__ import annotations

from artifacts_guard.reports.gfm import code_span
from artifacts_guard.reports.gfm import escaped
from artifacts_guard.reports.summary import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.reports.advice.model import Change
    from artifacts_guard.reports.advice.model import Credential
    from artifacts_guard.reports.advice.model import Proof
    from artifacts_guard.reports.advice.model import Scope
    from artifacts_guard.reports.advice.model import Told
    from artifacts_guard.reports.options import Options

_PROOFS = 3


def render(told: Told, options: Options) -> str:
    return '\n'.join(_lines(told)) + '\n'


def _lines(told: Told) -> Iterator[str]:
    yield '# Least scopes'
    if told.changes is not None:
        yield from _changes(told.changes)
    else:
        for credential in told.credentials:
            yield from _credential(credential, told.explained)
        if not told.credentials:
            yield from ('', 'No command here uses Agent Artifacts.')
        for key in told.untied:
            scopes = ', '.join(code_span(scope) for scope in key.scopes)
            yield from ('', f'The key {code_span(key.name)} ({scopes}) is tied to no secret here.')
    yield ''
    yield f'Looked at {count(told.files, "file")}.'
    for path, reason, _ in told.skipped:
        yield f'- not looked at: {code_span(path)}: {escaped(reason)}'
    for note in told.notes:
        yield f'- {escaped(note)}'


def _credential(one: Credential, explained: str) -> Iterator[str]:
    yield ''
    yield f'## {code_span(one.name)}'
    yield ''
    held = 'not known' if one.granted is None else ', '.join(map(code_span, one.granted)) or 'nothing'
    least = ', '.join(map(code_span, one.minimum)) or 'no scope'
    more = '' if one.is_exact else f' at least ({len(one.unresolved)} not followed)'
    yield f'Needs{more}: {least}. Has: {held}. **{escaped(one.verdict)}**'
    yield ''
    yield '| scope | state | why |'
    yield '| --- | --- | --- |'
    for scope in one.scopes:
        if explained in ('', scope.scope):
            yield f'| {code_span(scope.scope)} | {escaped(_state(one, scope))} | {_why(scope)} |'
    for proof in one.unresolved:
        yield from ('', f'Not followed: {code_span(proof.command)} ({_place(proof)})')
    for note in one.notes:
        yield from ('', escaped(note))
    if one.actions and one.verdict != 'exact':
        yield from ('', '<details><summary>How to get there</summary>', '')
        for action in one.actions:
            yield from (
                f'{escaped(action.title)}: {escaped(action.words)}',
                '',
                '```sh',
                action.command,
                '```',
                '',
            )
        yield '</details>'


def _state(one: Credential, scope: Scope) -> str:
    if scope.scope in one.excess:
        return f'{scope.state}, granted: take it away'
    return f'{scope.state}, not granted' if scope.scope in one.missing else scope.state


def _why(scope: Scope) -> str:
    shown = [
        f'{code_span(proof.command)} in {_place(proof)}'
        + (f', {escaped(proof.condition)}' if proof.condition else '')
        for proof in scope.proofs[:_PROOFS]
    ]
    left = len(scope.proofs) - len(shown)
    return '<br>'.join([*shown, *([f'and {left} more'] if left > 0 else [])])


def _place(proof: Proof) -> str:
    job = f', job {escaped(proof.job)}' if proof.job else ''
    return f'{code_span(f"{proof.path}:{proof.line}")}{job}'


def _changes(changes: tuple[Change, ...]) -> Iterator[str]:
    yield ''
    if not changes:
        yield 'Nothing needs other scopes than before.'
    for change in changes:
        yield f'- **{escaped(change.kind)}** {code_span(change.name)}: {escaped(change.words)}'
        for proof in change.proofs:
            condition = f', {escaped(proof.condition)}' if proof.condition else ''
            yield f'  - {code_span(proof.command)} in {_place(proof)}{condition}'
