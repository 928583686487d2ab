"""Sessions of noxfiles: what is read of them, and what they show."""

from __future__ import annotations

from contextlib import suppress

import pytest

from artifacts_guard.ci import recipes
from artifacts_guard.ci.contract import UnparsableError
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.recipes import Recipe
from tests.ci.support import bound
from tests.ci.support import shown
from tests.ci.test_recipe_findings import exposed
from tests.ci.test_recipes import book

HEAD = 'import os\nimport nox\nB = "b"\nC = ["c", B]\n@nox.session\ndef a(session):\n    '


def lines(recipe: Recipe) -> list[str]:
    """The commands of a session: `+` is printed before, `.` prints nothing, `*` takes the words of the command line."""
    found = []
    for argv in recipe.scripts:
        assert isinstance(argv, Argv)
        marks = f'{"+" * argv.echoed}{"." * argv.silent}{"*" * argv.extendable}'
        words = ' '.join(f'[{shown(word)}]' for word in argv.words)
        found.append(' '.join([marks, words, *bound(argv.env)]).strip())
    return found


COMMANDS = {
    'a command': ('session.run("x", "y z")', ['+ [x] [y z]']),
    'in order': ('if B:\n        session.run("x")\n    session.run_always("y")', ['+ [x]', '+ [y]']),
    'it is not printed': ('session.run("x", log=False, silent=True, external=True)', ['. [x]']),
    'names and lists': ('session.run(B, *C, "d")', ["+ [<'b'>] [c] [<'b'>] [d]"]),
    'a list that grows': (
        'd = ["e"]\n    d += ["f"]\n    d.append("g")\n    session.run("x", *d)',
        ['+ [x] [e] [f] [g]'],
    ),
    'the environment': (
        'session.run("x", os.environ["T"], os.getenv("U", "v"), os.environ.get(B))',
        ["+ [x] [<variable.T>] [<variable.U|'v'>] [<variable.b>]"],
    ),
    'strings put together': (
        'session.run("x", f"h: {os.environ["T"]}".strip(), "h: " + os.environ["T"])'.replace(
            '["T"]}', "['T']}"
        ),
        ['+ [x] [<variable.T>] [h: <variable.T>]'],
    ),
    'a formatted string': (
        "session.run('x', f'h: {os.environ[\"T\"]}, {B}')",
        ["+ [x] [h: <variable.T>, <'b'>]"],
    ),
    'what is not known': ('session.run("x", str(d), *e)', ['+ [x] [<unknown.>] [<unknown.>]']),
    'what only tells about it': ('session.run("x", str(len(os.environ["T"])))', ['+ [x] [<unknown.>]']),
    'one or the other': ('session.run("x", B if d else os.environ["T"])', ["+ [x] [<'b'|variable.T>]"]),
    'variables of a command': (
        'session.run("x", env={"T": os.environ["U"], **{"V": "w"}})',
        ['+ [x] T=<variable.U> @step:7 V=w @step:7'],
    ),
    'words of the command line': (
        'd = session.posargs or ["e"]\n    session.run("x", *session.posargs)\n    session.run("y", *d)',
        ['+* [x]', '+* [y]'],
    ),
    'a function that gets the session': (
        'helper(1, session)\n\ndef helper(n, s):\n    s.run("x")\n    helper(n, s=s)',
        ['+ [x]'],
    ),
    'functions are no commands': (
        'session.run(helper)\n    session.run(os.remove, "x")\n\ndef helper(): 0',
        [],
    ),
    'something else that runs': ('other.run("x")\n    session.log("y")\n    session.install("z")', []),
}


@pytest.mark.parametrize(('body', 'expected'), COMMANDS.values(), ids=COMMANDS)
def test_commands(body: str, expected: list[str]) -> None:
    first = book({'noxfile.py': f'{HEAD}{body}\n'}).recipes[0]
    assert lines(first) == expected


SESSIONS = {
    'decorators': (
        '@nox.session\ndef a(s): ...\n@session(python="3")\ndef b(s): ...\n@nox.session(name="d")\ndef c(s): ...\n',
        ['a', 'b', 'd', ' <a <b <d'],
    ),
    'not all by default': (
        '@nox.session\ndef a(s): ...\n@nox.session(default=False)\ndef b(s): ...\n',
        ['a', 'b', ' <a'],
    ),
    'named as default': (
        'nox.options.sessions = ["b-3.12"]\n@nox.session\ndef a(s): ...\n@nox.session\ndef b(s): ...\n',
        ['a', 'b', ' <b'],
    ),
    'one that follows': (
        '@nox.session\ndef a(s):\n    s.notify("b(x=1)")\n@nox.session\ndef b(s): ...\n',
        ['a >b', 'b', ' <a <b'],
    ),
    'variables of the session': (
        '@nox.session\ndef a(s):\n    s.env["T"] = os.environ["U"]\n    s.env.update({"V": "w"})\n',
        ['a T=<variable.U> @step:3 V=w @step:4', ' <a'],
    ),
    'other functions': ('def a(session): ...\n@nox.parametrize("x", [])\ndef b(s): ...\n', ['']),
}


@pytest.mark.parametrize(('text', 'expected'), SESSIONS.values(), ids=SESSIONS)
def test_sessions(text: str, expected: list[str]) -> None:
    found = [
        ' '.join([one.name, *(f'<{n}' for n in one.needs), *(f'>{f}' for f in one.follows), *bound(one.env)])
        for one in book({'noxfile.py': text}).recipes
    ]
    assert found == expected


@pytest.mark.parametrize('text', ['def (', 'x = "\0"', f'x = {"(" * 500}'])
def test_what_is_no_python(text: str) -> None:
    with pytest.raises(UnparsableError):
        book({'noxfile.py': text})


def test_what_is_nested_deep_is_read_or_said_to_be_too_deep() -> None:
    with suppress(UnparsableError):  # where Python's own parser ends differs from version to version
        book({'noxfile.py': f'x = {"-" * 5000}1\n@nox.session\ndef a(s):\n    s.run("a", x)\n'})


def test_places() -> None:
    text = '@nox.session\ndef a(s):\n    "é"; s.run("é", f"""x\n{os.environ["T"]}""", "p" "q")\n'
    (argv,) = book({'noxfile.py': text.replace('["T"]', "['T']")}).recipes[0].scripts
    assert isinstance(argv, Argv)
    starts = [(one.place.line, one.place.start.column) for one in argv.words]
    assert starts == [(3, 17), (3, 21), (4, 23)]
    reference = argv.words[1].expressions[0]
    assert argv.words[1].fragment.place(reference.start, reference.end).line == 4


WANTED = {
    'nox': (),
    'nox -s a b -- -s c': ('a', 'b'),
    'nox --session=a': ('a',),
    'nox -e a-3.12': ('a',),
    "nox -s a(x='y')": ('a',),
    'nox -p 3.12 -t docs': (),
    'nox -db uv -s a-b': ('a-b',),
    'nox -l': None,
    'nox --version': None,
}


@pytest.mark.parametrize('line', WANTED)
def test_what_a_command_line_asks_for(line: str) -> None:
    reader = recipes.reader('nox')
    assert reader is not None
    found = reader.wanted(line.split())
    assert (None if found is None else found.targets) == WANTED[line]


def noxfile(*commands: str) -> dict[str, str]:
    body = '\n'.join(f'    {command}' for command in commands)
    return {'noxfile.py': f'import os, nox\n@nox.session\ndef publish(session):\n{body}\n'}


TOKEN = 'os.environ["AGENT_ARTIFACTS_TOKEN"]'
SHOWN = {
    'a flag, which nox prints': (
        'nox -s publish',
        noxfile(f'session.run("artifacts", "push", "--token", {TOKEN})'),
        {'flag noxfile.py:4', 'log noxfile.py:4'},
    ),
    'a flag that is not printed': (
        'nox',
        noxfile('session.run(', '    "artifacts", "push",', f'    "--token", {TOKEN}, log=False)'),
        {'flag noxfile.py:6'},
    ),
    'a shell': (
        'python3 -m nox',
        noxfile(
            'session.run("bash", "-c", "curl -H \\"x: $AGENT_ARTIFACTS_TOKEN\\" https://hostartifacts.dev/")'
        ),
        {'argv noxfile.py:4'},
    ),
    'a dump of the environment': ('uvx nox -s publish', noxfile('session.run("env")'), {'log noxfile.py:4'}),
    'words of the command line': (
        'nox -s publish -- --token "$AGENT_ARTIFACTS_TOKEN"',
        noxfile('session.run("artifacts", "push", *session.posargs)'),
        {
            *('argv .github/workflows/a.yml:8', 'flag .github/workflows/a.yml:8'),
            'log .github/workflows/a.yml:8',
        },
    ),
    'a session that nobody asks for': (
        '',
        noxfile(f'session.run("artifacts", "push", "--token", {TOKEN}, log=False)'),
        {'flag noxfile.py:4'},
    ),
    'the environment alone': ('nox', noxfile('session.run("artifacts", "push")'), set()),
    'a variable of the command': (
        'nox',
        noxfile(f'session.run("artifacts", "push", env={{"AGENT_ARTIFACTS_TOKEN": {TOKEN}}})'),
        set(),
    ),
    'nothing is printed': ('nox', noxfile('session.run("env", silent=True)'), set()),
    'another session': (
        'nox -s other',
        noxfile('session.run("artifacts", "push")'),
        set(),
    ),
}


@pytest.mark.parametrize(('command', 'files', 'expected'), SHOWN.values(), ids=SHOWN)
def test_what_is_shown(command: str, files: dict[str, str], expected: set[str]) -> None:
    assert exposed(command, files) == expected
