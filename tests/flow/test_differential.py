"""The interpreter against bash: generated scripts, the command lines that it finds and those that really run.

Where a script has no branch, both are equal; with branches, whatever bash runs is among what was found.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard.check import Memory
from artifacts_guard.ci import recipes
from artifacts_guard.ci import script
from artifacts_guard.flow import jobs
from artifacts_guard.flow.books import Library
from artifacts_guard.flow.world import World
from artifacts_guard.settings import Settings

pytestmark = pytest.mark.skipif(shutil.which('bash') is None, reason='bash is what is compared with')

names = st.sampled_from(['a', 'b', 'c'])
words = st.sampled_from(['x', 'y y', '', '--f', '-n=1', "it's", 'z*z'])
quoted = words.map(lambda w: "'" + w.replace("'", "'\\''") + "'")
value = st.one_of(quoted, names.map(lambda n: f'"${n}"'), names.map(lambda n: f'"p${{{n}}}q"'))
argument = st.one_of(
    value,
    names.map(lambda n: f'${n}'),
    names.map(lambda n: f'"${{{n}:-none}}"'),
    names.map(lambda n: f'${{{n}:+set "$a"}}'),
    names.map(lambda n: '"${l[@]}"'),
    st.just('"$(printf %s "$a")"'),
    st.just('"$@"'),
    st.just('"$1"'),
)
probe = st.lists(argument, max_size=3).map(lambda parts: ' '.join(['probe', *parts]))
assign = st.tuples(names, value).map('='.join)
append = st.tuples(names, value).map('+='.join)
array = st.lists(value, max_size=3).map(lambda parts: f'l=({" ".join(parts)})')
extend = value.map(lambda v: f'l+=({v})')
define = st.lists(st.one_of(probe, assign), min_size=1, max_size=2).map(
    lambda body: 'f() { ' + '; '.join(body) + '; }'
)
call = st.lists(argument, max_size=2).map(lambda parts: ' '.join(['f', *parts]))
plain = st.one_of(
    probe, probe, assign, append, array, extend, define, call, st.just('unset b'), st.just('shift || :')
)
subshell = st.lists(plain, min_size=1, max_size=3).map(lambda body: '( ' + '; '.join(body) + ' )')
piped = st.tuples(probe, probe).map(' | '.join)
evaluated = quoted.map(lambda v: f'eval "probe {v}"' if "'\\''" not in v else 'eval probe')
straight = st.lists(st.one_of(plain, plain, subshell, piped, evaluated), min_size=1, max_size=8)
branch = st.tuples(st.sampled_from(['true', 'false', '[ -n "$a" ]']), plain, plain).map(
    lambda t: f'if {t[0]}; then {t[1]}; else {t[2]}; fi'
)
# what grows with each pass is followed for two passes only
loop = st.tuples(st.lists(value, min_size=1, max_size=3), st.one_of(probe, assign, subshell)).map(
    lambda t: f'for c in {" ".join(t[0])}; do {t[1]}; done'
)
case = st.tuples(value, plain, plain).map(lambda t: f'case {t[0]} in x) {t[1]} ;; *) {t[2]} ;; esac')
chain = st.tuples(st.sampled_from(['true', 'false']), st.sampled_from(['&&', '||']), plain).map(' '.join)
branching = st.lists(st.one_of(plain, plain, branch, loop, case, chain), min_size=1, max_size=7)

HEAD = "#!/bin/bash\nf() { :; }\na='A' b='B' c=''\nl=()\nset -f -- one 'two words'\n"
COMMON = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    folder = tmp_path / 'bin'
    folder.mkdir()
    stub = folder / 'probe'
    # one line per command: its words, each ended by a character that no word has
    stub.write_text('#!/bin/sh\nline=$(printf \'%s\\001\' "$@")\nprintf \'%s\\n\' "$line" >> "$PROBED"\n')
    stub.chmod(0o755)
    return folder


def ran(body: str, tools: Path) -> set[tuple[str, ...]]:
    """The arguments with which bash really starts `probe`."""
    log = tools.parent / 'log'
    log.write_text('')
    subprocess.run(
        ['bash', '-c', body], env={'PATH': f'{tools}:/usr/bin:/bin', 'PROBED': str(log)}, capture_output=True,
        check=False, timeout=20, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    lines = log.read_text().splitlines()
    return {tuple(line.split('\1')[:-1]) if line != '\1' else () for line in lines}


def found(body: str) -> set[tuple[str, ...]]:
    """The arguments with which the interpreter says `probe` is started."""
    tree = Memory({'s.sh': body})
    world = World(tree, Settings(), Library(tree, recipes.reader))
    world.command_lines = []
    document = tree.document('s.sh')
    assert document is not None
    jobs.run_pipeline(world, script.read(document, tree))
    return {line[1:] for line in world.command_lines if line[0] == 'probe'}


def normal(lines: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    # `printf '%s\1'` without arguments writes one empty word
    return {() if line == ('',) else line for line in lines}


@COMMON
@given(straight)
def test_scripts_without_branches_give_the_same_command_lines(tools: Path, lines: list[str]) -> None:
    body = HEAD + '\n'.join(lines) + '\n'

    assert normal(found(body)) == normal(ran(body, tools))


@COMMON
@given(branching)
def test_whatever_bash_runs_was_found(tools: Path, lines: list[str]) -> None:
    body = HEAD + '\n'.join(lines) + '\n'

    assert normal(ran(body, tools)) <= normal(found(body))
