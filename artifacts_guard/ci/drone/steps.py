"""Steps of pipelines as Drone and Woodpecker write them: containers with commands, or plugins.

https://docs.drone.io/pipeline/docker/syntax/steps/, https://woodpecker-ci.org/docs/usage/workflow-syntax
"""

from __future__ import annotations

from artifacts_guard.ci import images
from artifacts_guard.ci import interpreters
from artifacts_guard.ci.drone import braces
from artifacts_guard.ci.drone import events
from artifacts_guard.ci.fragments import joined
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Use
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.drone.events import Event
    from artifacts_guard.ci.model import Trigger
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

# https://docs.drone.io/pipeline/docker/syntax/steps/#commands: a script after `set -e`
SH = Shell('sh', True, False)
POWERSHELL = Shell('powershell', True, False)
_DEPTH = 20


class Style(Record):
    """What steps of a pipeline have in common.

    `vendors` are beginnings of the names of the system's own images; on a `host`, commands run without a
    container and an image is the name of a shell.
    """

    table: tuple[Event, ...]
    vendors: tuple[str, ...]
    shell: Shell = SH
    host: bool = False
    matrix: frozenset[str] = frozenset()


def steps(node: Node, style: Style, started: tuple[Trigger, ...]) -> Iterator[Step]:
    """The steps of a list, or of a mapping from names to steps; groups of `parallel` ones in their place."""
    if node.kind == 'map':
        for name, inner in node.items():
            if inner.kind == 'map':
                yield _step(inner, name, inner.key.place, style, started)
    for number, inner in enumerate(node, 1):
        if inner.kind == 'map':
            name = inner['name'].text.strip()
            place = inner['name'].place if name else inner.place
            yield _step(inner, name or f'step {number}', place, style, started)


def services(node: Node, style: Style) -> Iterator[Step]:
    """The containers that run beside the steps; their images are not judged."""
    for step in steps(node, style, ()):
        if step.env or step.scripts:
            yield step.replace(image=None, use=None)


def _step(node: Node, name: str, place: Place, style: Style, started: tuple[Trigger, ...]) -> Step:
    env = [*bindings(node['environment'], 'step', style), *_listed_secrets(node['secrets'])]
    settings = tuple(_settings(node['settings'], style))
    commands = [scalar for scalar in node['commands'].scalars() if not scalar.is_null]
    image = None if style.host else _image(node['image'], style)
    scripts: tuple[Script | Argv, ...] = ()
    if commands:
        text = joined([_template(one, style, early=True) for one in commands])
        scripts = (Script(text, _shell(node, style)),)
        env += [one.replace(name=f'PLUGIN_{one.name.upper()}') for one in settings]
    else:
        scripts = _argv(node, style)
    plugin = image is not None and not scripts
    return Step(
        name,
        place,
        scripts=scripts,
        use=image.replace(kind='plugin', inputs=settings) if image and plugin else None,
        image=None if plugin else image,
        env=tuple(env),
        condition=' && '.join(
            scalar.text for one in _conditions(node) for scalar in one['evaluate'].scalars()
        ),
        triggers=events.among(node['when'], style.table, started),
        may_fail=node['failure'].text.strip() == 'ignore',
    )


def _conditions(node: Node) -> list[Node]:
    when = node['when']
    return list(when) if when.kind == 'seq' else [when]


def bindings(node: Node, level: str, style: Style, *, narrowable: bool = False) -> Iterator[Binding]:
    """`NAME: value`, `NAME: {from_secret: …}`, or a list of `NAME=value`."""
    for name, value in node.items():
        held = _value(value, style)
        if held is not None:
            yield Binding(name, held, level, value.entry, narrowable)
    for item in node.scalars() if node.kind == 'seq' else ():
        name, mark, _ = item.text.partition('=')
        if mark and name:
            fragment = item.fragment.slice(len(name) + 1, len(item.text))
            held = braces.template(fragment, matrix=style.matrix)
            yield Binding(name, held, level, item.place, narrowable)


def _value(node: Node, style: Style) -> Template | None:
    if node.kind == 'scalar':
        return _template(node, style)
    source = node['from_secret']
    return secret(source) if source.kind == 'scalar' and source.text.strip() else None


def secret(node: Node) -> Template:
    """The secret whose name a scalar is."""
    name = node.text.strip()
    whole = Expression(0, len(name), (Reference('secret', name),), False)
    return said(node.place, name).replace(expressions=(whole,))


def _template(node: Node, style: Style, *, early: bool = False) -> Template:
    return braces.template(node.fragment, early=early, matrix=style.matrix)


def _listed_secrets(node: Node) -> Iterator[Binding]:
    """`secrets:` of older versions: each becomes a variable of its name in upper case.

    https://woodpecker-ci.org/docs/2.8/usage/secrets
    """
    for item in node:
        source = item if item.kind == 'scalar' else item['source']
        target = item if item.kind == 'scalar' else item['target']
        if source.text.strip() and target.text.strip():
            yield Binding(target.text.strip().upper(), secret(source), 'step', target.place)


def _settings(node: Node, style: Style) -> Iterator[Binding]:
    """What a plugin is given; each secret in a nested setting is one more value of it."""
    for name, top in node.items():
        waiting = [(top, 0)]
        while waiting:
            inner, depth = waiting.pop()
            held = _value(inner, style)
            if held is not None:
                yield Binding(name, held, 'step', inner.entry)
            elif depth < _DEPTH:
                children = [*inner, *(value for _, value in inner.items())]
                waiting += [(child, depth + 1) for child in reversed(children)]


def _image(node: Node, style: Style) -> Use | None:
    if node.kind != 'scalar':
        return None
    name = _template(node, style)
    made = images.image(name.text, node.place, known=not name.expressions)
    if made is None:
        return None
    plain = made.name.removeprefix('docker.io/')
    return made.replace(third_party=not plain.startswith(style.vendors))


def _shell(node: Node, style: Style) -> Shell:
    """The shell of the commands: an `entrypoint` of the step's own or, on the host, the image names another."""
    named = interpreters.shell(' '.join(scalar.text for scalar in node['entrypoint'].scalars()))
    if named.name == 'other' and style.host:
        named = interpreters.shell(node['image'].text)
    return style.shell if named.name == 'other' else named.replace(errexit=True)


def _argv(node: Node, style: Style) -> tuple[Argv, ...]:
    """A command given as a list: `entrypoint` and `command` of the container."""
    listed = [node[key] for key in ('entrypoint', 'command') if node[key].kind == 'seq']
    words = tuple(_template(word, style, early=True) for one in listed for word in one.scalars())
    return (Argv(words, listed[0].place),) if words else ()
