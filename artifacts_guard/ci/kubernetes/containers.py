"""Containers of pods: environment, command and image.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container
"""

from __future__ import annotations

import re

from artifacts_guard.ci import images
from artifacts_guard.ci import model
from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator
    from typing import TypeAlias

    from artifacts_guard.ci.model import Use
    from artifacts_guard.text import Fragment
    from artifacts_guard.yamltree import Node

    # What a system replaces in a string: the expressions in it, in order; `early` for what programs read.
    Expand: TypeAlias = Callable[[Fragment, bool], list[Expression]]

POD = Runner(model.UNKNOWN, '', 'a pod on a node that other pods use too')
_VARIABLE = re.compile(r'\$\$|\$\(([A-Za-z_.-][\w.-]*)\)')
_TOKEN = 'AGENT_ARTIFACTS_TOKEN'
# Programs whose images start them: arguments alone are theirs.
_ENTRYPOINTS = frozenset(('artifacts', 'curl', 'wget'))


def nothing(fragment: Fragment, early: bool) -> list[Expression]:
    """No expressions: a manifest that no system fills in."""
    return []


def variables(fragment: Fragment, expand: Expand = nothing, *, early: bool = False) -> Template:
    """A string in which Kubernetes puts the container's variables for `$(NAME)`, and `$` for `$$`.

    `expand` tells what the system itself replaces before that.

    https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
    """
    cuts = [Cut(one.start, one.end, None, one.choices, one.early) for one in expand(fragment, early)]
    taken = {cut.start for cut in cuts}
    for match in _VARIABLE.finditer(fragment.text):
        start, end = match.span()
        if not match[1]:
            cuts.append(Cut(start, end, said(fragment.place(start, end), '$')))
        elif start not in taken:
            cuts.append(Cut(start, end, None, (Reference('env', match[1]),), early=False))
    cuts.sort(key=lambda cut: cut.start)
    kept: list[Cut] = []
    for cut in cuts:
        if not kept or cut.start >= kept[-1].end:
            kept.append(cut)
    return splice(fragment, kept) if kept else Template(fragment)


def env(
    container: Node, level: str, expand: Expand = nothing, *, narrowable: bool = False
) -> tuple[Binding, ...]:
    """The variables of a container: `env`, and what `envFrom` brings of a secret's keys."""
    found = [*_all_keys(container, level, narrowable)]
    for item in container['env']:
        name = item['name'].text.strip()
        if not name:
            continue
        reference = item['valueFrom']['secretKeyRef']
        if reference.kind == 'map':
            key = f'{reference["name"].text.strip()}/{reference["key"].text.strip()}'
            value = _secret(item['name'], key)
        elif item['value'].kind == 'scalar':
            value = variables(item['value'].fragment, expand)
        else:
            value = None
        if value is not None:
            found.append(Binding(name, value, level, item['name'].entry, narrowable))
    return tuple(found)


def _secret(node: Node, key: str) -> Template:
    whole = Expression(0, len(key), (Reference('secret', key),), False)
    return said(node.place, key).replace(expressions=(whole,))


def _all_keys(container: Node, level: str, narrowable: bool) -> Iterator[Binding]:
    """`envFrom` hands on all keys of a secret; the file tells ours only where it is used, or by the secret's name."""
    for item in container['envFrom']:
        name = item['secretRef']['name']
        secret = name.text.strip()
        if secret and ('artifacts' in secret.lower() or _mentions(container)):
            variable = item['prefix'].text + _TOKEN
            yield Binding(variable, _secret(name, f'{secret}/{_TOKEN}'), level, name.entry, narrowable)


def _mentions(container: Node) -> bool:
    return any(
        _TOKEN in scalar.text
        for key in ('command', 'args', 'script', 'source')
        for scalar in container[key].scalars()
    )


def command(container: Node, expand: Expand = nothing, fallback: Node | None = None) -> Argv | None:
    """What a container starts: `command` and `args`, which stand in the pod's spec for all who can read it.

    Without a command the image's own entry point runs, which the file does not tell: options, and arguments
    of images that are named after a program we know, are taken for arguments of the image's namesake.
    """
    listed = [
        container[key] or (fallback[key] if fallback is not None else container[key])
        for key in ('command', 'args')
    ]
    written = [one for one in listed if len(one.scalars())]
    if not written:
        return None
    words = [variables(word.fragment, expand, early=True) for one in written for word in one.scalars()]
    if not len(listed[0].scalars()):
        base = _base(container['image'].text)
        if base and (words[0].text.startswith('-') or base in _ENTRYPOINTS) and words[0].text != base:
            words.insert(0, said(container['image'].place, base))
    return Argv(tuple(words), written[0].place, shown=True)


def _base(image: str) -> str:
    return image.strip().partition('@')[0].rpartition('/')[2].partition(':')[0]


def image(node: Node, expand: Expand, vendors: tuple[str, ...] = ()) -> Use | None:
    """The image of a container; `vendors` are beginnings of the names of a system's own."""
    if node.kind != 'scalar':
        return None
    known = not expand(node.fragment, False) and '{{' not in node.text
    made = images.image(node.text, node.place, known=known)
    if made is None or not made.name.startswith(vendors or ('\0',)):
        return made
    return made.replace(third_party=False)


def hooks(container: Node) -> Iterator[Argv]:
    """Commands beside the main one: hooks of the life cycle and probes."""
    lifecycle = container['lifecycle']
    probes = (container[key] for key in ('livenessProbe', 'readinessProbe', 'startupProbe'))
    for node in (lifecycle['postStart'], lifecycle['preStop'], *probes):
        listed = node['exec']['command']
        words = tuple(variables(word.fragment) for word in listed.scalars())
        if words:
            yield Argv(words, listed.place, shown=True)
