from __future__ import annotations

import pytest

from tests.ci.support import read
from tests.ci.support import step

CHECKOUT = '- uses: actions/checkout@v4\n  with:\n    {}'
TAKES = {
    'the head by its commit': CHECKOUT.format('ref: ${{ github.event.pull_request.head.sha }}'),
    'the head by its name': CHECKOUT.format('ref: ${{ github.head_ref }}'),
    'the merge commit': CHECKOUT.format('ref: ${{ github.event.pull_request.merge_commit_sha }}'),
    'by number': CHECKOUT.format('ref: refs/pull/${{ github.event.number }}/merge'),
    'by format': CHECKOUT.replace(
        '{}', "ref: ${{ format('refs/pull/{0}/head', github.event.issue.number) }}"
    ),
    'the head of the run before': CHECKOUT.format('ref: ${{ github.event.workflow_run.head_sha }}'),
    'the repository of the head': CHECKOUT.format(
        'repository: ${{ github.event.pull_request.head.repo.full_name }}'
    ),
    'a checkout of another forge': CHECKOUT.replace('actions/', 'acme/').format(
        'ref: ${{ github.head_ref }}'
    ),
    'files of the run before': '- uses: actions/download-artifact@v4\n  with:\n    run-id: ${{ github.event.workflow_run.id }}',
    'files of another run, by another action': '- uses: dawidd6/action-download-artifact@v6\n  with:\n    run_id: ${{ github.event.workflow_run.id }}',
    'files fetched by a script': '- uses: actions/github-script@v7\n  with:\n    script: await github.rest.actions.downloadArtifact({})',
    'gh': '- run: |\n    echo a\n    gh pr checkout "$PR"',
    'gh, the files of a run': '- run: gh run download "$RUN" -n site',
    'git by number': '- run: git fetch origin "pull/$PR/head:pr"',
    'git by number over two lines': '- run: |\n    git fetch --depth=1 \\\n      origin pull/7/merge',
    'git with an expression': '- run: git checkout ${{ github.event.pull_request.head.sha }}',
    'git with a variable': '- run: git checkout "$SHA"\n  env:\n    SHA: ${{ github.event.pull_request.head.sha }}',
    'git of the head’s repository': '- run: git clone "$URL" x\n  env: {URL: "${{ github.event.pull_request.head.repo.clone_url }}"}',
    'gh api': '- run: gh api repos/a/b/actions/artifacts/$ID/zip > a.zip',
}
TAKES_NOT = {
    'a checkout without ref': '- uses: actions/checkout@v4',
    'a checkout of the base': CHECKOUT.format('ref: ${{ github.event.pull_request.base.sha }}'),
    'a checkout of a branch': CHECKOUT.format('ref: main'),
    'a checkout of a branch that speaks of pulls': CHECKOUT.format('ref: pull'),
    'a checkout into a folder': CHECKOUT.format('path: pull/7'),
    'files of the same run': '- uses: actions/download-artifact@v4\n  with:\n    name: site',
    'files of a run by hand': '- uses: actions/download-artifact@v4\n  with:\n    run-id: ${{ inputs.run }}',
    'another script': '- uses: actions/github-script@v7\n  with:\n    script: await github.rest.issues.createComment({})',
    'the head’s name in a message': '- run: echo "${{ github.head_ref }}"',
    'git that brings nothing': '- run: git log ${{ github.event.pull_request.head.sha }}',
    'git push': '- run: git push origin "HEAD:${{ github.event.pull_request.head.ref }}"',
    'git of a branch': '- run: git fetch origin main && git checkout main',
    'git and the head on different lines': '- run: |\n    git fetch origin main\n    echo ${{ github.head_ref }}',
    'git with another variable': '- run: git checkout "$BASE"\n  env: {BASE: "${{ github.base_ref }}", SHA: "${{ github.head_ref }}"}',
    'gh that looks': '- run: gh pr view 7 && gh run list',
    'another action with a ref': '- uses: acme/deploy@v1\n  with:\n    ref: ${{ github.head_ref }}',
    'a program of like name': '- run: digit fetch pull/7',
}


@pytest.mark.parametrize('text', TAKES.values(), ids=TAKES)
def test_takes_what_was_proposed(text: str) -> None:
    assert step(text, 'pull_request_target').takes_proposal


@pytest.mark.parametrize('text', TAKES_NOT.values(), ids=TAKES_NOT)
def test_takes_nothing_proposed(text: str) -> None:
    assert not step(text, 'pull_request_target').takes_proposal


@pytest.mark.parametrize(
    ('on', 'output', 'wanted'),
    [
        ('issue_comment', 'steps.pr.outputs.head_sha', True),
        ('workflow_run', 'steps.find.outputs.pr_number', True),
        ('issue_comment', 'steps.version.outputs.tag', False),
        ('push', 'steps.pr.outputs.head_sha', False),
    ],
)
def test_a_head_that_an_earlier_step_looked_up(on: str, output: str, wanted: bool) -> None:
    assert step(CHECKOUT.format(f'ref: ${{{{ {output} }}}}'), on).takes_proposal is wanted


@pytest.mark.parametrize(('on', 'wanted'), [('workflow_run', True), ('schedule', False)])
def test_the_newest_files_of_another_workflow(on: str, wanted: bool) -> None:
    text = '- uses: dawidd6/action-download-artifact@v6\n  with: {workflow: tests.yml}'
    assert step(text, on).takes_proposal is wanted


@pytest.mark.parametrize(
    ('ref', 'wanted'),
    [
        ('${{ github.event.pull_request.head.sha }}', True),
        ('refs/pull/${{ github.event.number }}/head', True),
        ('main', False),
    ],
)
def test_an_action_that_is_told_what_to_check_out(ref: str, wanted: bool) -> None:
    action = """
        inputs: {ref: {default: main}}
        runs:
          using: composite
          steps:
            - uses: actions/checkout@v4
              with: {ref: "${{ inputs.ref }}"}
        """
    text = (
        f'on: pull_request_target\njobs:\n  a:\n    steps:\n    - uses: ./get\n      with: {{ref: "{ref}"}}\n'
    )
    found = read(text, others={'get/action.yml': action})
    assert found.jobs[0].steps[0].takes_proposal is wanted


def test_long_commands_are_not_searched() -> None:
    assert not step(f'- run: git {"fetch " * 3000} pull/7').takes_proposal
