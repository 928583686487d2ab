"""What the targets of a makefile run.

https://www.gnu.org/software/make/manual/html_node/Recipe-Execution.html: each line of a recipe is a
shell of its own unless `.ONESHELL` is a target.
"""

from __future__ import annotations

from artifacts_guard import makefile
from artifacts_guard.ci import interpreters
from artifacts_guard.ci import link
from artifacts_guard.ci import make
from artifacts_guard.ci.makevars import Variables
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.ci.recipes import Recipe
from artifacts_guard.ci.recipes import RecipeBook
from artifacts_guard.text import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Place
    from artifacts_guard.text import Tree

_MOST_TARGETS = 400


class _Gathered:
    """The rules of one target, put together."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.prerequisites: list[str] = []
        self.recipe: list[Fragment] = []


class Book:
    """One makefile with all that it includes."""

    def __init__(self, document: Document, tree: Tree) -> None:
        self._document = document
        self._tree = tree
        self._variables = Variables()
        self._included: list[str] = []
        self._unresolved: list[Unresolved] = []
        self._rules: dict[str, _Gathered] = {}
        self._own: dict[str, list[makefile.Assignment]] = {}
        self._exported: dict[str, Place] = {}
        self._all = False
        self._default = ''
        self._special: dict[str, str] = {}

    def book(self) -> RecipeBook:
        self._read(self._document, 0)
        shell = self._shell()
        recipes = tuple(self._recipe(name, one, shell) for name, one in self._rules.items())
        names = self._variables.names() if self._all else self._exported
        env = [b for name in names if (b := self._variables.binding(name, 'job')) is not None]
        return RecipeBook(
            self._document,
            make.NAME,
            recipes,
            self._variables.bindings(),
            tuple(env),
            self._variables.literal('.DEFAULT_GOAL') or self._default,
            tuple(self._included),
            tuple(self._unresolved),
        )

    def _read(self, document: Document, depth: int) -> None:
        for one in makefile.parse(document):
            if isinstance(one, makefile.Assignment):
                self._assign(one)
            elif isinstance(one, makefile.Export):
                self._all = self._all or not one.names
                self._exported.update(dict.fromkeys(one.names, one.place))
            elif isinstance(one, makefile.Include):
                self._include(one, document, depth)
            else:
                self._rule(one)

    def _assign(self, one: makefile.Assignment) -> None:
        if one.targets is not None:
            for target in self._variables.words(one.targets):
                self._own.setdefault(target, []).append(one)
            return
        self._variables.set(one)
        if one.exported:
            self._exported[one.name] = one.place

    def _include(self, one: makefile.Include, document: Document, depth: int) -> None:
        """Paths are relative to where make runs, which is the folder of the first file."""
        home = self._document.path.rpartition('/')[0]
        folder = document.path.rpartition('/')[0]
        for word in self._variables.words(one.paths):
            found = False
            for where in dict.fromkeys((home, folder)):
                path = link.join(where, word)
                for match in self._matching(path) if path else ():
                    other = self._tree.document(match)
                    found = found or other is not None
                    if other is None or match in self._included or match == self._document.path:
                        continue
                    if depth < link.DEPTH:
                        self._included.append(match)
                        self._read(other, depth + 1)
            if not found:
                self._unresolved.append(Unresolved('include', word, one.paths.whole()))

    def _matching(self, path: str) -> list[str]:
        if not any(letter in path for letter in '*?['):
            return [path]
        from fnmatch import fnmatchcase

        slashes = path.count('/')
        return [p for p in self._tree.paths() if p.count('/') == slashes and fnmatchcase(p, path)]

    def _rule(self, rule: makefile.Rule) -> None:
        targets = self._variables.words(rule.targets)
        needs = tuple(w for w in self._variables.words(rule.prerequisites) if w != '|')
        for target in dict.fromkeys(targets):
            if target.startswith('.') and '/' not in target:
                self._special[target] = ' '.join(needs)
                continue
            if '%' in target or (len(self._rules) >= _MOST_TARGETS and target not in self._rules):
                continue
            self._default = self._default or target
            held = self._rules.setdefault(target, _Gathered(rule.place))
            if rule.recipe and not held.recipe:
                held.place = rule.place
            held.prerequisites += needs
            held.recipe += rule.recipe

    def _shell(self) -> Shell:
        """https://www.gnu.org/software/make/manual/html_node/Choosing-the-Shell.html"""
        program = self._variables.literal('SHELL') or '/bin/sh'
        return interpreters.shell(f'{program} {self._variables.literal(".SHELLFLAGS") or "-c"}')

    def _recipe(self, name: str, one: _Gathered, shell: Shell) -> Recipe:
        own = self._own.get(name, ())
        needs = tuple(dict.fromkeys(one.prerequisites))
        variables = self._variables.inner(own, name, needs) if own or one.recipe else self._variables
        env = [b for a in own if a.exported if (b := variables.binding(a.name, 'step')) is not None]
        lines = tuple(one.recipe)
        if '.ONESHELL' in self._special and len(lines) > 1:
            lines = self._together(lines)
        scripts = [self._script(line, variables, shell, name) for line in lines if line.text.strip()]
        return Recipe(name, one.place, tuple(scripts), needs, env=tuple(env))

    def _together(self, lines: tuple[Fragment, ...]) -> tuple[Fragment, ...]:
        document = lines[0].document
        if any(line.document is not document for line in lines):
            return lines
        bare = [line.slice(_prefix(line.text), len(line.text)) for line in lines[1:]]
        return (join((lines[0], *bare), '\n', document),)

    def _script(self, line: Fragment, variables: Variables, shell: Shell, target: str) -> Script:
        at = _prefix(line.text)
        template = variables.expanded(line.slice(at, len(line.text)))
        silent = '@' in line.text[:at] or template.text.startswith('@')
        later = _prefix(template.text)
        if later:
            template = _without(template, later)
        if '.SILENT' in self._special:
            silent = silent or self._special['.SILENT'] == '' or target in self._special['.SILENT'].split()
        return Script(template, shell, echoed=not silent)


def _prefix(line: str) -> int:
    """How many letters before the command are make's own: `@`, `-`, `+` and blanks."""
    return len(line) - len(line.lstrip('@-+ \t'))


def _without(template: Template, letters: int) -> Template:
    """A template whose first letters came out of a variable (`Q = @`) and are make's own."""
    if any(one.start < letters for one in template.expressions):
        return template
    expressions = tuple(
        one.replace(start=one.start - letters, end=one.end - letters) for one in template.expressions
    )
    return Template(template.fragment.slice(letters, len(template.text)), expressions)
