"""Many repositories: the expected rows in any order, whatever is killed, interrupted, split or broken."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from artifacts_guard.audit import child
from artifacts_guard.audit import fleet
from artifacts_guard.audit import snapshot
from artifacts_guard.audit.model import ANALYSED
from artifacts_guard.audit.model import Options
from artifacts_guard.audit.model import Source
from artifacts_guard.audit.shards import Store
from artifacts_guard.audit.shards import digests
from artifacts_guard.audit.shards import merged
from artifacts_guard.cli.progress import line
from tests.audit import made
from tests.conftest import Guard
from tests.conftest import Repo
from tests.conftest import clean_environment

COUNT = 120
OPTIONS = Options(today='2026-11-24')
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope='module')
def team(tmp_path_factory: pytest.TempPathFactory) -> made.Made:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in clean_environment().items():
            patch.setenv(name, value)
        return made.fleet(tmp_path_factory.mktemp('fleet'), COUNT)


@pytest.fixture(scope='module')
def whole(team: made.Made) -> list[dict[str, Any]]:
    """The shards of all, made by local processes."""
    return run(team)


def sources(team: made.Made) -> list[Source]:
    return [Source(name, str(team.folder / name)) for name in team.names]


def run(team: made.Made, store: Store | None = None) -> list[dict[str, Any]]:
    with fleet.local(2) as executor:
        return list(fleet.run(sources(team), OPTIONS, executor, 2, store))


def found(shards: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(s['repository'], f['rule'], f['path']) for s in shards for f in s.get('findings', ())}


def failed(shards: list[dict[str, Any]]) -> set[str]:
    return {shard['repository'] for shard in shards if shard['state'] != ANALYSED}


def test_a_fleet_gives_exactly_the_expected_rows(team: made.Made, whole: list[dict[str, Any]]) -> None:
    assert len(whole) == COUNT
    assert found(whole) == team.found
    assert failed(whole) == team.broken
    assert {(s['repository'], c['name']) for s in whole for c in s.get('credentials', ())} == team.secrets


def test_a_broken_repository_says_why(whole: list[dict[str, Any]]) -> None:
    assert [shard['reason'] for shard in merged(whole) if shard['state'] != ANALYSED] == [
        'its commit HEAD is missing or broken',
        "artifacts-guard.toml:1: 'selekt' is no setting; did you mean 'select'?",
        'there is no such folder',
    ]


def test_the_order_of_shards_does_not_matter(whole: list[dict[str, Any]]) -> None:
    expected = merged(whole)
    for seed in range(5):
        shuffled = list(whole)
        random.Random(seed).shuffle(shuffled)
        left, right = shuffled[: COUNT // 3], shuffled[COUNT // 4 :]
        assert merged([*merged(left), *merged(right)]) == expected


def test_parts_that_are_merged_are_the_whole(team: made.Made, guard: Guard) -> None:
    common = ('--repos', 'repos.txt', '--as-of', '2026-11-24', '--jobs', '2')
    for part in (1, 2, 3):
        status = guard('audit', *common, '--shard', f'{part}/3', '--store', f'part-{part}', cwd=team.folder)
        assert (status.status, status.stdout) in ((0, ''), (3, ''))

    guard('audit', 'merge', 'part-3', 'part-1', 'part-2', *common, '-o', 'json=merged.json', cwd=team.folder)
    guard('audit', *common, '--store', 'part-1', '-o', 'json=whole.json', cwd=team.folder)

    assert (team.folder / 'merged.json').read_bytes() == (team.folder / 'whole.json').read_bytes()


def test_a_part_that_is_missing_is_told(team: made.Made, guard: Guard) -> None:
    common = ('--repos', 'repos.txt', '--as-of', '2026-11-24', '--jobs', '2')
    guard('audit', *common, '--shard', '1/40', '--store', 'few', cwd=team.folder)

    guard('audit', 'merge', 'few', *common, '-o', 'json=few.json', cwd=team.folder)

    states = {
        row['repository']: row['state']
        for row in json.loads((team.folder / 'few.json').read_text())['repositories']
    }
    chosen = {source.name for source in fleet.chosen(sources(team), 1, 40)}
    assert 0 < len(chosen) < COUNT
    assert {name for name, state in states.items() if state == 'missing'} == set(team.names) - chosen


def test_resuming_repeats_what_failed_and_nothing_else(
    team: made.Made, whole: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(str(tmp_path / 'store'), digests(OPTIONS))
    for shard in whole[: COUNT // 2]:
        store.keep(shard, OPTIONS.today)
    again: list[str] = []
    analyse = child.analyse

    def seen(batch: list[Source], options: Options) -> list[dict[str, Any]]:
        again.extend(source.name for source in batch)
        return analyse(batch, options)

    monkeypatch.setattr(fleet, 'analyse', seen)

    shards = run(team, store)

    finished = {shard['repository'] for shard in whole[: COUNT // 2]} - team.broken
    assert sorted(again) == sorted(set(team.names) - finished)
    assert merged(shards) == merged(whole)


@pytest.mark.parametrize(
    ('dates', 'day', 'there'),
    [
        ([], '2027-05-05', True),
        (['2026-12-31'], '2026-12-30', True),
        (['2026-12-31'], '2027-01-01', False),
        (['2026-11-01'], '2026-11-30', True),
    ],
    ids=['no dates', 'before an ignore ends', 'after an ignore has ended', 'an ignore that had ended before'],
)
def test_a_shard_holds_until_an_ignore_comment_ends(
    tmp_path: Path, dates: list[str], day: str, there: bool
) -> None:
    store = Store(str(tmp_path), digests(OPTIONS))
    store.keep({'repository': 'a', 'commit': 'c', 'state': ANALYSED, 'dates': dates}, '2026-11-24')

    assert (store.find('a', 'c', day) is not None) == there


@pytest.mark.parametrize('change', [{'pepper': 'x'}, {'sarif': True}, {'worktree': True}], ids=str)
def test_a_shard_that_was_made_otherwise_is_not_taken(tmp_path: Path, change: dict[str, Any]) -> None:
    Store(str(tmp_path), digests(OPTIONS)).keep(
        {'repository': 'a', 'commit': 'c', 'state': ANALYSED, 'dates': []}, OPTIONS.today
    )

    other = Store(str(tmp_path), digests(OPTIONS.replace(**change)))

    assert other.find('a', 'c', OPTIONS.today) is None


@pytest.mark.skipif(os.name != 'posix', reason='ends a process by a signal')
def test_a_killed_process_costs_one_row(team: made.Made, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = [s for s in sources(team) if s.name not in team.broken][:4]
    ask = child.Child.ask

    def killed(self: child.Child, source: Source) -> dict[str, Any] | None:
        if source == batch[1]:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
        return ask(self, source)

    monkeypatch.setattr(child.Child, 'ask', killed)

    shards = child.analyse(batch, OPTIONS)

    assert [shard['state'] for shard in shards] == ['analysed', 'failed', 'analysed', 'analysed']
    assert shards[1]['reason'] == 'the process that analysed it ended by signal 9'


def test_a_repository_that_takes_too_long_costs_one_row(
    team: made.Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = [s for s in sources(team) if s.name not in team.broken][:3]
    timer = threading.Timer
    limits = iter((60.0, 0.0, 60.0))
    monkeypatch.setattr(threading, 'Timer', lambda _, end: timer(next(limits), end))

    shards = child.analyse(batch, OPTIONS)

    assert [shard['state'] for shard in shards] == ['analysed', 'failed', 'analysed']
    assert shards[1]['reason'] == 'it took longer than 300 seconds'


@pytest.mark.skipif(not sys.platform.startswith('linux'), reason='the limit is one of Linux')
def test_a_repository_that_needs_too_much_memory_costs_one_row(team: made.Made) -> None:
    source = next(s for s in sources(team) if s.name not in team.broken)

    (shard,) = child.analyse([source], OPTIONS.replace(megabytes=16))

    assert shard['state'] == 'failed'


def test_a_mistake_of_ours_costs_one_row_and_tells_nothing_of_the_file(
    team: made.Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(*_: object) -> None:
        raise ValueError('what was read')

    monkeypatch.setattr(snapshot, 'content', mistaken)
    source = next(s for s in sources(team) if s.name not in team.broken)
    monkeypatch.chdir(team.folder)

    made_of_it = snapshot.shard(source, OPTIONS)

    assert made_of_it['state'] == 'failed'
    assert made_of_it['reason'].startswith('a mistake of ours: ValueError at audit/snapshot.py:')
    assert 'what was read' not in str(made_of_it)


@pytest.mark.parametrize(
    ('files', 'options', 'reason'),
    [
        ({}, ('--rev', 'no-such'), 'its commit no-such is missing or broken'),
        ({}, ('--rev', '--upload-pack=x'), 'its commit --upload-pack=x is missing or broken'),
        (
            {'artifacts-guard.toml': 'extends = ["../x.toml"]\n'},
            (),
            'artifacts-guard.toml: extends: ../x.toml lies outside the repository',
        ),
    ],
    ids=[
        'a commit that is not there',
        'an option in place of a commit',
        'a configuration that leads outside',
    ],
)
def test_what_cannot_be_looked_at_is_told(
    tmp_path: Path, guard: Guard, files: dict[str, str], options: tuple[str, ...], reason: str
) -> None:
    made.repository(tmp_path / 'web', {made.REPORT: made.workflow(made.PUSH), **files})

    outcome = guard('audit', 'web', *(f'{options[0]}={options[1]}',) if options else (), cwd=tmp_path)

    assert (outcome.status, outcome.stderr) == (3, f'artifacts-guard: web: {reason}\n')


def test_a_commit_is_judged_by_the_configuration_that_it_holds(repo: Repo, guard: Guard) -> None:
    flag = f'{made.PUSH} --token "$AGENT_ARTIFACTS_TOKEN"'
    strict = repo.commit(files={made.REPORT: made.workflow(flag)})
    repo.commit(files={'artifacts-guard.toml': 'ignore = ["token-flag"]\n'})

    strictly = ('audit', '--fail-on', 'note')

    assert guard(*strictly).status == 0
    assert guard(*strictly, '--rev', strict).status == 1
    repo.write('artifacts-guard.toml', '')
    assert guard(*strictly).status == 0
    assert guard(*strictly, '--worktree').status == 1


def test_a_repository_cannot_lend_its_modules(tmp_path: Path) -> None:
    made.repository(tmp_path / 'evil', {made.REPORT: made.workflow(made.PUSH)})
    for name in ('json.py', 'artifacts_guard/__init__.py', 'yaml/__init__.py'):
        path = tmp_path / 'evil' / name
        path.parent.mkdir(exist_ok=True)
        path.write_text('raise SystemExit(7)')

    (shard,) = child.analyse([Source('evil', str(tmp_path / 'evil'))], OPTIONS)

    assert shard['state'] == ANALYSED
    assert [one['name'] for one in shard['credentials']] == ['REPORT_KEY']


@pytest.mark.parametrize(
    ('done', 'before', 'seconds', 'words'),
    [
        (0, 0, 0.0, '[..............................] 0 of 100 repositories'),
        (50, 0, 10.0, '[###############...............] 50 of 100 repositories, 10 s left'),
        (50, 40, 30.0, '[###############...............] 50 of 100 repositories, 2 min 30 s left'),
        (100, 0, 10.0, '[##############################] 100 of 100 repositories, 0 s left'),
    ],
    ids=['nothing done', 'half', 'most of it done by an earlier run', 'all'],
)
def test_the_bar_says_how_long_the_rest_will_take(done: int, before: int, seconds: float, words: str) -> None:
    assert line(done, 100, before, seconds) == words


# a cluster of Dask, where it is installed


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and three workers, each a process of its own, on loopback: its address, and the workers."""
    pytest.importorskip('distributed')
    file = tmp_path / 'scheduler.json'
    environment = {
        **os.environ,
        'PYTHONPATH': os.pathsep.join([str(ROOT), *filter(os.path.isdir, sys.path[1:])]),
    }
    quiet: dict[str, Any] = {'env': environment, 'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}
    scheduler = subprocess.Popen(
        [
            *(sys.executable, '-m', 'distributed.cli.dask_scheduler', '--host', '127.0.0.1', '--port', '0'),
            *('--no-dashboard', '--scheduler-file', str(file)),
        ],
        **quiet,
    )
    workers = []
    try:
        for _ in range(200):
            if file.exists() and file.stat().st_size:
                break
            time.sleep(0.1)
        address = json.loads(file.read_text())['address']
        workers = [
            subprocess.Popen(
                [
                    *(
                        sys.executable,
                        '-m',
                        'distributed.cli.dask_worker',
                        address,
                        '--no-nanny',
                        '--nthreads',
                        '1',
                    ),
                    *('--no-dashboard', '--host', '127.0.0.1'),
                ],
                **quiet,
            )
            for _ in range(3)
        ]
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


@pytest.mark.filterwarnings('default')  # those of Dask are not ours
def test_a_cluster_that_loses_a_worker_gives_the_same(
    team: made.Made,
    whole: list[dict[str, Any]],
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    from distributed import Client

    address, workers = cluster
    with Client(address) as client:
        client.wait_for_workers(3, timeout=60)
    executor, threads, end = fleet.dask(address)
    assert threads == 3
    shards = []
    try:
        for shard in fleet.run(sources(team), OPTIONS, executor, threads):
            if not shards:
                workers[0].kill()
            shards.append(shard)
    finally:
        end()

    assert workers[0].wait(10) == -signal.SIGKILL
    assert merged(shards) == merged(whole)


@pytest.mark.filterwarnings('default')
@pytest.mark.parametrize(
    'address', ['tcp://10.0.0.1:8786', '10.0.0.1:8786', 'tcp://localhost.evil.example:1']
)
def test_a_cluster_on_another_machine_must_use_tls(guard: Guard, tmp_path: Path, address: str) -> None:
    pytest.importorskip('distributed')

    outcome = guard('audit', '--dask', address, cwd=tmp_path)

    assert outcome.status == 2
    assert 'must use TLS' in outcome.stderr
