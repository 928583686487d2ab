from __future__ import annotations

import pytest

from tests.ci.support import job

VALUES = {
    'one axis': ('os: [a, b]', {'os': ('a', 'b')}),
    'several axes': ('os: [a, b]\n        v: [1, "2"]', {'os': ('a', 'b'), 'v': ('1', '2')}),
    'a value alone': ('os: a', {'os': ('a',)}),
    'booleans are words': ('on: [true, false]', {'on': ('true', 'false')}),
    'included values': (
        'os: [a]\n        include: [{os: b}, {os: a, v: 1}]',
        {'os': ('a', 'b'), 'v': ('1',)},
    ),
    'included values alone': ('include: [{os: a, v: 1}, {os: b}]', {'os': ('a', 'b'), 'v': ('1',)}),
    'an excluded combination': (
        'os: [a, b]\n        v: [1, 2]\n        exclude: [{os: a, v: 1}]',
        {'os': ('a', 'b'), 'v': ('1', '2')},
    ),
    'an excluded value': (
        'os: [a, b]\n        v: [1, 2]\n        exclude: [{os: a}]',
        {'os': ('b',), 'v': ('1', '2')},
    ),
    'excluded in all combinations': (
        'os: [a, b]\n        v: [1]\n        exclude: [{os: a, v: 1}, {os: c}]',
        {'os': ('b',), 'v': ('1',)},
    ),
    'excluded and included again': (
        'os: [a, b]\n        exclude: [{os: a}]\n        include: [{os: a}]',
        {'os': ('b', 'a')},
    ),
    'maps': ('n: [{v: 1, x: a}, {v: 2}]', {'n.v': ('1', '2'), 'n.x': ('a',)}),
    'known JSON': ('os: ${{ fromJSON(\'["a", "b"]\') }}', {'os': ('a', 'b')}),
    'a known expression': ("os: [a, \"${{ format('{0}-x', 'b') }}\"]", {'os': ('a', 'b-x')}),
}
UNKNOWN = {
    'an output': 'os: ${{ fromJSON(needs.a.outputs.os) }}',
    'one value that is not known': 'os: [a, "${{ vars.OS }}"]',
    'an empty list': 'os: []',
    'a list of lists': 'os: [[a]]',
    'include that is no list': 'include: {os: a}',
}


@pytest.mark.parametrize(('lines', 'wanted'), VALUES.values(), ids=VALUES)
def test_the_values_of_variables(lines: str, wanted: dict[str, tuple[str, ...]]) -> None:
    assert matrix(lines) == wanted


@pytest.mark.parametrize('lines', UNKNOWN.values(), ids=UNKNOWN)
def test_variables_that_are_not_known(lines: str) -> None:
    assert matrix(lines) == {}


def test_a_whole_matrix_out_of_known_json() -> None:
    text = 'on: push\njobs:\n  a:\n    strategy:\n      matrix: >-\n        ${{ fromJSON(\'{"os": ["a", "b"]}\') }}\n'
    assert dict(job(text).matrix) == {'os': ('a', 'b')}


def test_the_number_of_values_is_limited() -> None:
    found = matrix(
        f'os: [{", ".join(map(str, range(500)))}]\n        v: [{", ".join(map(str, range(500)))}]\n        exclude: [{{os: 1}}]'
    )
    assert [len(values) for values in found.values()] == [64, 64]


def matrix(lines: str) -> dict[str, tuple[str, ...]]:
    return dict(job(f'on: push\njobs:\n  a:\n    strategy:\n      matrix:\n        {lines}\n').matrix)
