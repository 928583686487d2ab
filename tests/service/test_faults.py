"""A thousand pushes, each of its own kind, with faults at every step: nothing twice, nothing lost, no token anywhere.

Which faults strike is drawn from a seed, so that a failure can be repeated: `-k 'pushes[7]'`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from artifacts_guard.service.transport import Transport
from tests import tokens
from tests.conftest import Guard
from tests.conftest import Outcome
from tests.fake_service import AFTER_ACCEPTING
from tests.fake_service import KINDS
from tests.fake_service import FakeService
from tests.fake_service import Fault
from tests.service.conftest import TOKEN
from tests.service.watch import Watcher

ROOT = str(Path(__file__).parents[2])
BATCHES, PUSHES, PROCESSES = 20, 50, 2
OLD = '2026-01-01T00:00:00.000Z'
UNSURE = 'look for it before you repeat this'
PASSING = {1, 69}  # exit statuses of what may be over in a while


class Scenario:
    """One push: how the key, the slug and the command line are, and what happens to each request."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        choose = self.random.choice
        self.mode = choose(['', '', '--ensure', '--update', '--update'])
        self.reads = choose([True, False])
        self.slug_is = choose(['free', 'free', "another's", 'mine', 'deleted'])
        self.delivery = choose(['variable', 'stdin', 'file', 'command'])
        self.strikes = choose([0.0, 0.2, 0.4, 0.7])
        self.content = f'# Report\n\n{seed} {self.random.random()}\n'

    def scopes(self) -> tuple[str, ...]:
        more = ('artifacts:read',) if self.reads else ()
        return ('artifacts:create', 'artifacts:update', *more)

    def prepare(self, service: FakeService) -> None:
        service.store.all_artifacts.clear()
        service.store.keys[0].scopes = self.scopes()
        if self.slug_is == 'free':
            return
        mine = self.slug_is == 'mine'
        made_by = service.store.keys[0].id if mine else 'another'
        there = service.store.add_artifact(
            'report', 'old', title='Report' if mine else 'Another', made_by=made_by
        )
        there.created = OLD
        there.deleted = self.slug_is == 'deleted'

    def fault(self, *_: str) -> Fault | None:
        if self.random.random() >= self.strikes:
            return None
        kind = self.random.choice(KINDS)
        accepted = kind in AFTER_ACCEPTING and self.random.random() < 0.5
        seconds = {'slow': 0.25, 'limited': 1}.get(kind, 0)
        # what is slow and what is long takes time: seldom
        if kind in ('slow', 'huge') and self.random.random() < 0.8:
            kind = 'cut'
        return Fault(kind, accepted, seconds)

    def expected(self) -> int:
        """The exit status without a fault."""
        if self.slug_is == 'deleted':
            return {'--ensure': 3, '--update': 5}.get(self.mode, 0)
        if self.slug_is != 'free' and self.mode == '--ensure' and not self.reads:
            return 4
        return 0

    def argv(self) -> list[str]:
        given = {
            'stdin': ['--token-stdin'],
            'file': ['--token-file', 'token'],
            'command': ['--token-command', 'cat token'],
        }
        more = [self.mode] if self.mode else []
        return ['push', 'report.md', '--project-slug', 'default', '-q', *more, *given.get(self.delivery, [])]


def judge(scenario: Scenario, service: FakeService, outcome: Outcome, *, struck: bool) -> None:
    """Compare what came out with what is in the service.  `struck`: something went wrong on the way."""
    found = [
        (artifact, version)
        for artifact in service.store.all_artifacts
        for version in artifact.versions
        if version.content == scenario.content
    ]

    assert len(found) <= 1, 'published twice'
    if outcome.status == 0:
        data = json.loads(outcome.stdout)['data']
        if scenario.mode == '--ensure' and not data['created']:
            assert (found, scenario.slug_is in ("another's", 'mine')) == ([], True)
            return
        ((artifact, version),) = found
        assert (data['artifactId'], data['versionId']) == (artifact.id, version.id)
        assert (data['versionNumber'], data['normalizedSlug']) == (version.number, artifact.slug)
        assert data['url'] == f'{service.url}/alice/default/{artifact.slug}'
        assert data['created'] == (version.number == 1)
    else:
        error = json.loads(outcome.stderr)['error']
        assert not found or UNSURE in error['message'], 'published, and said to be not'
        assert outcome.status in (
            {scenario.expected()} if not struck else {*PASSING, scenario.expected()} - {0}
        )
    assert (outcome.status == scenario.expected()) or struck
    for part in (TOKEN[5:13], TOKEN[-9:]):
        assert part not in outcome.stdout + outcome.stderr


def settle(service: FakeService) -> None:
    """Until requests that were given up are done: what they would do must have been done before it is judged."""
    while service.busy:
        time.sleep(0.01)


@pytest.mark.parametrize('batch', range(BATCHES))
def test_pushes(
    guard: Guard,
    service: FakeService,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pauses: list[float],
    batch: int,
) -> None:
    for name, value in (('silent', 0.1), ('largest', 1 << 20)):
        monkeypatch.setitem(Transport.__init__.__kwdefaults__, name, value)
    (tmp_path / 'token').write_text(TOKEN)
    (tmp_path / 'token').chmod(0o600)
    watcher = Watcher(TOKEN) if sys.platform.startswith('linux') else None
    for number in range(PUSHES):
        scenario = Scenario(f'{batch}/{number}')
        scenario.prepare(service)
        service.faults.struck.clear()
        pauses.clear()
        service.faults.choose = scenario.fault
        (tmp_path / 'report.md').write_text(scenario.content)
        monkeypatch.setenv('AGENT_ARTIFACTS_TOKEN', TOKEN if scenario.delivery == 'variable' else 'x')

        outcome = guard(*scenario.argv(), stdin=TOKEN, cwd=tmp_path)

        service.faults.choose = None
        settle(service)
        # a busy machine can make a timeout of its own: that shows as a pause, or as what cannot be found out then
        struck = bool(service.faults.struck or pauses) or UNSURE in outcome.stderr
        judge(scenario, service, outcome, struck=struck)
    for number in range(PROCESSES):
        whole_process(service, tmp_path, f'{batch}/process/{number}')
    assert watcher is None or watcher.stop() == []


def whole_process(service: FakeService, folder: Path, seed: str) -> None:
    """As a process of its own, which others can look at."""
    scenario = Scenario(seed)
    scenario.strikes = min(scenario.strikes, 0.2)  # its pauses are real ones
    scenario.prepare(service)
    service.faults.struck.clear()
    service.faults.choose = scenario.fault
    (folder / 'report.md').write_text(scenario.content)
    run = subprocess.run(
        [sys.executable, '-m', 'artifacts_guard', *scenario.argv()],
        cwd=folder,
        env={
            **os.environ,
            'PYTHONPATH': ROOT,
            'AGENT_ARTIFACTS_TOKEN': TOKEN,
            'AGENT_ARTIFACTS_BASE_URL': service.url,
        },
        input=TOKEN,
        capture_output=True,
        text=True,
        check=False,
    )
    service.faults.choose = None
    settle(service)
    judge(
        scenario,
        service,
        Outcome(run.returncode, run.stdout, run.stderr),
        struck=bool(service.faults.struck),
    )


def test_the_scenarios_are_of_every_kind() -> None:
    """Random, but not by accident all alike."""
    all_of_them = [Scenario(f'{batch}/{number}') for batch in range(BATCHES) for number in range(PUSHES)]

    assert len(all_of_them) == 1000
    kinds = {(one.mode, one.reads, one.slug_is) for one in all_of_them}
    assert len(kinds) == 3 * 2 * 4
    drawn = [fault for one in all_of_them for _ in range(10) if (fault := one.fault())]
    assert {fault.kind for fault in drawn} == set(KINDS)
    assert {fault.kind for fault in drawn if fault.accepted} == set(AFTER_ACCEPTING)


@pytest.mark.skipif(not sys.platform.startswith('linux'), reason='/proc')
def test_the_watcher_sees_a_token_in_arguments() -> None:
    """Or it would prove nothing."""
    other = tokens.api_key('seen')
    watcher = Watcher(other)
    subprocess.run([sys.executable, '-c', 'import time; time.sleep(0.5)', other], check=True)

    assert any(line.endswith('TOKEN ') for line in watcher.stop())


@pytest.mark.parametrize('accepted', [False, True], ids=['before', 'after'])
@pytest.mark.parametrize('kind', [*AFTER_ACCEPTING])
@pytest.mark.parametrize('reads', [False, True], ids=['without read', 'with read'])
def test_each_fault_alone_is_survived(
    guard: Guard,
    service: FakeService,
    tmp_path: Path,
    kind: str,
    accepted: bool,
    reads: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(Transport.__init__.__kwdefaults__, 'silent', 0.1)
    (tmp_path / 'report.md').write_text('# Report\n')
    service.store.keys[0].scopes = ('artifacts:create', *(('artifacts:read',) if reads else ()))
    service.fail(kind, accepted=accepted, seconds=0.3, method='POST', path='/api/artifacts')

    outcome = guard('push', 'report.md', '--project-slug', 'default', cwd=tmp_path)
    settle(service)

    assert outcome.status == 0, outcome.stderr
    assert [artifact.slug for artifact in service.artifacts] == ['report']


@pytest.mark.parametrize(
    ('kind', 'pause'),
    [
        pytest.param('limited', (7, 8), id='Retry-After'),
        # both its time and the date of the answer are whole seconds
        pytest.param('limited-reset', (5, 10), id='x-ratelimit-reset'),
        pytest.param('error-502', (0, 0.5), id='no wish'),
    ],
)
def test_pauses_are_those_that_the_service_wishes(
    guard: Guard,
    service: FakeService,
    tmp_path: Path,
    pauses: list[float],
    kind: str,
    pause: tuple[float, float],
) -> None:
    (tmp_path / 'report.md').write_text('# Report\n')
    service.fail(kind, seconds=7, path='/api/artifacts')

    assert guard('push', 'report.md', '--project-slug', 'default', cwd=tmp_path).status == 0
    (made,) = pauses
    assert pause[0] <= made <= pause[1]


@pytest.mark.parametrize(
    ('kind', 'status', 'words'),
    [
        pytest.param('limited', 1, 'Rate limit exceeded.', id='limited'),
        pytest.param('error-500', 1, 'Unexpected non-JSON response from the API (HTTP 500).', id='500'),
        pytest.param(
            'html', 1, 'Unexpected non-JSON response from the API (HTTP 200).', id='HTML with status 200'
        ),
        pytest.param('cut', 69, 'broke off', id='no answer'),
        pytest.param('redirect', 69, 'redirects to http://elsewhere.invalid', id='a redirect'),
    ],
)
def test_what_does_not_end_ends_the_push(
    guard: Guard,
    service: FakeService,
    tmp_path: Path,
    pauses: list[float],
    kind: str,
    status: int,
    words: str,
) -> None:
    (tmp_path / 'report.md').write_text('# Report\n')
    service.fail(kind, times=100, method='POST', path='/api/artifacts')

    outcome = guard('push', 'report.md', '--project-slug', 'default', cwd=tmp_path)

    assert (outcome.status, service.artifacts) == (status, [])
    assert words in json.loads(outcome.stderr)['error']['message']
    assert len(pauses) == (0 if kind == 'redirect' else 5)


def test_what_cannot_be_found_out_is_not_sent_again(
    guard: Guard, service: FakeService, tmp_path: Path
) -> None:
    (tmp_path / 'report.md').write_text('# Report\n')
    service.fail('cut', accepted=True, path='/api/artifacts')
    service.fail('error-500', times=100, path='/api/profile')

    outcome = guard('push', 'report.md', '--project-slug', 'default', cwd=tmp_path)

    assert outcome.status == 69
    assert UNSURE in json.loads(outcome.stderr)['error']['message']
    assert len([r for r in service.requests if r.path == '/api/artifacts']) == 1


def test_a_real_limit_is_waited_for(
    guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    """The measured service refuses the 31st push of a minute; with the pauses it asks for, it does not."""
    clock = [1_790_000_000.0]
    monkeypatch.setattr(
        'artifacts_guard.service.retry.time.sleep', lambda seconds: clock.__setitem__(0, clock[0] + 61)
    )
    (tmp_path / 'report.md').write_text('# Report\n')
    with FakeService(keys={TOKEN: ('artifacts:create',)}, rate_limited=True, now=lambda: clock[0]) as limited:
        monkeypatch.setenv('AGENT_ARTIFACTS_BASE_URL', limited.url)
        for number in range(40):
            monkeypatch.setenv('AGENT_ARTIFACTS_TOKEN', TOKEN)
            argv = ('push', 'report.md', '--slug', f's-{number}', '--project-slug', 'default')
            assert guard(*argv, cwd=tmp_path).status == 0
    assert len(limited.artifacts) == 40
    assert clock[0] > 1_790_000_000.0
