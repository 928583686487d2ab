"""One step of a job or composite action: a script, or an action with its inputs.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idsteps
"""

from __future__ import annotations

from artifacts_guard.ci.actions import proposals
from artifacts_guard.ci.actions import shells
from artifacts_guard.ci.actions import triggers
from artifacts_guard.ci.actions import uses
from artifacts_guard.ci.actions.frame import Frame
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.actions.uses import Target
    from artifacts_guard.yamltree import Node

_NODE = shells.shell('node')
_NESTING = 4


def flat(steps: Node, depth: int = 0) -> Iterator[Node]:
    """The steps of a list, with those of `parallel:` groups in their place."""
    for step in steps:
        if step.has('parallel') and depth < _NESTING:
            yield from flat(step['parallel'], depth + 1)
        elif step.kind == 'map':
            yield step


def conditioned(node: Node, frame: Frame) -> tuple[str, Frame, bool]:
    """The step's condition, its frame with only the triggers under which it can hold, and whether some fell away."""
    condition = node['if'].text.strip()
    if not condition:
        return '', frame, False
    held = triggers.holding(triggers.condition_text(node['if']), frame.events, frame.known)
    if len(held) == len(frame.events):
        return condition, frame, False
    return condition, frame.replace(events=held), True


def run(node: Node, frame: Frame) -> Step:
    """A step with a script of its own."""
    script = frame.template(node['run'], early=True)
    env = (*frame.env, *frame.bindings(node['env'], 'step'))
    directory = frame.template(node['working-directory']) if node['working-directory'] else frame.directory
    return Step(
        node['name'].text or _first_line(script.text),
        node.place,
        scripts=(Script(script, shell(node['shell'], frame)),),
        image=frame.image,
        env=env,
        identifier=_identifier(node, frame),
        directory=directory,
        scope=frame.scope,
        takes_proposal=proposals.by_script(script, env, frame),
        via=frame.via,
        may_fail=_may_fail(node),
    )


def call(node: Node, frame: Frame, aim: Target) -> Step:
    """A step that runs an action, of another repository or of this one (`calls` adds what is inside)."""
    with_ = inputs(node['with'], frame)
    env = (*frame.env, *frame.bindings(node['env'], 'step'))
    scripts: tuple[Script | Argv, ...] = ()
    image = frame.image
    if aim.form == 'local':
        use = Use(
            'action',
            node['uses'].text.strip(),
            node['uses'].place,
            pinned=True,
            third_party=False,
            inputs=with_,
        )
    elif aim.form == 'image':
        image = use = Use(
            'image', aim.name, node['uses'].place, pinned=uses.is_pinned_image(aim.name), inputs=with_
        )
        command = argv(frame.template(node['uses']), node['with']['entrypoint'], node['with']['args'], frame)
        scripts = (command,) if command else ()
    else:
        use = uses.remote('action', node['uses'], aim, frame.dialect).replace(inputs=with_)
        if aim.name == 'actions/github-script' and node['with']['script']:
            scripts = (Script(frame.template(node['with']['script'], early=True), _NODE),)
    return Step(
        node['name'].text or node['uses'].text.strip(),
        node.place,
        scripts=scripts,
        use=use,
        image=image,
        env=env,
        handovers=uses.handovers(aim.name, with_),
        identifier=_identifier(node, frame),
        scope=frame.scope,
        takes_proposal=proposals.by_action(aim.name, with_, frame),
        via=frame.via,
        may_fail=_may_fail(node),
    )


def inputs(node: Node, frame: Frame) -> tuple[Binding, ...]:
    """The entries of `with:`; input names are compared without case."""
    return tuple(
        Binding(name.lower(), frame.template(value) if value.kind == 'scalar' else None, 'step', value.entry)
        for name, value in node.items()
    )


def shell(node: Node, frame: Frame) -> Shell:
    """The shell of a step; when a matrix decides, one that no combination contradicts on errors."""
    if not node:
        return frame.shell
    found = [
        shells.shell(value)
        for value in frame.values(frame.template(node))
        if isinstance(value, str) and value
    ]
    if not found:
        return frame.shell
    return found[0].replace(
        errexit=all(one.errexit for one in found),
        pipefail=all(one.pipefail for one in found),
        xtrace=any(one.xtrace for one in found),
    )


def argv(program: Template, entrypoint: Node, args: Node, frame: Frame) -> Argv | None:
    """The command of a container action, `args` as one string or as a list; None without any.

    The image stands for the program unless an entry point is named.
    """
    words: list[Template] = []
    if entrypoint:
        words += split(frame.template(entrypoint))
    if args.kind == 'seq':
        words += [frame.template(word) for word in args.scalars()]
    elif args:
        words += split(frame.template(args))
    if not words:
        return None
    if not entrypoint:
        words.insert(0, program)
    return Argv(tuple(words), (args or entrypoint).place)


def split(template: Template) -> list[Template]:
    """Words of a string, as a shell would quote them; expressions are never split.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepswithargs
    """
    text = list(template.text)
    for expression in template.expressions:
        text[expression.start : expression.end] = ['x'] * (expression.end - expression.start)
    words = []
    quote = ''
    start = -1
    for at, character in enumerate([*text, ' ']):
        if start < 0 and not character.isspace():
            start = at
        if character in '"\'' and quote in ('', character):
            quote = '' if quote else character
        elif character.isspace() and start >= 0 and (not quote or at == len(text)):
            end = at
            if end - start >= 2 and text[start] == text[end - 1] and text[start] in '"\'':
                start, end = start + 1, end - 1
            words.append(uses.part(template, start, end))
            start = -1
    return words


def _identifier(node: Node, frame: Frame) -> str:
    return frame.steps + node['id'].text if node['id'] else ''


def _may_fail(node: Node) -> bool:
    return node['continue-on-error'].text.strip().lower() == 'true'


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0].strip() if lines else ''
