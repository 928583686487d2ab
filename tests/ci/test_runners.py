from __future__ import annotations

import pytest

from artifacts_guard.ci import runners
from artifacts_guard.ci.model import Runner
from artifacts_guard.settings import HostRule
from tests.ci.support import job
from tests.ci.support import read

E, S, U = 'ephemeral', 'shared', 'unknown'

HOSTS = {
    'a hosted label': ('ubuntu-latest', E, 'ubuntu-latest'),
    'in capitals': ('Ubuntu-24.04', E, 'Ubuntu-24.04'),
    'ARM': ('ubuntu-24.04-arm', E, 'ubuntu-24.04-arm'),
    'one CPU': ('ubuntu-slim', E, 'ubuntu-slim'),
    'Windows': ('windows-2025', E, 'windows-2025'),
    'macOS': ('macos-15-intel', E, 'macos-15-intel'),
    'a large macOS': ('macos-14-xlarge', E, 'macos-14-xlarge'),
    'a list of one': ('[ubuntu-latest]', E, 'ubuntu-latest'),
    'self-hosted': ('self-hosted', S, 'self-hosted'),
    'self-hosted among others': ('[linux, Self-Hosted, x64]', S, 'linux, Self-Hosted, x64'),
    'self-hosted and something unknown': (
        '[self-hosted, "${{ vars.SIZE }}"]',
        S,
        'self-hosted, ${{ vars.SIZE }}',
    ),
    'a group': ('{group: office}', S, 'group office'),
    'a group with labels': ('{group: office, labels: [linux, big]}', S, 'group office, linux, big'),
    'labels as a map': ('{labels: ubuntu-latest}', E, 'ubuntu-latest'),
    'an unexplained label': ('blacksmith-4vcpu-ubuntu-2404', U, 'blacksmith-4vcpu-ubuntu-2404'),
    'a larger runner by its name': ('ubuntu-24.04-16core', U, 'ubuntu-24.04-16core'),
    'a label that only begins like a hosted one': ('ubuntu-latest-office', U, 'ubuntu-latest-office'),
    'a label of self-hosted machines without the word': ('linux', U, 'linux'),
    'a hosted label with another': ('[ubuntu-latest, gpu]', U, 'ubuntu-latest, gpu'),
    'an expression': ('${{ vars.RUNNER }}', U, '${{ vars.RUNNER }}'),
    'an expression with a hosted default': (
        "${{ vars.RUNNER || 'ubuntu-latest' }}",
        U,
        "${{ vars.RUNNER || 'ubuntu-latest' }}",
    ),
    'two hosted ones': (
        "${{ github.event_name == 'push' && 'ubuntu-latest' || 'macos-15' }}",
        E,
        "${{ github.event_name == 'push' && 'ubuntu-latest' || 'macos-15' }}",
    ),
    'hosted or not': (
        "${{ github.event_name == 'push' && 'self-hosted' || 'macos-15' }}",
        S,
        "${{ github.event_name == 'push' && 'self-hosted' || 'macos-15' }}",
    ),
    'put together': ("ubuntu-${{ '22.04' }}", E, "ubuntu-${{ '22.04' }}"),
    'labels as JSON': (
        '"${{ fromJSON(\'[\\"self-hosted\\", \\"x64\\"]\') }}"',
        S,
        '${{ fromJSON(\'["self-hosted", "x64"]\') }}',
    ),
    'nothing': ('', U, ''),
}


@pytest.mark.parametrize(('value', 'tenancy', 'label'), HOSTS.values(), ids=HOSTS)
def test_tenancy_of_runs_on(value: str, tenancy: str, label: str) -> None:
    runner = job(f'on: push\njobs:\n  a:\n    runs-on: {value}\n    steps: []\n').runner
    assert (runner.tenancy, runner.label) == (tenancy, label)
    assert runner.evidence


MATRIX = {
    'all hosted': ('[ubuntu-latest, macos-15]', E),
    'one self-hosted': ('[ubuntu-latest, self-hosted]', S),
    'one unexplained': ('[ubuntu-latest, office]', U),
    'unexplained and self-hosted': ('[office, self-hosted]', S),
    'one not known': ('[ubuntu-latest, "${{ vars.R }}"]', U),
    'lists': ('[[ubuntu-latest], [self-hosted, x64]]', S),
    'all of it not known': ('${{ fromJSON(needs.x.outputs.y) }}', U),
}


@pytest.mark.parametrize(('values', 'tenancy'), MATRIX.values(), ids=MATRIX)
def test_the_worst_of_a_matrix(values: str, tenancy: str) -> None:
    text = f'on: push\njobs:\n  a:\n    runs-on: ${{{{ matrix.os }}}}\n    strategy:\n      matrix:\n        os: {values}\n'
    assert job(text).runner.tenancy == tenancy


def test_a_runner_out_of_included_maps() -> None:
    found = job("""
        on: push
        jobs:
          a:
            runs-on: ${{ matrix.platform.runner }}
            strategy:
              matrix:
                platform: [{runner: ubuntu-latest, target: a}, {runner: self-hosted, target: b}]
        """)
    assert found.runner.tenancy == S
    assert [labels for labels, _ in found.runner.options] == [('ubuntu-latest',), ('self-hosted',)]


CHOSEN = {
    'a choice among hosted ones': ('type: choice\n        options: [ubuntu-latest, macos-15]', E),
    'a choice with another': ('type: choice\n        options: [ubuntu-latest, self-hosted]', S),
    'free text': ('type: string\n        default: ubuntu-latest', U),
}


@pytest.mark.parametrize(('lines', 'tenancy'), CHOSEN.values(), ids=CHOSEN)
def test_a_runner_chosen_by_hand(lines: str, tenancy: str) -> None:
    text = f'on:\n  workflow_dispatch:\n    inputs:\n      Runner:\n        {lines}\njobs:\n  a:\n    runs-on: ${{{{ inputs.runner }}}}\n'
    assert job(text).runner.tenancy == tenancy


def test_the_place_is_where_the_runner_is_named() -> None:
    place = job('on: push\njobs:\n  a:\n    runs-on: [self-hosted, x64]\n').runner.place
    assert place is not None
    assert (place.line, place.text) == (4, '[self-hosted, x64]')


FORGE = {
    'a label nobody explained': ('docker', U),
    'a label that looks hosted is not': ('ubuntu-latest', U),
    'self-hosted': ('self-hosted', S),
    'the host itself': ('"office:host"', S),
    'an image': ('"docker:docker://node:22"', U),
    'an expression': ('${{ vars.R }}', U),
    'nothing': ('', U),
}


@pytest.mark.parametrize('system', ['forgejo', 'gitea'])
@pytest.mark.parametrize(('value', 'tenancy'), FORGE.values(), ids=FORGE)
def test_tenancy_on_a_forge(system: str, value: str, tenancy: str) -> None:
    found = read(f'on: push\njobs:\n  a:\n    runs-on: {value}\n', f'.{system}/workflows/a.yml')
    assert found.system == system
    assert found.jobs[0].runner.tenancy == tenancy


CONFIGURED = {
    'a label that is explained': ((('office', U),), HostRule('office', E), E),
    'by a glob': ((('blacksmith-4vcpu', U),), HostRule('blacksmith-*', E), E),
    'worse than the label says': ((('ubuntu-latest', E),), HostRule('ubuntu-*', S), S),
    'one of several labels': ((('self-hosted,arc', S),), HostRule('arc', E), E),
    'one value of a matrix leaves the others': ((('office', U), ('rack', U)), HostRule('office', E), U),
}
NOT_CONFIGURED = {
    'another label': ((('office', U),), HostRule('rack', E), U),
    'a part of a label': ((('office-2', U),), HostRule('office', E), U),
    'of another system': ((('office', U),), HostRule('office', E, 'gitlab'), U),
}


@pytest.mark.parametrize(('options', 'rule', 'wanted'), CONFIGURED.values(), ids=CONFIGURED)
def test_the_configuration_explains_labels(
    options: tuple[tuple[str, str], ...], rule: HostRule, wanted: str
) -> None:
    found = runners.configured(runner(options), 'github', (HostRule('never', S), rule))
    assert found.tenancy == wanted
    assert rule.pattern in found.evidence


@pytest.mark.parametrize(('options', 'rule', 'wanted'), NOT_CONFIGURED.values(), ids=NOT_CONFIGURED)
def test_the_configuration_leaves_other_labels(
    options: tuple[tuple[str, str], ...], rule: HostRule, wanted: str
) -> None:
    given = runner(options)
    assert runners.configured(given, 'github', (rule,)) is given
    assert given.tenancy == wanted


def test_a_runner_without_options_is_known_by_its_label() -> None:
    assert runners.configured(Runner(U, 'office', 'x'), 'gitlab', (HostRule('off*', E),)).tenancy == E


def runner(options: tuple[tuple[str, str], ...]) -> Runner:
    split = tuple((tuple(labels.split(',')), tenancy) for labels, tenancy in options)
    return Runner(runners.worst(tenancy for _, tenancy in split), options[0][0], 'by the file', None, split)
