"""bash itself as the judge: what it prints, and how it prints scripts back, against what is read here."""

from __future__ import annotations

import random
import re
import shutil
import subprocess

import pytest

from artifacts_guard.shell import syntax
from artifacts_guard.shell.parser import parse
from tests.shell import test_commands
from tests.shell import test_compounds
from tests.shell import test_expansions
from tests.shell import test_heredocs
from tests.shell import test_words
from tests.shell.dump import dump

BASH = shutil.which('bash')
ENVIRONMENT = {'LC_ALL': 'C.UTF-8', 'PATH': '/usr/bin:/bin'}


def run(script: str, standard_input: str = '') -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BASH or '', '--norc', '-O', 'extglob', '-c', script],
        input=standard_input,
        capture_output=True,
        encoding='utf-8',
        errors='replace',
        env=ENVIRONMENT,
        timeout=60,
        check=False,
    )


pytestmark = pytest.mark.skipif(
    BASH is None or int(run('echo $BASH_VERSINFO').stdout or 0) < 5, reason='needs bash 5 or later'
)


# Scripts


ACCEPTED = {
    f'{module.__name__}: {case[0]}': case[1]
    for module in (test_words, test_expansions, test_commands, test_compounds, test_heredocs)
    for case in module.CASES
    if case[1].strip() and '\r' not in case[1] and not case[1].startswith('#')
}
# bash prints these otherwise, or not at all.
REWRITTEN = {
    'ANSI-C quotes are decoded',
    'a function of another compound',  # puts braces around it
    'all redirection operators',
    'functions',
    'if with a compound condition',  # `[[ a ]]` as `[[ -n a ]]`
    'arithmetic',  # `$[…]` as `$((…))`
    'case that falls through',
    'coprocesses',  # gets the name COPROC
    'for over the arguments',  # gets `in "$@"`
    'here-document quoted otherwise',
    'if with all parts',  # `elif` as `else if`
    'time',
    'a line continuation in a word joins it',
    'negation',  # `! !` is dropped
    'pipes',  # `|&` as `2>&1 |`
    'redirection before the command',
    'within a substitution, closed by its parenthesis',
}


def normal(text: str) -> str:
    """A dump in which what bash writes out is left out: `1>& 2` is `>& 2`."""
    return re.sub(r'\b(?:1(?=>)|0(?=<))', '', text).replace('<& -', '>& -')


@pytest.mark.parametrize('script', ACCEPTED.values(), ids=ACCEPTED)
def test_bash_accepts_what_has_no_errors(script: str) -> None:
    accepted = run(script=f'set -n\n{script}').returncode == 0

    assert accepted == (not parse(script).errors)


@pytest.mark.parametrize(
    'script',
    [pytest.param(text, id=name) for name, text in ACCEPTED.items() if name.split(': ')[1] not in REWRITTEN],
)
def test_a_script_as_bash_prints_it_has_the_same_tree(script: str) -> None:
    printed = run('eval "f() {\n$(cat)\n}" && declare -f f', script).stdout
    function = parse(printed).body.commands[0]

    assert isinstance(function, syntax.Function)
    assert isinstance(function.body, syntax.Group)
    assert normal(dump(function.body.body)) == normal(dump(parse(script).body))


# Words

VALUES = {'A': 'one', 'B': 'x y', 'E': '', 'BASH_VERSION': '5'}
LITERALS = (
    '1',
    'a',
    'bc',
    '-x',
    '--t=',
    'é',
    'a=b',
    ':',
    ',',
    '/',
    '%',
    '@',
    '+',
    '^',
    '_',
    '{',
    ']',
    '[q',
    'k#',
    '!',
)
ESCAPES = ('\\ ', '\\\\', '\\"', "\\'", '\\$', '\\a', '\\;', '\\`', '\\#', '\\*', '\\|')
SINGLE = ("''", "'a b'", "'$x'", "'\"'", "'\\'", "'`'", "'#'", "'\n'", "'a;b'")
ANSI_C = ("$'\\n'", "$'\\x41'", "$'\\101'", "$'\\u00e9'", "$'\\''", "$'\\\\'", "$'a b'", "$'\\e'", "$'\\q'")
PARAMETERS = ('$A ', '${A}', '${B}', '$E ', '"$B"', '${#A}', '$1 ')


def piece(source: random.Random, depth: int, quoted: bool) -> str:
    """A random piece of a word; `quoted`: it stands in double quotes."""
    kind = source.randrange(12)
    if kind < 3 or depth > 3:
        return source.choice(LITERALS)
    if kind == 3:
        return source.choice(ESCAPES)
    if kind in (4, 5):
        return source.choice(LITERALS if quoted else (SINGLE, ANSI_C)[kind - 4])
    if kind == 6:
        return source.choice(PARAMETERS).strip('"' if quoted else ' ')
    inner = ''.join(piece(source, depth + 1, quoted or kind < 9) for _ in range(source.randrange(4)))
    if kind < 9:
        return inner if quoted else f'"{inner}"'
    if kind == 11:
        return '$((1+2))'
    return f'${{{source.choice("AE")}{source.choice((":-", "-", ":+", "+"))}{inner}}}'


def fields(
    parts: tuple[syntax.Part, ...], found: list[str | None], around: bool | None = None
) -> list[str | None]:
    """The fields that parts expand to, added to those found; None begins the next one.

    `around`: whether the parameter whose argument this is stands in quotes; None for a word itself.
    """
    for part in parts:
        if isinstance(part, syntax.Text):
            _add(found, part.text, around is False and not part.quoted)
        elif isinstance(part, syntax.Arithmetic):
            _add(found, '3', False)
        else:
            assert isinstance(part, syntax.Parameter)
            _parameter(part, found, bool(around))
    return found


def _parameter(part: syntax.Parameter, found: list[str | None], quoted: bool) -> None:
    quoted = quoted or part.quoted
    value = VALUES.get(part.name, '')
    if quoted:
        _add(found, '', False)
    if part.operator == 'length':
        value = str(len(value))
    elif part.operator:
        chosen = bool(value) if ':' in part.operator else part.name in VALUES
        if chosen == ('+' in part.operator):
            assert part.argument
            fields(part.argument.parts, found, quoted)
            return
        value = '' if '+' in part.operator else value
    _add(found, value, not quoted)


def _add(found: list[str | None], text: str, splits: bool) -> None:
    for chunk in re.findall(r'[ \n]+|[^ \n]+', text) if splits else [text]:
        if splits and chunk.isspace():
            found.append(None)
        elif found[-1] is None:
            found[-1:] = [chunk, *found[len(found) :]]
        else:
            found[-1] += chunk


def expanded(word: syntax.Word) -> list[str]:
    return [field for field in fields(word.parts, [None]) if field is not None]


@pytest.mark.parametrize('seed', range(6))
def test_words_have_the_values_that_bash_gives_them(seed: int) -> None:
    source = random.Random(seed)
    commands = []
    for _ in range(150):
        words = ' '.join(
            ''.join(piece(source, 0, False) for _ in range(source.randrange(1, 6))) for _ in range(3)
        )
        commands.append(f"printf '%s\\0' {words} end")
    script = 'set -f +H +B; A=one B="x y" E=; set --\n'
    for command in commands:
        script += f"eval \"$(cat <<'ORACLE'\n{command}\nORACLE\n)\"; printf '\\1\\0'\n"

    printed = [answer.split('\0')[:-1] for answer in run(script).stdout.split('\1\0')[:-1]]

    assert len(printed) == len(commands)
    assert sum(map(bool, printed)) > 140
    for command, answer in zip(commands, printed):
        if answer:
            (simple,) = parse(command).body.commands
            assert isinstance(simple, syntax.Simple)
            assert [value for word in simple.words[2:] for value in expanded(word)] == answer, command
