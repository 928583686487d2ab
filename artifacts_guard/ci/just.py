"""Justfiles: what `just publish` runs.

https://just.systems/man/en/: each line of a recipe is a shell of its own, and is printed before it
runs unless it begins with `@`; a recipe that begins with `#!` is one script.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import interpreters
from artifacts_guard.ci import justvalues
from artifacts_guard.ci import link
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.recipes import Recipe
from artifacts_guard.ci.recipes import RecipeBook
from artifacts_guard.ci.recipes import Wanted
from artifacts_guard.text import Fragment
from artifacts_guard.text import Piece
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from artifacts_guard.text import join
from artifacts_guard.text import part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'just'
FILES = ('justfile', 'Justfile', '.justfile', '.Justfile')

_ASSIGNMENT = re.compile(r'(export[ \t]+)?([A-Za-z_][\w-]*)[ \t]*:=[ \t]*')
_SET = re.compile(r'set[ \t]+([a-z-]+)(?:[ \t]*:=[ \t]*(.*))?$')
_IMPORT = re.compile(r'import\??[ \t]+[\'"]([^\'"]+)[\'"]')
_HEADER = re.compile(r'(@?)([A-Za-z_][\w-]*)(?=[ \t:])((?:[^:\'"]|\'[^\']*\'|"(?:[^"\\]|\\.)*")*):(?!=)')
_PARAMETER = re.compile(
    r'([+*]?)(\$?)([A-Za-z_][\w-]*)(?:[ \t]*=[ \t]*(\'[^\']*\'|"(?:[^"\\]|\\.)*"|[^\s\'"]+))?'
)
_NEED = re.compile(r'\(\s*([A-Za-z_][\w:-]*)(?![\w:-])[^()]*\)|([A-Za-z_][\w:-]*)')
_WITH_VALUE = frozenset(
    ('--shell', '--shell-arg', '--dotenv-path', '--dotenv-filename', '--color', '--cygpath')
)
_GIVEN = re.compile(r'([A-Za-z_][\w-]*)=')
# without `set shell`: https://just.systems/man/en/shell.html
_SHELL = Shell('sh', True, False)


def wanted(words: list[str]) -> Wanted | None:
    """https://just.systems/man/en/invoking-just.html"""
    positional: list[int] = []
    assignments: list[tuple[str, int]] = []
    file = directory = ''
    at = 1
    while at < len(words):
        word = words[at]
        name, mark, value = word.partition('=')
        if positional or not word.startswith('-'):
            given = _GIVEN.match(word)
            if given and not positional:
                assignments.append((given[1], at))
            else:
                positional.append(at)
        elif name in (
            '--list',
            '-l',
            '--summary',
            '--show',
            '-s',
            '--dump',
            '--fmt',
            '--evaluate',
            '--choose',
        ):
            return None
        elif name == '--set':
            at += 2
        elif name in ('-f', '--justfile', '-d', '--working-directory') or name in _WITH_VALUE:
            if not mark:
                at += 1
                value = words[at] if at < len(words) else ''
            if name in ('-f', '--justfile'):
                file = value
            elif name in ('-d', '--working-directory'):
                directory = value
        at += 1
    if file and directory:
        directory = ''
    targets = tuple(words[i] for i in positional if re.fullmatch(r'[A-Za-z_][\w:-]*', words[i]))
    if positional and words[positional[0]] not in targets:
        return None
    return Wanted(targets, tuple(positional[1:]), tuple(assignments), file, directory)


def read(document: Document, tree: Tree) -> RecipeBook:
    """A justfile with all that it imports."""
    return _Book(document, tree).book()


class _Book:
    def __init__(self, document: Document, tree: Tree) -> None:
        self._document = document
        self._tree = tree
        self._shell = _SHELL
        self._quiet = False
        self._exports = False
        self._variables: list[Binding] = []
        self._env: list[Binding] = []
        self._raw: list[tuple[re.Match[str], Place, tuple[Fragment, ...], str]] = []
        self._included: list[str] = []

    def book(self) -> RecipeBook:
        self._read(self._document, 0)
        names = frozenset(b.name for b in self._variables)
        recipes = tuple(self._recipe(*one, names) for one in self._raw)
        env = (*self._env, *(self._variables if self._exports else ()))
        default = recipes[0].name if recipes else ''
        return RecipeBook(
            self._document, NAME, recipes, tuple(self._variables), env, default, tuple(self._included)
        )

    def _read(self, document: Document, depth: int) -> None:
        number, count = 1, document.line_count()
        while number <= count:
            span = document.line_span(number)
            line = document.text[span.start : span.end]
            number += 1
            if not line.strip() or line[0] in ' \t#[':
                continue
            if (one := _SET.match(line)) is not None:
                self._set(one[1], one[2] or '')
            elif (one := _IMPORT.match(line)) is not None:
                self._import(one[1], document, depth)
            elif (one := _ASSIGNMENT.match(line)) is not None:
                self._assign(one, document, span)
            elif (one := _HEADER.match(line)) is not None:
                place = Place(document, Span(span.start + one.start(2), span.start + one.end(2)))
                body, number = _body(document, number)
                self._raw.append((one, place, body, line[one.end() :]))

    def _set(self, name: str, value: str) -> None:
        on = value.strip() in ('', 'true')
        if name == 'shell':
            words = re.findall(r'\'([^\']*)\'|"([^"]*)"', value)
            self._shell = interpreters.shell(' '.join(a or b for a, b in words))
        elif name == 'quiet':
            self._quiet = on
        elif name == 'export':
            self._exports = on

    def _import(self, name: str, document: Document, depth: int) -> None:
        path = link.join(document.path.rpartition('/')[0], name)
        other = self._tree.document(path) if path and path not in self._included else None
        if path and other is not None and other is not self._document and depth < link.DEPTH:
            self._included.append(path)
            self._read(other, depth + 1)

    def _assign(self, one: re.Match[str], document: Document, span: Span) -> None:
        fragment = part(document, span.start + one.end(), span.end)
        place = Place(document, Span(span.start + one.start(2), span.end))
        binding = Binding(one[2], justvalues.expression(fragment), 'job', place)
        self._variables.append(binding)
        if one[1]:
            self._env.append(binding)

    def _recipe(
        self,
        header: re.Match[str],
        place: Place,
        body: tuple[Fragment, ...],
        needs: str,
        names: frozenset[str],
    ) -> Recipe:
        parameters, env = _parameters(header[3], place)
        known = names | {p.name for p in parameters}
        before, _, after = needs.partition('&&')
        return Recipe(
            header[2],
            place,
            tuple(self._scripts(body, known, header[1] == '@')),
            _needs(before),
            _needs(after),
            env=env,
            parameters=parameters,
        )

    def _scripts(self, body: tuple[Fragment, ...], known: frozenset[str], silent: bool) -> list[Script]:
        if body and body[0].text.startswith('#!'):
            shell = interpreters.shell(body[0].text[2:])
            text = join(body, '\n', body[0].document)
            return [Script(justvalues.interpolated(text, known), shell)]
        found = []
        for line in body:
            at = len(line.text) - len(line.text.lstrip('@-'))
            quiet = ('@' in line.text[:at]) != silent or self._quiet
            template = justvalues.interpolated(line.slice(at, len(line.text)), known)
            if template.text.strip():
                found.append(Script(template, self._shell, echoed=not quiet))
        return found


def _body(document: Document, number: int) -> tuple[tuple[Fragment, ...], int]:
    r"""The lines of a recipe, those that end in `\` with the next, and the number of the line behind."""
    found: list[Fragment] = []
    indent = ''
    pending: list[Fragment] = []
    while number <= document.line_count():
        span = document.line_span(number)
        line = document.text[span.start : span.end]
        if line.strip() and line[0] not in ' \t':
            break
        number += 1
        if not line.strip():
            continue
        indent = indent or line[: len(line) - len(line.lstrip())]
        start = span.start + (len(indent) if line.startswith(indent) else 0)
        pending.append(part(document, start, span.end))
        if line.endswith('\\') and not (found or pending)[0].text.startswith('#!'):
            continue
        found.append(_joined(pending, document))
        pending = []
    if pending:
        found.append(_joined(pending, document))
    return tuple(found), number


def _joined(lines: list[Fragment], document: Document) -> Fragment:
    return lines[0] if len(lines) == 1 else join(lines, '\n', document)


def _parameters(text: str, place: Place) -> tuple[tuple[Binding, ...], tuple[Binding, ...]]:
    """Parameters with their defaults, and those that are exported (`$name`)."""
    parameters, env = [], []
    for one in _PARAMETER.finditer(text):
        value = None
        if one[4] is not None:
            span = place.span
            word = one[4].strip('\'"')
            value = justvalues.said_word(Fragment(place.document, word, (Piece(0, span.start, span.end),)))
        elif one[1] == '*':
            value = justvalues.said_word(
                Fragment(place.document, '', (Piece(0, place.span.start, place.span.start),))
            )
        binding = Binding(one[3], value, 'step', place)
        parameters.append(binding)
        if one[2]:
            env.append(binding.replace(value=justvalues.reference(one[3], place)))
    return tuple(parameters), tuple(env)


def _needs(text: str) -> tuple[str, ...]:
    names = (one[1] or one[2] for one in _NEED.finditer(text.partition(' #')[0]))
    return tuple(name.rpartition('::')[2] for name in names)
