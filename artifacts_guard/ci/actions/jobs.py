"""The jobs of a workflow, with those of the workflows inside the tree that they call.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobs and
https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations
"""

from __future__ import annotations

from artifacts_guard.ci import link
from artifacts_guard.ci.actions import calls
from artifacts_guard.ci.actions import hosts
from artifacts_guard.ci.actions import matrix
from artifacts_guard.ci.actions import shells
from artifacts_guard.ci.actions import steps
from artifacts_guard.ci.actions import uses
from artifacts_guard.ci.actions.frame import Frame
from artifacts_guard.ci.model import UNKNOWN
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Scope
from artifacts_guard.ci.model import Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.yamltree import Node

_CALLED = Runner(UNKNOWN, '', 'runs where the called workflow says')


def read(root: Node, frame: Frame) -> list[Job]:
    """All jobs of a workflow document."""
    defaults = root['defaults']['run']
    if defaults['shell']:
        frame = frame.replace(shell=steps.shell(defaults['shell'], frame))
    if defaults['working-directory']:
        frame = frame.replace(directory=frame.template(defaults['working-directory']))
    env = frame.bindings(root['env'], 'pipeline', narrowable=True)
    found: list[Job] = []
    for name, node in root['jobs'].items():
        if node.kind != 'map':
            continue
        before = len(frame.gathered.unresolved)
        made = _job(name, node, frame, env, bool(defaults['shell']))
        missing = tuple(frame.gathered.unresolved[before:])
        found += [job.replace(unresolved=missing) if missing and not job.unresolved else job for job in made]
    return found


def _job(name: str, node: Node, frame: Frame, env: tuple[Binding, ...], has_shell: bool) -> list[Job]:
    found = matrix.variables(node['strategy']['matrix'], frame)
    frame = frame.replace(matrix=found)
    condition, frame, _ = steps.conditioned(node, frame)
    base = Job(
        frame.jobs + name,
        node.key.place,
        _CALLED,
        triggers=tuple(event.trigger for event in frame.events),
        condition=condition,
        matrix=matrix.shown(found),
        needs=tuple(frame.jobs + scalar.text for scalar in node['needs'].scalars()),
        scope=frame.scope,
        via=frame.via,
    )
    if node['uses'].kind == 'scalar':
        return _call(name, node, frame, base)
    return [_own(node, frame, base, env, has_shell)]


def _own(node: Node, frame: Frame, base: Job, env: tuple[Binding, ...], has_shell: bool) -> Job:
    """A job with steps."""
    runner = hosts.runner(node['runs-on'], frame)
    container = node['container']
    image_node = container['image'] if container.kind == 'map' else container
    image = uses.image(image_node, frame) if image_node.kind == 'scalar' else None
    defaults = node['defaults']['run']
    if defaults['shell']:
        frame = frame.replace(shell=steps.shell(defaults['shell'], frame))
    elif not has_shell:
        windows = hosts.is_windows(runner)
        # in containers sh: https://docs.github.com/en/actions/how-tos/write-workflows/choose-where-workflows-run/run-jobs-in-a-container
        frame = frame.replace(shell=shells.SH if image else shells.PWSH if windows else frame.dialect.unset)
    if defaults['working-directory']:
        frame = frame.replace(directory=frame.template(defaults['working-directory']))
    frame = frame.replace(
        image=image, via=(), checkouts=uses.checkouts(node['steps'])
    )  # the way to the job is the job's own
    environment = node['environment']
    return base.replace(
        runner=runner,
        steps=(*_containers(node, frame), *calls.expand(node['steps'], frame)),
        env=(
            *env,
            *frame.bindings(node['env'], 'job', narrowable=True),
            *frame.bindings(container['env'], 'job', narrowable=True),
        ),
        outputs=frame.bindings(node['outputs'], 'job'),
        environment=(environment['name'] or environment).text.strip(),
    )


def _containers(node: Node, frame: Frame) -> list[Step]:
    """The command lines that job and service containers are created with, if expressions are in them.

    https://docs.github.com/…/workflow-syntax#jobsjob_idcontaineroptions: options of `docker create`
    """
    found = []
    for holder in (node['container'], *(service for _, service in node['services'].items())):
        for key in ('options', 'command', 'entrypoint'):
            if '${{' in holder[key].text:
                place = holder[key].place
                words = (
                    uses.said(place, 'docker'),
                    uses.said(place, 'create'),
                    *steps.split(frame.template(holder[key])),
                )
                found.append(
                    Step(f'container {key}', place, scripts=(Argv(words, place),), scope=frame.scope, via=())
                )
    return found


def _call(name: str, node: Node, frame: Frame, base: Job) -> list[Job]:
    """A job that calls a workflow: the jobs of that one, followed by the call itself."""
    aim = uses.target(node['uses'].text)
    inherits = node['secrets'].kind == 'scalar' and node['secrets'].text.strip() == 'inherit'
    given = frame.settled(steps.inputs(node['with'], frame), ('matrix',))
    secrets = tuple(
        binding.replace(name=binding.name.upper(), level='job')
        for binding in frame.settled(frame.bindings(node['secrets'], 'job'), ('matrix',))
    )
    use = uses.remote('workflow', node['uses'], aim, frame.dialect).replace(
        inputs=given,
        secrets=secrets,
        inherits_secrets=inherits,
        inherit_place=node['secrets'].entry if inherits else None,
    )
    path = link.join(frame.root, aim.name) if aim.form == 'local' else None
    document = frame.library.document(path) if path else None
    root = frame.library.parsed(document) if document else None
    if aim.form == 'local':
        use = use.replace(pinned=True, third_party=False, local=path if document and path else '')
    if document is None or root is None or not frame.may_enter(document.path):
        frame.gathered.miss('workflow', use.name, node['uses'].place)
        return [base.replace(use=use)]
    frame.gathered.called[document.path] = None
    scope = Scope(inputs=given, secrets=None if inherits else secrets, parent=frame.scope)
    inner = _entered(root, frame, scope, document.path, name, node)
    made = read(root, inner)
    if base.condition:
        made = [job.replace(condition=_both(base.condition, job.condition)) for job in made]
    call = base.replace(
        use=use.replace(inputs=(), secrets=()),
        needs=(*base.needs, *(job.name for job in made)),
        outputs=inner.settled(_outputs(root, inner), ('input',)),
        automation=False,
    )
    return [*made, call]


def _entered(root: Node, frame: Frame, scope: Scope, path: str, name: str, node: Node) -> Frame:
    declared = root['on']['workflow_call']['inputs']
    names = {binding.name for binding in scope.inputs}
    outside = frame.replace(scope=None, caller=None, inputs=(), matrix=())
    absent = tuple(
        Binding(key.lower(), outside.template(value['default']), 'job', value['default'].entry)
        for key, value in declared.items()
        if value['default'].kind == 'scalar' and key.lower() not in names
    )
    return frame.replace(
        scope=scope.replace(inputs=(*scope.inputs, *absent)),
        caller=frame,
        matrix=(),
        inputs=(),
        booleans=booleans(declared),
        jobs=f'{frame.jobs}{name} / ',
        via=(*frame.via, Hop(f'calls the workflow `{path}`', node['uses'].place)),
        stack=(*frame.stack, path),
        shell=frame.dialect.unset,
        directory=None,
        image=None,
    )


def booleans(declared: Node) -> tuple[str, ...]:
    """Inputs that are declared to be booleans; the others are strings, and `'false'` is true."""
    return tuple(name.lower() for name, value in declared.items() if value['type'].text.strip() == 'boolean')


def _outputs(root: Node, inner: Frame) -> tuple[Binding, ...]:
    return tuple(
        Binding(name, inner.template(value['value']), 'job', value['value'].entry)
        for name, value in root['on']['workflow_call']['outputs'].items()
        if value['value'].kind == 'scalar'
    )


def _both(outer: str, inner: str) -> str:
    return f'({outer}) && ({inner})' if inner else outer
