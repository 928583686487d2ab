"""The steps of a job, with those of the actions inside the tree that it calls.

https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
"""

from __future__ import annotations

from artifacts_guard.ci import link
from artifacts_guard.ci.actions import steps
from artifacts_guard.ci.actions import uses
from artifacts_guard.ci.actions.frame import Frame
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Scope
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.yamltree import Node

_FILES = ('action.yml', 'action.yaml', 'Dockerfile')  # a Dockerfile alone is an action too
_PROGRAMS = ('main', 'post')  # `pre` is not supported for local actions


def expand(nodes: Node, frame: Frame) -> list[Step]:
    """The steps of a list, each followed through the actions of the tree that it uses."""
    found: list[Step] = []
    for number, node in enumerate(steps.flat(nodes)):
        condition, inner, narrowed = steps.conditioned(node, frame)
        made = _step(node, inner, number)
        if condition or narrowed:
            made = [_under(step, condition, inner, narrowed) for step in made]
        found += made
    return found


def _under(step: Step, condition: str, frame: Frame, narrowed: bool) -> Step:
    both = f'({condition}) && ({step.condition})' if step.condition else condition
    if narrowed and step.triggers is None:
        return step.replace(condition=both, triggers=tuple(event.trigger for event in frame.events))
    return step.replace(condition=both)


def _step(node: Node, frame: Frame, number: int) -> list[Step]:
    if node['uses'].kind == 'scalar':
        aim = uses.target(node['uses'].text)
        made = steps.call(node, frame, aim)
        if aim.form == 'local':
            return _local(node, frame, made, aim.name, f'{frame.steps}{node["id"].text or f"#{number}"}/')
        return [made]
    if node['run'].kind == 'scalar':
        return [steps.run(node, frame)]
    return []


def _local(node: Node, frame: Frame, made: Step, name: str, prefix: str) -> list[Step]:
    """A call of an action inside the tree: the action's steps, then the call itself."""
    use = made.use
    found = _found(name, frame)
    if use is None or found is None:
        frame.gathered.miss('action', node['uses'].text.strip(), node['uses'].place)
        return [made]
    folder, document = found
    use = use.replace(local=document.path)
    if document.path.endswith('/Dockerfile'):
        return [made.replace(use=use)]
    root = frame.library.parsed(document)
    if root is None or not frame.may_enter(document.path):
        frame.gathered.miss('action', use.name, node['uses'].place)
        return [made.replace(use=use)]
    frame.gathered.called[document.path] = None
    inner = _entered(node, frame, made, root, document.path).replace(steps=prefix)
    runs = root['runs']
    if runs['using'].text.strip().lower() != 'composite':
        return [program(runs, inner, made.replace(use=use), folder)]
    inside = expand(runs['steps'], inner)
    if made.may_fail:
        inside = [step.replace(may_fail=True) for step in inside]
    return [
        *inside,
        made.replace(use=use, via=inner.via, outputs=inner.settled(_outputs(root, inner), ('input',))),
    ]


def _found(name: str, frame: Frame) -> tuple[str, Document] | None:
    """The folder and document of a local action, also where the job checked the repository out to."""
    names = [name]
    names += [name[len(path) + 1 :] for path in frame.checkouts if name.startswith(f'{path}/')]
    for one in names:
        folder = link.join(frame.root, one)
        for file in _FILES if folder is not None else ():
            document = frame.library.document(f'{folder}/{file}'.lstrip('/'))
            if folder is not None and document:
                return folder, document
    return None


def _entered(node: Node, frame: Frame, made: Step, root: Node, path: str) -> Frame:
    """The frame inside an action: its inputs are the call's, its environment the caller's."""
    given = made.use.inputs if made.use else ()
    names = {binding.name for binding in given}
    absent = tuple(
        Binding(name.lower(), frame.template(value['default']), 'step', value.entry)
        for name, value in root['inputs'].items()
        if value['default'].kind == 'scalar' and name.lower() not in names
    )
    return frame.replace(
        scope=Scope(inputs=(*given, *absent), parent=frame.scope),
        caller=frame,
        booleans=(),
        env=frame.settled(made.env, ('input',)),
        via=(*frame.via, Hop(f'calls the action `{path}`', node['uses'].place)),
        stack=(*frame.stack, path),
        directory=None,  # defaults of a job do not reach into an action
    )


def _outputs(root: Node, inner: Frame) -> tuple[Binding, ...]:
    return tuple(
        Binding(name, inner.template(value['value']), 'step', value['value'].entry)
        for name, value in root['outputs'].items()
        if value['value'].kind == 'scalar'
    )


def program(runs: Node, inner: Frame, made: Step, folder: str) -> Step:
    """An action in the tree that is a program: of a container, or JavaScript.

    It gets its inputs as INPUT_NAME: …/metadata-syntax#inputs
    """
    given = (inner.caller or inner).settled(inner.scope.inputs if inner.scope else (), ('input',))
    variables = [binding.replace(name=f'INPUT_{binding.name.upper().replace(" ", "_")}') for binding in given]
    env = (*inner.env, *variables, *inner.bindings(runs['env'], 'step'))
    scripts: list[Argv] = []
    image = made.image
    if runs['using'].text.strip().lower() == 'docker':
        image = _image(runs['image'], inner, folder)
        command = steps.argv(inner.template(runs['image']), runs['entrypoint'], runs['args'], inner)
        scripts += [command] if command else []
    else:
        for key in _PROGRAMS:
            if runs[key].kind == 'scalar':
                place = runs[key].place
                path = link.join(folder, runs[key].text.strip()) or runs[key].text
                scripts.append(Argv((uses.said(place, 'node'), uses.said(place, path)), place))
    use = made.use.replace(inputs=given) if made.use else None
    return made.replace(
        scripts=tuple(scripts), use=use, image=image, env=env, scope=inner.scope, via=inner.via
    )


def _image(node: Node, inner: Frame, folder: str) -> Use | None:
    text = node.text.strip()
    if text.startswith('docker://'):
        return Use('image', text[9:], node.place, pinned=uses.is_pinned_image(text))
    path = link.join(folder, text)
    return Use('image', text, node.place, pinned=True, third_party=False, local=path or '') if text else None
