"""The whole way, from files to the report, for every kind of content on which scanners were compared.

The tokens are other ones in each run.  The same files are looked for in the working tree, in the index and in the history.
"""

from __future__ import annotations

import json
import os

import pytest

from tests import tokens
from tests.conftest import Guard
from tests.conftest import Repo
from tests.credentials.test_inputs_of_peers import ROWS

SEED = os.urandom(8).hex()
ODD_NAMES = (
    '-x',
    'a b ',
    'line\nend',
    'bell\a',
    'colon:x',
    'gr\u00fc\u00df',
    'bytes\udcff',
    '%41',
    'yarn.lock',
    'x.svg',
    'x.js.map',
)
INSIDE = {'gzip': '!row-{}', 'zip': '!x.txt', 'zip in a tar with gzip': '!row-{}!x.zip!x.txt'}


def plant(repo: Repo) -> dict[str, tuple[int, int]]:
    """A file for each row and each odd name; where its token must be found, by the end of its path."""
    expected = {}
    for number, (row, (write, line, column)) in enumerate(ROWS.items()):
        repo.write(f'row-{number}', write(tokens.api_key(f'{SEED} {row}')))
        expected[f'row-{number}' + INSIDE.get(row, '').format(number)] = (line, column)
        repo.write(f'longer-{number}', write(tokens.api_key(f'{SEED} longer {row}') + 'Q'))
    for name in ODD_NAMES:
        repo.write(f'{name}', f'x {tokens.api_key(SEED + ascii(name))}\n')
        expected[name] = (1, 3)
    return expected


@pytest.mark.parametrize('argv', [[], ['--staged'], ['--history'], ['--history', 'HEAD']], ids=' '.join)
def test_found_on_the_right_line_and_column_and_nothing_else(
    repo: Repo, guard: Guard, argv: list[str]
) -> None:
    expected = plant(repo)
    repo.git('add', '-A')
    if '--history' in argv:
        repo.commit()

    outcome = guard('check', *argv, '--format', 'json')

    found = {
        f['path'].partition(':')[2] if '--history' in argv else f['path']: (f['line'], f['column'])
        for f in json.loads(outcome.stdout)['findings']
    }
    assert outcome.status == 1
    assert {path: place for path, place in found.items() if expected.get(path) != place} == {}
    assert sorted(expected.keys() - found.keys()) == []


def test_links_and_pipes_are_survived(repo: Repo, guard: Guard) -> None:
    expected = plant(repo)
    os.mkfifo(repo.path / 'pipe')
    for name, target in {'out': '/dev/zero', 'loop': 'loop', 'broken': 'nowhere', 'folder': '.'}.items():
        (repo.path / name).symlink_to(target)

    outcome = guard('check', '--format', 'json')

    assert len(json.loads(outcome.stdout)['findings']) == len(expected)
