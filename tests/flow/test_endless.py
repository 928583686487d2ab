"""Scripts that would run for ever, or that are very large: the analysis ends soon, and says when it gave up."""

from __future__ import annotations

import time

import pytest

from artifacts_guard.facts.collect import collect
from artifacts_guard.facts.model import Endpoint
from artifacts_guard.settings import Settings
from tests.ci.support import Forest
from tests.flow.job import WORKFLOW
from tests.flow.job import facts

USE = 'artifacts whoami --token "$T"\n'
_SECONDS = 8

# sentence, script, whether it is followed to its end (None: that depends on the time that it takes)
SCRIPTS: tuple[tuple[str, str, bool | None], ...] = (
    ('a function that calls itself', 'f() { publish "$1"; f "$1$T"; }\nf "$T"\n' + USE, False),
    ('functions that call each other', 'f() { g "$1"; g "$1"; }\ng() { f "$1"; f "$1"; }\nf "$T"\n' + USE, False),
    ('a script that sources itself', 'source ci/self.sh\n' + USE, False),
    ('a script that runs itself', 'bash ci/again.sh\n' + USE, False),
    ('a file that sources itself', 'echo "source ./k" > k\nsource ./k\n' + USE, False),
    ('an alias of itself', 'shopt -s expand_aliases\nalias a="a b"\na\n' + USE, True),
    ('eval of itself', 'x=\'eval "$x"\'\neval "$x"\n' + USE, False),
    ('a loop without end', 'while true; do x="$x $T"; y="$y$x"; done\n' + USE, True),
    ('loops in loops', 'for a in 1 2; do ' * 7 + 'x="$x$T"; ' + 'done; ' * 7 + '\n' + USE, True),
    ('a chain through a loop that is too long', 'while true; do ' + ' '.join(f'v{i}=$v{i + 1};' for i in range(30)) + ' v30=$T; done\n' + USE, False),
    ('ten thousand lines', 'x=$T\n' * 10_000 + USE, None),
    ('five thousand cases', 'case "$1" in\n' + ''.join(f'  c{i}) x=$T ;;\n' for i in range(5_000)) + 'esac\n' + USE, None),
    ('five hundred branches after each other', ''.join(f'if test {i}; then x{i}=$T; fi\n' for i in range(500)) + USE, None),
    ('two hundred blocks in each other', '{ ' * 200 + 'publish "$T"; ' + '} ; ' * 199 + '}\n' + USE, True),
    ('two hundred conditions in each other', 'if a; then ' * 200 + 'publish "$T"; ' + 'fi; ' * 200 + '\n' + USE, True),
    ('two hundred subshells in each other', '( ' * 200 + 'publish "$T" ' + ') ' * 200 + '\n' + USE, True),
    ('substitutions in each other', 'x=' + '$(echo ' * 150 + '"$T"' + ')' * 150 + '\n' + USE, False),
    ('words that multiply', ''.join(f'if a; then x{i}=$T; else x{i}=$x; fi\n' for i in range(40)) + 'publish ' + ' '.join(f'$x{i}' for i in range(40)) + '\n' + USE, True),
)  # fmt: skip

FILES = {'ci/self.sh': 'source ci/self.sh\n', 'ci/again.sh': 'bash ci/again.sh\nbash ci/again.sh\n'}


def _called(script: str) -> dict[str, str]:
    return {path: text for path, text in FILES.items() if path in script}


@pytest.mark.parametrize(('script', 'whole'), [row[1:] for row in SCRIPTS], ids=[row[0] for row in SCRIPTS])
def test_it_ends(script: str, whole: bool | None) -> None:
    path = '.github/workflows/w.yml'
    body = ''.join(f'          {line}\n' for line in script.splitlines())
    forest = Forest({path: WORKFLOW.format(shell='bash') + body, **_called(script)})
    start = time.process_time()

    found = collect(forest, tuple(forest.paths()), [], Settings())  # type: ignore[arg-type]

    assert time.process_time() - start < _SECONDS
    seen = any(getattr(fact, 'sink', '') == 'flag' for fact in found.facts)
    assert seen or (whole is None and found.limits)
    assert whole is None or bool(found.limits) is not whole


def test_a_loop_gives_all_its_values_to_a_script() -> None:
    loop = (
        'for a in 1 2 3 4 5 6 7; do\n  b="$(tool x$a)"\n  c=$a-\n  ci/use.sh "${R:-1}" "$a" "$b" "$c"\ndone\n'
    )
    others = {'ci/use.sh': 'artifacts whoami --base-url "http://h$2.example"\n'}

    found = facts('bash', 'if x; then R=1; else R=2; fi\n' + loop, others)

    urls = {fact.url for fact in found if isinstance(fact, Endpoint)}
    assert urls >= {f'http://h{number}.example' for number in range(1, 8)}
