"""Scripts of Python projects: tox.ini and pyproject.toml."""

from __future__ import annotations

import pytest

from artifacts_guard.ci import recipes
from artifacts_guard.ci import tomlstrings
from artifacts_guard.text import Document
from tests.ci.test_recipe_findings import HEADER
from tests.ci.test_recipe_findings import exposed
from tests.ci.test_recipes import book
from tests.ci.test_recipes import outline

TOX = {
    'commands': ('[testenv:a]\ncommands =\n  x\n  - y\n', ['a: x | y']),
    'a command in its line, and one over lines': ('[testenv:a]\ncommands = x \\\n  y\n', ['a: x \\\ny']),
    'in order': ('[testenv:a]\ncommands_post = z\ncommands = y\ncommands_pre = x\n', ['a: x | y | z']),
    'what all share': ('[testenv]\ncommands = x\n[testenv:a]\ndeps = b\n', ['testenv: x', 'a: x']),
    'substitutions': (
        '[testenv:a]\nset_env =\n  B = {env:C:d}\ncommands = x {env:E} {posargs}\n',
        ["a B=<variable.C|'d'> @step:3: x <variable.E> <unknown.>"],
    ),
    'other sections': ('[tox]\ncommands = x\n[flake8]\ncommands = y\n', []),
    'no sections': ('commands = x\n  y\n', []),
}


@pytest.mark.parametrize(('text', 'expected'), TOX.values(), ids=TOX)
def test_tox(text: str, expected: list[str]) -> None:
    assert outline(book({'tox.ini': text})) == expected


PYPROJECT = {
    'a script': ('[tool.pdm.scripts]\na = "x \\"y\\""\n', ['a: x "y"']),
    'tables': ('[tool.pdm.scripts]\na = {cmd = "x", help = "h"}\nb.shell = \'y\'\n', ['a: x', 'b: y']),
    'a table of its own': ('[tool.poe.tasks.a]\nhelp = "h"\nshell = """\nx\ny"""\n', ['a: \nx\ny']),
    'a list of commands': ('[tool.hatch.envs.b.scripts]\na = [\n  "x", # c\n  "y",\n]\n', ['a: x | y']),
    'names of others': ('[tool.poe.tasks]\na.sequence = ["b", "c"]\nb = "x"\n', ['a <b <c: ', 'b: x']),
    'a list of words': ('[tool.pdm.scripts]\na = {cmd = ["x", "y z"]}\n', ['a: [x] [y z]']),
    'a list as a script of Rye': (
        '[tool.rye.scripts]\na = ["x", "y"]\nb = {chain = ["a"]}\n',
        ['a: [x] [y]', 'b <a: '],
    ),
    'a list as a task of Poe': ('[tool.poe.tasks]\na = ["b", "c"]\n', ['a <b <c: ']),
    'commands in a sequence': ('[tool.poe.tasks]\na.sequence = [{cmd = "x"}, "b"]\n', ['a <b: x']),
    'variables': (
        '[tool.pdm.scripts]\n_.env = {B = "c"}\na = {cmd = "x", env = {D = "e"}}\n',
        ['a B=c @step:2 D=e @step:3: x'],
    ),
    'before and after': (
        '[tool.pdm.scripts]\na = "x"\npre_a = "y"\npost_a = "z"\n',
        ['a <pre_a >post_a: x', 'pre_a: y', 'post_a: z'],
    ),
    'nothing around tasks of Poe': ('[tool.poe.tasks]\na = "x"\npre_a = "y"\n', ['a: x', 'pre_a: y']),
    'entry points are none': ('[project.scripts]\na = "x:y"\n[tool.poe]\nexecutor = "z"\n', []),
}


@pytest.mark.parametrize(('text', 'expected'), PYPROJECT.values(), ids=PYPROJECT)
def test_pyproject(text: str, expected: list[str]) -> None:
    assert outline(book({'pyproject.toml': text})) == expected


PIPFILE = {
    'a script': ('[scripts]\na = "x y"\n', ['a: x y']),
    'a table': ('[scripts.a]\ncmd = "x"\n', ['a: x']),
    'a function': ('[scripts]\na = {call = "x:y()"}\n', ['a: ']),
    'packages': ('[packages]\na = "*"\n[[source]]\nurl = "x"\n', []),
}


@pytest.mark.parametrize(('text', 'expected'), PIPFILE.values(), ids=PIPFILE)
def test_pipfile(text: str, expected: list[str]) -> None:
    assert outline(book({'Pipfile': text})) == expected


STRINGS = {
    'keys': ('a = "1"\nb.c = \'2\'\n"d e" = "3"\n', ['a=1', 'b.c=2', 'd e=3']),
    'tables': ('[a.b]\nc = "1"\n[[d]]\ne = "2"\n', ['a.b.c=1', 'd.e=2']),
    'lists and tables inside': ('a = [{b = "1"}, ["2"]]\nc = "3"\n', ['a.b=1', 'a.0=2', 'c=3']),
    'escapes': ('a = "\\t\\u0041\\"\\\\"\n', ['a=\tA"\\']),
    'no strings': ('a = 1\nb = true\n# c = "d"\ne = 1979-05-27\n', []),
    'no TOML': ('"a\n= = [[\n}}', []),
}


@pytest.mark.parametrize(('text', 'expected'), STRINGS.values(), ids=STRINGS)
def test_strings(text: str, expected: list[str]) -> None:
    found = tomlstrings.strings(Document('a.toml', text))
    assert [f'{".".join(one.path)}={one.fragment.text}' for one in found] == expected


WANTED = {
    'tox -e a,b': ('a', 'b'),
    'tox run -ea -- x': ('a',),
    'tox': (),
    'tox list': None,
    'pdm run a': ('a',),
    'pdm run -p web a': ('a',),
    'pdm install': None,
    'poe a x': ('a',),
    'poe': None,
    'hatch run b:a': ('a',),
    'hatch build': None,
    'rye run a': ('a',),
    'rye sync': None,
    'poethepoet a': ('a',),
    'poetry poe a': ('a',),
    'poetry run a': None,
    'pipenv --python 3 run a b': ('a',),
    'pipenv install a': None,
    'pipenv run': None,
}


@pytest.mark.parametrize('line', WANTED)
def test_what_a_command_line_asks_for(line: str) -> None:
    reader = recipes.reader(line.split(maxsplit=1)[0])
    assert reader is not None
    found = reader.wanted(line.split())
    assert (None if found is None else found.targets) == WANTED[line]


SHOWN = {
    'tox': ('tox -e a', {'tox.ini': f'[testenv:a]\ncommands =\n  {HEADER}\n'}, {'argv tox.ini:3'}),
    'poe': (
        'poe a',
        {'pyproject.toml': f"[tool.poe.tasks]\na = '''{HEADER}'''\n"},
        {'argv pyproject.toml:2'},
    ),
    'a variable that tox pastes': (
        'tox -e a',
        {'tox.ini': '[testenv:a]\ncommands = artifacts push --token {env:AGENT_ARTIFACTS_TOKEN}\n'},
        {'flag tox.ini:2'},
    ),
    'pdm': (
        'pdm run a',
        {'pyproject.toml': f"[tool.pdm.scripts]\na = '''{HEADER}'''\n"},
        {'argv pyproject.toml:2'},
    ),
    'poe in poetry': (
        'poetry run poe a',
        {'pyproject.toml': f"[tool.poe.tasks]\na = '''{HEADER}'''\n"},
        {'argv pyproject.toml:2'},
    ),
    'a module of Python': (
        'python -m poethepoet a',
        {'pyproject.toml': f"[tool.poe.tasks]\na = '''{HEADER}'''\n"},
        {'argv pyproject.toml:2'},
    ),
    'pipenv': ('pipenv run a', {'Pipfile': f"[scripts]\na = '''{HEADER}'''\n"}, {'argv Pipfile:2'}),
    'a program that is no script': (
        'pdm run artifacts push --token "$AGENT_ARTIFACTS_TOKEN"',
        {'pyproject.toml': '[tool.pdm.scripts]\na = "x"\n'},
        {'flag .github/workflows/a.yml:8'},
    ),
    'a wrapper around a program': (
        'uv run --no-sync artifacts push --token "$AGENT_ARTIFACTS_TOKEN"',
        {},
        {'flag .github/workflows/a.yml:8'},
    ),
    'another script': ('rye run b', {'pyproject.toml': "[tool.rye.scripts]\nb = 'x'\n"}, set()),
    'a variable of a script': (
        'pdm run a',
        {'pyproject.toml': '[tool.pdm.scripts]\na = {cmd = "artifacts push", env = {B = "c"}}\n'},
        set(),
    ),
    'the environment alone': ('tox -e a', {'tox.ini': '[testenv:a]\ncommands = artifacts push\n'}, set()),
}


@pytest.mark.parametrize(('command', 'files', 'expected'), SHOWN.values(), ids=SHOWN)
def test_what_is_shown(command: str, files: dict[str, str], expected: set[str]) -> None:
    assert exposed(command, files) == expected
