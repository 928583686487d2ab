"""All pipelines of a tree together: what is called, what nobody calls, what can't be read."""

from __future__ import annotations

import pytest

from artifacts_guard.ci import link
from tests.ci.support import Forest
from tests.ci.support import read_all

CALLER = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{uses: ./x}]\n'
ACTION = 'name: X\nruns:\n  using: composite\n  steps: [{run: make, shell: bash}]\n'
REUSED = 'on: workflow_call\njobs:\n  b:\n    runs-on: %s\n    steps: [{run: make}]\n'

JOINED = {
    'a name': ('', 'a', 'a'),
    'in a folder': ('x/y', 'a', 'x/y/a'),
    'this folder': ('x', './a', 'x/a'),
    'up': ('x/y', '../a', 'x/a'),
    'up to the root': ('x', '../a', 'a'),
    'blanks of a path': ('/x/', '//a/./b/', 'x/a/b'),
    'back slashes': ('x', '.\\a\\b', 'x/a/b'),
    'nothing': ('x', '', 'x'),
    'the root': ('', './', ''),
}
NOT_JOINED = {
    'above the root': ('', '../a'),
    'above the root by detour': ('x', 'a/../../../x/a'),
    'above the root with back slashes': ('', '..\\a'),
}


@pytest.mark.parametrize(('folder', 'reference', 'wanted'), JOINED.values(), ids=JOINED)
def test_joins_paths(folder: str, reference: str, wanted: str) -> None:
    assert link.join(folder, reference) == wanted


@pytest.mark.parametrize(('folder', 'reference'), NOT_JOINED.values(), ids=NOT_JOINED)
def test_does_not_leave_the_tree(folder: str, reference: str) -> None:
    assert link.join(folder, reference) is None


def test_what_is_called_is_read_where_it_is_called() -> None:
    found = read_all({'.github/workflows/a.yml': CALLER, 'x/action.yml': ACTION})
    assert [one.document.path for one in found.pipelines] == ['.github/workflows/a.yml']
    assert [(one.path, one.kind, one.note) for one in found.taken] == [
        ('.github/workflows/a.yml', 'pipeline', ''),
        ('x/action.yml', 'action', 'read where it is called'),
    ]


def test_what_nobody_calls_is_no_automation() -> None:
    found = read_all({'x/action.yml': ACTION})
    (job,) = found.pipelines[0].jobs
    assert (job.automation, job.runner.tenancy) == (False, 'unknown')
    assert found.taken[0].note == 'nothing in the tree is known to call it'


@pytest.mark.parametrize(
    ('runs_on', 'tenancy'), [('ubuntu-latest', 'ephemeral'), ('self-hosted', 'shared'), ('x', 'unknown')]
)
def test_a_workflow_that_nobody_calls_still_names_its_host(runs_on: str, tenancy: str) -> None:
    (job,) = read_all({'.github/workflows/b.yml': REUSED % runs_on}).pipelines[0].jobs
    assert (job.automation, job.runner.tenancy) == (False, tenancy)


def test_a_workflow_with_triggers_of_its_own_stays() -> None:
    reused = (REUSED % 'self-hosted').replace('on: workflow_call', 'on: [workflow_call, schedule]')
    caller = 'on: push\njobs: {a: {uses: ./.github/workflows/b.yml}}\n'
    found = read_all({'.github/workflows/a.yml': caller, '.github/workflows/b.yml': reused})
    assert [[job.name for job in one.jobs] for one in found.pipelines] == [['a / b', 'a'], ['b']]
    assert found.pipelines[1].jobs[0].automation


def test_an_action_that_only_uncalled_ones_call_is_read_there() -> None:
    outer = 'name: O\nruns:\n  using: composite\n  steps: [{uses: ./x}]\n'
    found = read_all({'o/action.yml': outer, 'x/action.yml': ACTION})
    assert [one.document.path for one in found.pipelines] == ['o/action.yml']


def test_what_cannot_be_parsed_is_said_with_its_offset() -> None:
    text = 'on: push\njobs: [\n'
    found = read_all({'.github/workflows/bad.yml': text, '.github/workflows/good.yml': CALLER})
    (bad,) = found.unreadable
    assert bad.document.path == '.github/workflows/bad.yml'
    assert bad.message
    assert 0 <= bad.offset <= len(text)
    assert [one.document.path for one in found.pipelines] == ['.github/workflows/good.yml']
    assert [(one.kind, one.jobs) for one in found.taken] == [('unreadable', 0), ('pipeline', 1)]


def test_a_document_without_jobs_is_said() -> None:
    (taken,) = read_all({'.github/workflows/a.yml': 'name: x\n'}).taken
    assert (taken.kind, taken.jobs, taken.note) == ('pipeline', 0, 'no job was recognised in it')


def test_each_document_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from artifacts_guard import yamltree

    parsed = []
    parse = yamltree.parse
    monkeypatch.setattr(yamltree, 'parse', lambda document: parsed.append(document.path) or parse(document))
    forest = {f'.github/workflows/{name}.yml': CALLER for name in 'abc'}
    read_all({**forest, 'x/action.yml': ACTION})
    assert sorted(parsed) == sorted([*forest, 'x/action.yml'])


def test_a_library_stays_itself() -> None:
    shelf = link.library(Forest({'a': 'b'}))
    assert link.library(shelf) is shelf
    assert list(shelf.paths()) == ['a']


def test_order_of_paths_does_not_matter() -> None:
    forest = Forest(
        {'.github/workflows/a.yml': CALLER, '.github/workflows/b.yml': REUSED % 'x', 'x/action.yml': ACTION}
    )
    paths = list(forest.paths())
    there = link.read_all(paths, forest)
    back = link.read_all(reversed(paths), forest)
    assert [one.document.path for one in there.pipelines] == [one.document.path for one in back.pipelines]
    assert there.taken == back.taken
