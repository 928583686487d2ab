"""Recipe files and the command lines that ask for them."""

from __future__ import annotations

import pytest

from artifacts_guard.ci import recipes
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.recipes import RecipeBook
from tests.ci.support import Forest
from tests.ci.support import bound
from tests.ci.support import flags
from tests.ci.support import shown


def book(files: dict[str, str]) -> RecipeBook:
    forest = Forest(files)
    path = next(iter(files))
    reader = recipes.by_file(path)
    document = forest.document(path)
    assert reader is not None
    assert document is not None
    return reader.read(document, forest)


def outline(found: RecipeBook) -> list[str]:
    """Each recipe with what runs before and after it, and its scripts; `+` marks those that are printed."""
    lines = []
    for one in found.recipes:
        scripts = [
            ' '.join(f'[{shown(word)}]' for word in s.words)
            if isinstance(s, Argv)
            else f'{"+" if s.echoed else ""}{shown(s.template)}'
            for s in one.scripts
        ]
        around = [*(f'<{n}' for n in one.needs), *(f'>{f}' for f in one.follows), *bound(one.env)]
        lines.append(': '.join([' '.join([one.name, *around]), ' | '.join(scripts)]))
    return lines


MAKE = {
    'lines are printed unless they begin with @': ('a:\n\tx\n\t@y\n\t-@z\n', ['a: +x | y | z']),
    'a dollar for the shell': ('a:\n\tx $$B $$(c)\n', ['a: +x $B $(c)']),
    'a variable of the environment': ('a:\n\t@x $(B) ${C}\n', ['a: x <variable.B> <variable.C>']),
    'a plain value can be overridden': ('B := c\na:\n\t@x $(B)\n', ['a: x <input.B>']),
    'an empty default leaves it to the environment': ('B ?=\na:\n\t@x $(B)\n', ['a: x <variable.B>']),
    'words are pasted': ('B = c --d\na:\n\t@x $(B)\n', ['a: x c --d']),
    'values in values': ('B = c $(D)\nD = e f\na:\n\t@$(B) $(G)\n', ['a: c e f <variable.G>']),
    'added words': ('B = c\nB += d\na:\n\t@$(B)\n', ['a: c d']),
    'the first default counts': ('B ?= c d\nB ?= e f\na:\n\t@$(B)\n', ['a: c d']),
    'a value in terms of itself': ('B = c $(B)\na:\n\t@$(B)\n', ['a: c <unknown.>']),
    'functions are not known': ('a:\n\t@x $(shell y) $(B:c=d)\n', ['a: x <unknown.> <unknown.>']),
    'the output of a command is not known': ('B != y\na:\n\t@x $(B)\n', ['a: x <unknown.>']),
    'names of the rule': ('a: b c\n\t@x $@ $< $^\n', ['a <b <c: x a b b c']),
    'a called variable': ('B = c $(1)\na:\n\t@$(call B,d)\n', ['a: c <unknown.1>']),
    'make itself': ('a:\n\t@$(MAKE) b\n', ['a: make b']),
    'a variable that is @': ('Q = @\na:\n\t$(Q)x\n', ['a: x']),
    'silent targets': ('.SILENT: a\na:\n\tx\nb:\n\ty\n', ['a: x', 'b: +y']),
    'prerequisites of several rules': ('a: b\na: c | d\n\t@x\n', ['a <b <c <d: x']),
    'several targets': ('a b: c\n\t@x $@\n', ['a <c: x a', 'b <c: x b']),
    'patterns and special targets are no recipes': ('.PHONY: a\n%.o: %.c\n\tx\na:\n\t@y\n', ['a: y']),
    'a variable of one target': ('B = c d\na: B = e f\na:\n\t@$(B)\nb:\n\t@$(B)\n', ['a: e f', 'b: c d']),
    'one exported for a target': ('a: export B = c\na:\n\t@x\n', ['a B=c @step:1: x']),
    'one shell for all lines': ('.ONESHELL:\na:\n\t@x\n\ty\n', ['a: x\ny']),
    'a line that continues': ('a:\n\t@x \\\n\t  y\n', ['a: x \\\n  y']),
}


@pytest.mark.parametrize(('text', 'expected'), MAKE.values(), ids=MAKE)
def test_makefiles(text: str, expected: list[str]) -> None:
    assert outline(book({'Makefile': text})) == expected


def test_a_makefile_with_what_it_includes() -> None:
    found = book(
        {
            'sub/Makefile': 'include mk/*.mk\n-include none.mk\nexport A = 1\nall: b\n',
            'sub/mk/b.mk': 'include mk/c.mk\nb:\n\t@x $(C)\n',
            'sub/mk/c.mk': 'C = d e\ninclude mk/b.mk\n',
            'mk/d.mk': 'd:\n\ty\n',
        }
    )
    assert outline(found) == ['b: x d e', 'all <b: ']
    assert found.included == ('sub/mk/b.mk', 'sub/mk/c.mk')
    assert [one.name for one in found.unresolved] == ['none.mk']
    assert bound(found.env) == ['A=1 @job:3']


def test_the_shell_and_the_default_of_a_makefile() -> None:
    text = 'SHELL := /bin/bash\n.SHELLFLAGS := -eux -o pipefail -c\n.PHONY: b\na:\n\tx\n'
    found = book({'Makefile': text})
    assert flags(found.recipes[0].scripts[0].shell) == 'bash errexit pipefail xtrace'
    assert found.default == 'a'
    assert book({'Makefile': f'.DEFAULT_GOAL := b\n{text}'}).default == 'b'


def test_every_variable_is_exported_on_request() -> None:
    assert bound(book({'Makefile': 'export\nA = 1\nB = $(C)\n'}).env) == [
        'A=1 @job:2',
        'B=<variable.C> @job:3',
    ]


NPM = {
    'scripts': ('{"scripts": {"a": "x", "b": "y \\"$C\\""}}', ['a: x', 'b: y "$C"']),
    'what stands around a script': (
        '{"scripts": {"a": "x", "prea": "y", "posta": "z"}}',
        ['a <prea >posta: x', 'prea: y', 'posta: z'],
    ),
    'no scripts': ('{"name": "a"}', []),
    'wrong types': ('{"scripts": {"a": 1, "b": ["c"]}}', []),
    'scripts that are a list': ('{"scripts": ["a"]}', []),
}


@pytest.mark.parametrize(('text', 'expected'), NPM.values(), ids=NPM)
def test_packages(text: str, expected: list[str]) -> None:
    assert outline(book({'package.json': text})) == expected


JUST = {
    'lines are printed unless they begin with @': ('a:\n  x\n  @y\n', ['a: +x | y']),
    'a quiet recipe': ('@a:\n  x\n  @y\n', ['a: x | +y']),
    'a quiet file': ('set quiet\na:\n  x\n', ['a: x']),
    'variables and parameters': (
        'b := "1"\na c d="2":\n  @x {{b}} {{ c }} {{d}}\n',
        ['a: x <input.b> <input.c> <input.d>'],
    ),
    'a string': ("a:\n  @x {{ 'b' }}\n", ["a: x <'b'>"]),
    'a variable of the environment': (
        'a:\n  @x {{ env("B") }} {{ env_var_or_default("C", "d") }}\n',
        ["a: x <variable.B> <variable.C|'d'>"],
    ),
    'a call that uses a variable': ('b := "1"\na:\n  @x {{ quote(b) }}\n', ['a: x <unknown.|input.b>']),
    'braces': ('a:\n  @x {{{{b}}\n', ['a: x {{b}}']),
    'dependencies': ('a: b (c "1") && d\n  @x\n', ['a <b <c >d: x']),
    'an exported parameter': ('a $B:\n  @x\n', ['a B=<input.B> @step:1: x']),
    'a script of its own': (
        'a:\n  #!/bin/bash -e\n  x\n\n  y\nb:\n  @z\n',
        ['a: #!/bin/bash -e\nx\ny', 'b: z'],
    ),
    'a line that continues': ('a:\n  @x \\\n    y\n', ['a: x \\\n  y']),
    'attributes and comments': ('# c\n[private]\na:\n  @x\n', ['a: x']),
    'no recipe': ('alias b := a\nset dotenv-load\nc := "d"\nhello\n', []),
}


@pytest.mark.parametrize(('text', 'expected'), JUST.values(), ids=JUST)
def test_justfiles(text: str, expected: list[str]) -> None:
    assert outline(book({'justfile': text})) == expected


VALUES = {
    'a string': ('"a b"', 'a b'),
    'the environment': ('env_var("A")', '<variable.A>'),
    'with a default': ('env("A", "b")', "<variable.A|'b'>"),
    'with an empty default': ('env("A", "")', '<variable.A>'),
    'put together': ('"a " + b', 'a <input.b>'),
    'a path': ("'a' / b", 'a/<input.b>'),
    'a command': ('`date`', '<unknown.>'),
    'a choice': ('if a == "b" { "c" } else { "d" }', '<unknown.>'),
}


@pytest.mark.parametrize(('text', 'expected'), VALUES.values(), ids=VALUES)
def test_values_of_a_justfile(text: str, expected: str) -> None:
    found = book({'justfile': f'export X := {text}\na:\n  x\n'})
    assert [shown(one.value) for one in found.variables] == [expected]
    assert found.env == found.variables


def test_a_justfile_with_what_it_imports() -> None:
    files = {'justfile': "import 'a.just'\nset shell := ['bash', '-uc']\nb:\n  @x\n", 'a.just': 'a:\n  @y\n'}
    found = book(files)
    assert outline(found) == ['a: y', 'b: x']
    assert found.included == ('a.just',)
    assert found.default == 'a'
    assert flags(found.recipes[0].scripts[0].shell) == 'bash'


TASKS = {
    'commands are printed unless they are silent': (
        'a:\n    cmds:\n      - x\n      - cmd: y\n        silent: true\n',
        ['a: +x | y'],
    ),
    'a silent task': ('a: {silent: true, cmds: [x]}', ['a: x']),
    'short forms': ('a: x\n  b: [y, z]\n  c: {cmd: w}', ['a: +x', 'b: +y | +z', 'c: +w']),
    'dependencies and calls': (
        'a:\n    deps: [b, {task: c}]\n    cmds: [{task: d}, x, {task: e}]',
        ['a <b <c <d >e: +x'],
    ),
    'a variable of the file, the task, the environment': (
        'a:\n    vars: {B: "1"}\n    cmds: ["x {{.B}} {{.V}} {{.C}}"]',
        ['a: +x <input.B> <input.V> <variable.C>'],
    ),
    'a default': ('a: x {{.B | default "c"}}', ['a: +x <variable.B>']),
    'what carries nothing': ('a: x {{now}}', ['a: +x <unknown.>']),
    'environment': ('a:\n    env: {B: "{{.V}}"}\n    cmds: [x]', ['a B=<input.V> @step:5: +x']),
    'checks are not printed': ('a:\n    preconditions: [x, {sh: y}]\n    cmds: [z]', ['a: x | y | +z']),
    'wrong types': ('a: {cmds: {b: c}, deps: 1}\n  b:', ['a: ', 'b: ']),
}


@pytest.mark.parametrize(('text', 'expected'), TASKS.values(), ids=TASKS)
def test_taskfiles(text: str, expected: list[str]) -> None:
    files = {'Taskfile.yml': f'version: "3"\nvars: {{V: "2"}}\ntasks:\n  {text}\n'}
    assert outline(book(files)) == expected


def test_a_taskfile_with_what_it_includes() -> None:
    found = book(
        {
            'Taskfile.yml': 'includes: {b: ./sub, c: {taskfile: c.yml}, d: none}\ntasks: {a: {cmds: [{task: "b:x"}]}}\n',
            'sub/Taskfile.yml': 'vars: {S: {sh: date}, T: "1"}\ntasks: {x: {deps: [y], cmds: ["z"]}, y: w}\n',
            'c.yml': 'tasks: {x: {cmds: [{task: ":a"}]}}\n',
        }
    )
    assert outline(found) == ['b:x <b:y: +z', 'b:y: +w', 'c:x <a: ', 'a <b:x: ']
    assert found.included == ('sub/Taskfile.yml', 'c.yml')
    assert [one.name for one in found.unresolved] == ['none']
    assert bound(found.variables) == ['S=<unknown.> @job:1', 'T=1 @job:1']


WANTED = {
    'make': 'targets= arguments= assignments= file= directory=',
    'make a b -j4': 'targets=a,b',
    'make -j 4 -k a': 'targets=a',
    'make -C sub -f x.mk a': 'targets=a file=x.mk directory=sub',
    'make -Csub --file=x.mk a': 'targets=a file=x.mk directory=sub',
    'make a B=c D:=e': 'targets=a assignments=B:2,D:3',
    'npm run a': 'targets=a',
    'npm --silent run a -- b --c': 'targets=a arguments=5,6',
    'npm run a --if-present b': 'targets=a arguments=4',
    'npm --prefix web run a': 'targets=a directory=web',
    'npm run a -w packages/b': 'targets=a directory=packages/b',
    'npm test': 'targets=test',
    'npm run a -w @c/d': None,
    'npm run': None,
    'npm install': 'targets=preinstall,install,postinstall,preprepare,prepare,postprepare',
    'npm install x': None,
    'npm exec a': None,
    'yarn a --b': 'targets=a arguments=2',
    'yarn --cwd web run a': 'targets=a directory=web',
    'yarn add a': None,
    'yarn workspace web a': 'targets=a directory=web',
    'pnpm -C web a': 'targets=a directory=web',
    'pnpm --filter ... a': None,
    'bun run a': 'targets=a',
    'bun test': None,
    'run-s a b': 'targets=a,b',
    'just': 'targets= arguments= assignments= file= directory=',
    'just a b.c': 'targets=a arguments=2',
    'just X=y a': 'targets=a assignments=X:1',
    'just -f x.just a': 'targets=a file=x.just',
    'just --list': None,
    'just sub/a': None,
    'task a:b C=d': 'targets=a:b assignments=C:2',
    'task -d sub a -- b': 'targets=a directory=sub',
    'task --list': None,
}


@pytest.mark.parametrize('line', WANTED)
def test_what_a_command_line_asks_for(line: str) -> None:
    words = line.split()
    reader = recipes.reader(words[0])
    assert reader is not None
    found = reader.wanted(words)
    expected = WANTED[line]
    if found is None or expected is None:
        assert found is expected
        return
    values = {
        'targets': ','.join(found.targets),
        'arguments': ','.join(map(str, found.arguments)),
        'assignments': ','.join(f'{name}:{index}' for name, index in found.assignments),
        'file': found.file,
        'directory': found.directory,
    }
    given = dict.fromkeys(values, '') | dict(one.split('=', 1) for one in expected.split())
    assert values == given


@pytest.mark.parametrize('row', recipes.READERS, ids=lambda row: row.module)
def test_rows_say_what_their_modules_say(row: recipes.Row) -> None:
    reader = recipes.reader(row.programs[0])
    assert reader is not None
    assert row.module == reader.NAME
    assert {recipes.reader(program) for program in row.programs} == {reader}
    assert set(reader.FILES) == {name for name in row.files if not name.startswith('*')}


NO_RECIPES = ['README.md', 'make.py', 'package-lock.json', 'tasks.yml', 'justfile.md', 'Makefile.am']


@pytest.mark.parametrize('path', NO_RECIPES)
def test_no_file_of_recipes(path: str) -> None:
    assert recipes.by_file(path) is None
