"""Compose files: services as jobs, with their environment, commands and build arguments.

https://docs.docker.com/reference/compose-file/.  `${X}` is replaced from the environment of whoever
starts the services; build arguments stay in the image.
"""

from __future__ import annotations

import re

from artifacts_guard import dockerfile
from artifacts_guard.ci import link
from artifacts_guard.ci import model
from artifacts_guard.ci import substitution
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

NAME = 'compose'
# for docs/systems.md
UNDERSTANDS = ('`command`, `entrypoint`, health checks and hooks of the life cycle', '`build.args`')
UNRESOLVED = ('images',)
HOSTS = 'unknown: a container on a machine that others can use'
SHELLS = 'none: the command is started as it is'
MASKS = False

_SERVICES = re.compile(r'^[\'"]?(?:services|include)[\'"]?[ \t]*:', re.MULTILINE)
_RUNNER = Runner(model.UNKNOWN, '', 'a container on a machine that others can use too')
_SHELL = Shell('sh', False, False)


def claims(document: Document) -> bool:
    """A Compose file has services."""
    return bool(_SERVICES.search(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    """Each service as a job; raises YamlError."""
    root = link.library(tree).root(document)
    jobs = tuple(_job(name, node) for name, node in root['services'].items() if node.kind == 'map')
    return Pipeline(document, NAME, kind='compose', jobs=jobs, masks=False)


def _job(name: str, service: Node) -> Job:
    place = service.key.place
    steps = []
    arguments = _bindings(service['build']['args'], 'image')
    if arguments:
        steps.append(Step('build', service['build'].key.place, env=arguments))
    env = _bindings(service['environment'], 'step')
    commands = [*_run(service), *_hooks(service)]
    if env or commands:
        steps.append(Step('run', place, tuple(commands), env=env))
    return Job(name, place, _RUNNER, tuple(steps), automation=False)


def _bindings(node: Node, level: str) -> tuple[Binding, ...]:
    """`NAME: value` or `- NAME=value`; without a value it is that of whoever starts the services."""
    found = []
    if node.kind == 'map':
        for name, value in node.items():
            if value.kind == 'scalar':
                given = _passed(value.key, name) if value.is_null else substitution.compose(value.fragment)
                found.append(Binding(name, given, level, value.entry))
    for item in node.scalars() if node.kind == 'seq' else ():
        name, mark, _ = item.text.partition('=')
        fragment = item.fragment.slice(len(name) + 1, len(item.text))
        given = substitution.compose(fragment) if mark else _passed(item, name)
        if name:
            found.append(Binding(name, given, level, item.place))
    return tuple(found)


def _passed(node: Node, name: str) -> Template:
    template = said(node.place, name)
    return template.replace(expressions=(Expression(0, len(name), (Reference('input', name),), False),))


def _run(service: Node) -> list[Script | Argv]:
    """The command that a service runs: what `entrypoint` and `command` say together."""
    words: list[Template] = []
    at = None
    for key in ('entrypoint', 'command'):
        node = service[key]
        more = _words(node)
        words += more
        at = at or (node.place if more else None)
    return [Argv(tuple(words), at)] if at is not None else []


def _words(node: Node) -> list[Template]:
    """https://docs.docker.com/reference/compose-file/services/#command: no shell runs it."""
    if node.kind == 'seq':
        return [substitution.compose(item.fragment) for item in node.scalars()]
    if node.kind != 'scalar' or node.is_null:
        return []
    fragment = node.fragment
    text = fragment.text.replace('\n', ' ')
    return [_unquoted(fragment.slice(start, end)) for start, end in dockerfile.words(text, '\\')]


def _unquoted(word: Fragment) -> Template:
    """A word without its quotes, and variables replaced."""
    from artifacts_guard.ci.fragments import Cut
    from artifacts_guard.ci.fragments import splice

    text, at, quote = word.text, 0, ''
    nothing = said(word.place(0, 0), '')
    cuts = []
    while at < len(text):
        letter = text[at]
        if letter == '\\' and quote != "'" and at + 1 < len(text):
            if not quote or text[at + 1] in '"\\':
                cuts.append(Cut(at, at + 1, nothing))
            at += 1
        elif letter == quote or (not quote and letter in '"\''):
            cuts.append(Cut(at, at + 1, nothing))
            quote = '' if quote else letter
        at += 1
    return substitution.compose(splice(word, cuts).fragment)


def _hooks(service: Node) -> list[Script | Argv]:
    """Commands beside the main one: the health check and hooks of the life cycle."""
    found: list[Script | Argv] = []
    test = service['healthcheck']['test']
    items = test.scalars()
    if test.kind == 'scalar':
        found.append(Script(substitution.compose(test.fragment), _SHELL))
    elif len(items) > 1 and items[0].text == 'CMD-SHELL':
        found.append(Script(substitution.compose(items[1].fragment), _SHELL))
    elif len(items) > 1 and items[0].text == 'CMD':
        words = tuple(substitution.compose(item.fragment) for item in items[1:])
        found.append(Argv(words, test.place))
    for key in ('post_start', 'pre_stop'):
        for hook in service[key]:
            words = tuple(_words(hook['command']))
            if words:
                found.append(Argv(words, hook['command'].place))
    return found
