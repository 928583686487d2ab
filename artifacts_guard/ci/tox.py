"""Environments of `tox.ini`: what `tox -e publish` runs.

https://tox.wiki/en/stable/config.html: each line of `commands` is one command, started without a shell.
"""

from __future__ import annotations

import re

from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.recipes import Recipe
from artifacts_guard.ci.recipes import RecipeBook
from artifacts_guard.ci.recipes import Wanted
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from artifacts_guard.text import join
from artifacts_guard.text import part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Tree

NAME = 'tox'
FILES = ('tox.ini',)

_SHELL = Shell('sh', False, False)
_SECTION = re.compile(r'\[([^\]]+)\]')
_KEY = re.compile(r'([A-Za-z_]\w*)[ \t]*=[ \t]*')
_COMMANDS = ('commands_pre', 'commands', 'commands_post')
_SUBSTITUTION = re.compile(r'(?<!\\)\{(?:env:([A-Za-z_]\w*)(?::([^{}]*))?|[^{}]*)\}')
_SUBCOMMANDS = frozenset(('run', 'r', 'run-parallel', 'p'))
_OTHERS = frozenset(
    ('list', 'l', 'config', 'c', 'devenv', 'd', 'depends', 'de', 'exec', 'e', 'quickrun', 'q')
)
_WITH_VALUE = frozenset(
    ('-c', '--conf', '-x', '--override', '--workdir', '--root', '-p', '--parallel', '--skip-env')
)


def wanted(words: list[str]) -> Wanted | None:
    """https://tox.wiki/en/stable/cli_interface.html"""
    if len(words) > 1 and words[1] in _OTHERS:
        return None
    targets: list[str] = []
    file = ''
    at = 2 if len(words) > 1 and words[1] in _SUBCOMMANDS else 1
    while at < len(words) and words[at] != '--':
        name, mark, value = words[at].partition('=')
        if name == '-e' or name in _WITH_VALUE:
            if not mark:
                at += 1
                value = words[at] if at < len(words) else ''
        elif name.startswith('-e'):
            name, value = '-e', words[at][2:]
        if name == '-e':
            targets += value.split(',')
        elif name in ('-c', '--conf') and value.endswith('.ini'):
            file = value
        at += 1
    return Wanted(tuple(targets), file=file)


def read(document: Document, tree: Tree) -> RecipeBook:
    """Each environment as a recipe; what it does not say is said by `[testenv]`."""
    sections = _sections(document)
    common = sections.get('testenv')
    recipes = []
    for name, section in sections.items():
        if name != 'testenv' and not name.startswith('testenv:'):
            continue
        held = {**common.values, **section.values} if common else section.values
        scripts = tuple(s for key in _COMMANDS for s in _scripts(held.get(key, [])))
        env = tuple(_env([*held.get('setenv', []), *held.get('set_env', [])]))
        label = name.partition(':')[2].strip() or name
        recipes.append(Recipe(label, section.place, scripts, env=env))
    return RecipeBook(document, NAME, tuple(recipes), default='testenv')


class _Section:
    """A section: the lines of each of its keys."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.values: dict[str, list[Fragment]] = {}


def _sections(document: Document) -> dict[str, _Section]:
    found: dict[str, _Section] = {}
    section: _Section | None = None
    lines: list[Fragment] | None = None
    for number in range(1, document.line_count() + 1):
        span = document.line_span(number)
        text = document.text[span.start : span.end]
        if not text.strip() or text.lstrip()[0] in '#;':
            continue
        start = span.start + len(text) - len(text.lstrip())
        header = _SECTION.match(text)
        key = _KEY.match(text)
        if text[0] in ' \t':
            if lines is not None:
                lines.append(part(document, start, span.end))
        elif header:
            place = Place(document, Span(span.start + header.start(1), span.start + header.end(1)))
            section, lines = found.setdefault(header[1], _Section(place)), None
        elif key and section is not None:
            lines = section.values.setdefault(key[1], [])
            if key.end() < len(text):
                lines.append(part(document, span.start + key.end(), span.end))
    return found


def _scripts(lines: list[Fragment]) -> Iterator[Script]:
    pending: list[Fragment] = []
    for number, line in enumerate(lines):
        pending.append(line)
        if line.text.endswith('\\') and number + 1 < len(lines):
            continue
        text = join(pending, '\n', line.document)
        pending = []
        at = len(text.text) - len(text.text.lstrip('-! '))
        yield Script(_substituted(text.slice(at, len(text.text))), _SHELL)


def _env(lines: list[Fragment]) -> Iterator[Binding]:
    for line in lines:
        name, mark, value = line.text.partition('=')
        if mark:
            at = len(line.text) - len(value.lstrip())
            yield Binding(name.strip(), _substituted(line.slice(at, len(line.text))), 'step', line.whole())


def _substituted(fragment: Fragment) -> Template:
    """https://tox.wiki/en/stable/config.html#substitutions"""
    cuts = []
    for one in _SUBSTITUTION.finditer(fragment.text):
        choices: tuple[Reference | str, ...] = (Reference('unknown', ''),)
        if one[1]:
            choices = (Reference('variable', one[1]), *([one[2]] if one[2] else []))
        cuts.append(Cut(one.start(), one.end(), choices=choices, early=False))
    return splice(fragment, cuts)
