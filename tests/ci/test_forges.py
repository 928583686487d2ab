"""Forgejo and Gitea: what differs from GitHub."""

from __future__ import annotations

import pytest

from tests.ci.support import commands
from tests.ci.support import read
from tests.ci.support import used

FORGEJO = '.forgejo/workflows/a.yml'
GITEA = '.gitea/workflows/a.yml'

USES = {
    'relative, of the vendor': (FORGEJO, 'actions/checkout@v4', 'unpinned own'),
    'absolute, of the vendor': (FORGEJO, 'https://data.forgejo.org/actions/checkout@v4', 'unpinned own'),
    'absolute, of the vendor’s other host': (
        FORGEJO,
        'https://code.forgejo.org/forgejo/upload-artifact@v4',
        'unpinned own',
    ),
    'absolute, of somebody else': (
        FORGEJO,
        'https://git.example.com/actions/checkout@v4',
        'unpinned third-party',
    ),
    'absolute, with a login': (
        FORGEJO,
        'https://data.forgejo.org@git.example.com/actions/checkout@v4',
        'unpinned third-party',
    ),
    'somebody else': (FORGEJO, 'acme/tool@v1', 'unpinned third-party'),
    'Forgejo’s own in Gitea': (GITEA, 'forgejo/upload-artifact@v4', 'unpinned third-party'),
    'Gitea’s host': (GITEA, 'https://gitea.com/actions/checkout@v4', 'unpinned own'),
    'in the tree': (GITEA, './.gitea/actions/x', 'pinned own at .gitea/actions/x/action.yml'),
}


@pytest.mark.parametrize(('path', 'name', 'wanted'), USES.values(), ids=USES)
def test_whose_actions(path: str, name: str, wanted: str) -> None:
    others = {'.gitea/actions/x/action.yml': 'runs: {using: composite, steps: []}'}
    found = read(f'on: push\njobs: {{a: {{steps: [{{uses: "{name}"}}]}}}}\n', path, others)
    assert used(found.jobs[0].steps[-1].use) == f'action {name} {wanted}'


@pytest.mark.parametrize(
    ('path', 'lines', 'wanted'),
    [
        (FORGEJO, '', 'bash errexit pipefail'),
        (FORGEJO, 'container: x, ', 'sh errexit'),
        (GITEA, '', 'bash errexit'),
        (GITEA, 'container: x, ', 'sh errexit'),
        (GITEA, 'defaults: {run: {shell: bash}}, ', 'bash errexit pipefail'),
    ],
)
def test_an_unset_shell(path: str, lines: str, wanted: str) -> None:
    found = read(f'on: push\njobs: {{a: {{{lines}steps: [{{run: make}}]}}}}\n', path)
    assert commands(found.jobs[0].steps[0]) == [f'{wanted}: make']


@pytest.mark.parametrize('context', ['forgejo', 'forge', 'gitea', 'github'])
def test_the_context_has_several_names(context: str) -> None:
    found = read(f'on: push\njobs: {{a: {{steps: [{{run: "x ${{{{ {context}.token }}}}"}}]}}}}\n', FORGEJO)
    assert commands(found.jobs[0].steps[0]) == ['bash errexit pipefail: x <<secret.GITHUB_TOKEN>>']


def test_reusable_workflows_are_found_in_their_folder() -> None:
    found = read(
        'on: push\njobs: {a: {uses: ./.forgejo/workflows/b.yml}}\n',
        FORGEJO,
        {
            '.forgejo/workflows/b.yml': 'on: workflow_call\njobs: {b: {runs-on: docker, steps: [{run: make}]}}\n'
        },
    )
    assert [one.name for one in found.jobs] == ['a / b', 'a']
    assert found.system == 'forgejo'
