"""Usages: what is asked of the service, with which credential, where and under which conditions.

The rules about scopes and the advisor both read these, so that they cannot contradict each other.
"""

from __future__ import annotations

from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Reference
from artifacts_guard.facts.context import made
from artifacts_guard.facts.model import Fact
from artifacts_guard.facts.ours import Ours
from artifacts_guard.facts.requests import Request
from artifacts_guard.facts.requests import is_rest
from artifacts_guard.flow import observe
from artifacts_guard.flow.frame import Context
from artifacts_guard.flow.value import Origin
from artifacts_guard.scopes import catalogue
from artifacts_guard.scopes import needs
from artifacts_guard.scopes.needs import ANYTHING
from artifacts_guard.scopes.needs import Need

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.ci.model import Job
    from artifacts_guard.ci.model import Pipeline
    from artifacts_guard.ci.model import Use
    from artifacts_guard.scopes.cli import Invocation
    from artifacts_guard.text import Place

AGENTS = 'mcp'  # the system of agents' settings; its module is not loaded where there are none
# origins whose name is that of a secret in a store
STORED = frozenset({'secret', 'variable', 'command'})
_ALWAYS = frozenset({
    *('always()', 'success()', '!cancelled()', '!canceled()', 'not(cancelled())', 'not(canceled())'),
    *('succeeded()', 'succeededorfailed()', 'on_success', 'always', 'true'),
})  # fmt: skip
_TELLING = ('--ensure', '--dry-run')  # flags that change the need
_UNKNOWN_CODE = Need(possible=ANYTHING, unknown=True)


class Usage(Fact):
    """One operation of the service that something in the tree asks for, or code elsewhere that may ask for any.

    `command` is the operation as people write it; `origins` are the credentials that it may be made with; `conditions`
    those of job, step and script, outermost first.  `base_url`: it names its own address of the service.
    `is_handed_on`: the credential is given to code that is not in the tree.  `is_choice`: an agent may ask for it, and
    nothing in the tree says that it does.  `entry`: where the job stands in the pipeline that starts it, None for no job.
    """

    command: str = ''
    need: Need = Need()
    origins: tuple[Origin, ...] = ()
    conditions: tuple[str, ...] = ()
    step: str = ''
    base_url: bool = False
    is_handed_on: bool = False
    is_choice: bool = False
    entry: Place | None = None

    @property
    def credentials(self) -> tuple[tuple[str, str], ...]:
        """The credentials that it may be made with, each by its name and in words."""
        if self.is_of_a_person:
            return ((f'whoever runs {self.place.path}', 'the key of a person'),)
        return tuple(map(_credential, self.origins))

    @property
    def is_of_a_person(self) -> bool:
        """Keys are managed by a script that no pipeline runs, with whatever key its caller has."""
        return (
            self.need.manages_keys
            and not self.automation
            and all(origin.kind == 'variable' for origin in self.origins)
        )


class Held(Fact):
    """A credential that a step can read, whether it uses it or not; `place` is where it is bound."""

    origin: Origin = Origin('', '')

    @property
    def credential(self) -> tuple[str, str]:
        """Its name, and what it is in words."""
        return _credential(self.origin)


def _credential(origin: Origin) -> tuple[str, str]:
    return origin.name if origin.kind in STORED else origin.words, origin.words


def held(seen: Iterable[observe.Observation], ours: Ours) -> tuple[Held, ...]:
    """The credentials of the service that are bound in a tree, once for each place."""
    found: dict[tuple[Origin, Place], Held] = {}
    for observation in seen:
        if isinstance(observation, observe.Bound):
            place = observation.binding.place
            for source in ours.sources(observation.sources):
                fact = made(Held, observation.context, place, origin=source.origin)
                found.setdefault((source.origin, place), fact)
    return tuple(found.values())


def usages(
    seen: Iterable[observe.Observation], ours: Ours, pipelines: Iterable[Pipeline]
) -> tuple[Usage, ...]:
    """All usages of a tree: calls of the CLI, requests, and secrets handed to code that is not in the tree."""
    found: dict[Usage, None] = {}
    for observation in seen:
        if isinstance(observation, observe.CliCall) and ours.is_call(observation):
            if not observation.invocation.informs:
                found[_of_call(observation)] = None
        elif isinstance(observation, observe.RestCall) and is_rest(observation, ours):
            request = Request(observation)
            # without a token and outside of the API it is a page, or the installer
            if observation.tokens or request.operation is not None:
                found[_of_request(request)] = None
        elif isinstance(observation, observe.Read):
            found.update((usage, None) for usage in _of_action(observation, ours))
    for pipeline in pipelines:
        for job in pipeline.jobs:
            found.update((usage, None) for usage in _of_workflow(pipeline, job, ours))
    return tuple(found)


def _of_call(call: observe.CliCall) -> Usage:
    return made(
        Usage,
        call.context,
        call.place,
        (*call.via, Hop('called here', call.place)),
        command=named(call.invocation),
        need=needs.of_invocation(call.invocation),
        origins=tuple(source.origin for source in call.tokens),
        conditions=(*_conditions(call.context), *call.conditions),
        step=_step(call.context),
        entry=_entry(call.context),
        base_url=call.invocation.has('--base-url'),
    )


def _of_request(request: Request) -> Usage:
    call = request.call
    path = '/'.join(catalogue.path_segments(call.url)).replace(needs.UNKNOWN, '*')
    return made(
        Usage,
        call.context,
        call.place,
        (*call.via, Hop('requested here', call.place)),
        command=request.operation.name if request.operation else f'{call.method or "*"} /{path}',
        need=request.need,
        origins=tuple(source.origin for source in call.tokens),
        conditions=(*_conditions(call.context), *call.conditions),
        step=_step(call.context),
        entry=_entry(call.context),
    )


def named(invocation: Invocation) -> str:
    """A call as people write it, with the flags that change what it needs."""
    if invocation.command is None:
        known = [f'artifacts {command}' for command in invocation.possible]
        return ' or '.join(known) if 0 < len(known) <= 2 else 'artifacts (a command that is not known)'
    flags = [name for name in _TELLING if invocation.has(name)]
    return ' '.join(('artifacts', invocation.command, *flags))


# code that is not in the tree


def _of_action(read: observe.Read, ours: Ours) -> Iterator[Usage]:
    """A secret that a step gives to somebody else's action, orb or pipe."""
    step = read.context.step
    use = step.use if step is not None else None
    if use is not None and _is_elsewhere(use) and use.third_party and ours.is_origin(read.origin):
        yield _handed(read.context, use, read.origin)


def _of_workflow(pipeline: Pipeline, job: Job, ours: Ours) -> Iterator[Usage]:
    """Secrets that a job gives to a workflow of another repository."""
    use = job.use
    if use is None or not _is_elsewhere(use):
        return
    context = Context(pipeline, job, None, -1, '')
    given = [Origin('secret', r.name) for r in _references(use) if r.kind == 'secret']
    if use.inherits_secrets:
        given += sorted((o for o in ours.origins if o.kind == 'secret'), key=lambda origin: origin.name)
    for origin in dict.fromkeys(given):
        if ours.is_origin(origin):
            yield _handed(context, use, origin)


def _is_elsewhere(use: Use) -> bool:
    return not use.local and use.kind != 'image'


def _references(use: Use) -> Iterator[Reference]:
    for binding in (*use.secrets, *use.inputs):
        for expression in binding.value.expressions if binding.value is not None else ():
            yield from (choice for choice in expression.choices if isinstance(choice, Reference))


def _handed(context: Context, use: Use, origin: Origin) -> Usage:
    return made(
        Usage,
        context,
        use.place,
        (Hop(f'handed to this {use.kind}', use.place),),
        command=f'{use.kind} {use.name}',
        need=_UNKNOWN_CODE,
        origins=(origin,),
        conditions=_conditions(context),
        step=_step(context),
        entry=_entry(context),
        is_handed_on=True,
    )


# conditions


def _conditions(context: Context) -> tuple[str, ...]:
    """The conditions of job and step that are more than "if nothing failed"."""
    step = context.step
    texts = (context.job.condition, step.condition if step is not None else '')
    shown = (_bare(text) for text in texts if text)
    return tuple(dict.fromkeys(text for text in shown if text.replace(' ', '').lower() not in _ALWAYS))


def _bare(text: str) -> str:
    text = ' '.join(text.split())
    return text[3:-2].strip() if text.startswith('${{') and text.endswith('}}') else text


def _entry(context: Context) -> Place | None:
    job = context.job
    if not job.automation:
        return None
    return job.via[0].place if job.via else job.place


def _step(context: Context) -> str:
    return context.step.name if context.step is not None else ''
