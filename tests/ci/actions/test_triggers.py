from __future__ import annotations

import pytest

from tests.ci.support import job
from tests.ci.support import read

TRIGGERS = {
    'a name': ('on: push', 'push:push tag:push'),
    'a list': ('on: [pull_request, workflow_dispatch]', 'proposal:pull_request manual:workflow_dispatch'),
    'a map without values': ('on:\n  push:\n  schedule:\n', 'push:push tag:push schedule:schedule'),
    'a quoted key': ('"on": push', 'push:push tag:push'),
    'branches exclude tags': ('on:\n  push:\n    branches: [main]', 'push:push'),
    'so do ignored branches': ('on:\n  push:\n    branches-ignore: [wip]', 'push:push'),
    'tags exclude branches': ('on:\n  push:\n    tags: ["v*"]', 'tag:push'),
    'branches and tags': ('on:\n  push:\n    branches: [main]\n    tags: ["v*"]', 'push:push tag:push'),
    'paths exclude nothing': ('on:\n  push:\n    paths: [docs/**]', 'push:push tag:push'),
    'a release': ('on: {release: {types: [published]}}', 'release:release'),
    'a privileged proposal': ('on: pull_request_target', 'privileged-proposal:pull_request_target'),
    'a review': ('on: pull_request_review', 'proposal:pull_request_review'),
    'a comment': ('on: issue_comment', 'comment:issue_comment'),
    'a run after another': ('on: {workflow_run: {workflows: [x]}}', 'follow-up:workflow_run'),
    'a call': ('on: workflow_call', 'call:workflow_call'),
    'others': (
        'on: [merge_group, issues, repository_dispatch]',
        'other:merge_group other:issues other:repository_dispatch',
    ),
}
NO_TRIGGERS = {
    'none': 'jobs: {}',
    'nothing': 'on:',
    'a number in a list of lists is a name': 'on: []',
    'off': '"off": push',
}


@pytest.mark.parametrize(('text', 'wanted'), TRIGGERS.values(), ids=TRIGGERS)
def test_what_starts_a_run(text: str, wanted: str) -> None:
    found = read(text + '\n').triggers
    assert ' '.join(f'{one.kind}:{one.event}' for one in found) == wanted


@pytest.mark.parametrize('text', NO_TRIGGERS.values(), ids=NO_TRIGGERS)
def test_starts_by_nothing(text: str) -> None:
    assert [one for one in read(text + '\n').triggers if one.event] == []


def test_a_trigger_stands_where_it_is_named() -> None:
    found = read('on:\n  push:\n  pull_request_target:\n    types: [opened]\n').triggers
    assert [(one.place.line, one.place.text) for one in found] == [
        (2, 'push'),
        (2, 'push'),
        (3, 'pull_request_target'),
    ]


ON = 'push, pull_request, pull_request_target, schedule, issue_comment, workflow_run, release, workflow_dispatch'
HELD = {
    'an event': ("github.event_name == 'push'", 'push tag'),
    'an event, in braces': ("${{ github.event_name == 'push' }}", 'push tag'),
    'not an event': (
        "github.event_name != 'pull_request'",
        'push tag privileged-proposal schedule comment follow-up release manual',
    ),
    'one of two events': (
        "github.event_name == 'push' || github.event_name == 'schedule'",
        'push tag schedule',
    ),
    'one of a list': ('contains(fromJSON(\'["push", "release"]\'), github.event_name)', 'push tag release'),
    'events by their beginning': (
        "startsWith(github.event_name, 'pull_request')",
        'proposal privileged-proposal',
    ),
    'a branch': (
        "github.ref == 'refs/heads/main'",
        'push privileged-proposal schedule comment follow-up manual',
    ),
    'an event and a branch': ("github.event_name == 'push' && github.ref == 'refs/heads/main'", 'push'),
    'tags': ("startsWith(github.ref, 'refs/tags/')", 'tag release manual'),
    'a part of a tag': ("startsWith(github.ref, 'refs/tags/v1')", 'tag release manual'),
    'no tags': (
        "!startsWith(github.ref, 'refs/tags/')",
        'push proposal privileged-proposal schedule comment follow-up manual',
    ),
    'a type of ref': ("github.ref_type == 'tag'", 'tag proposal release manual'),
    'a proposal in the payload': ('github.event.pull_request', 'proposal privileged-proposal'),
    'no proposal in the payload': (
        '!github.event.pull_request',
        'push tag schedule comment follow-up release manual',
    ),
    'a field of the payload that is there': (
        "github.event.workflow_run.conclusion == 'success'",
        'follow-up',
    ),
    'a comment': ("contains(github.event.comment.body, '/publish')", 'comment'),
    'the head of a proposal': ("github.head_ref != ''", 'proposal privileged-proposal'),
    'never': ('false', ''),
    'never, in braces': ('${{ false }}', ''),
    'a false number': ('0', ''),
}
ALL = 'push tag proposal privileged-proposal schedule comment follow-up release manual'
UNDECIDED = {
    'always': 'always()',
    'after a failure': 'failure()',
    'not cancelled': '!cancelled()',
    'an actor': "github.actor == 'octocat'",
    'a variable': "env.PUBLISH == 'true'",
    'a setting': "vars.PUBLISH == 'true'",
    'an earlier step': "steps.check.outputs.go == 'yes'",
    'an event or something else': "github.event_name == 'push' || vars.ALWAYS",
    'braces and more make a string, which always holds': "${{ github.event_name == 'push' }} && true",
    'what GitHub would refuse': "github.event_name == 'push",
    'quoted falsehood': "'false'",
    'none': '',
}


@pytest.mark.parametrize(('condition', 'wanted'), HELD.values(), ids=HELD)
def test_a_condition_excludes_triggers(condition: str, wanted: str) -> None:
    assert held(condition) == (wanted, wanted)


@pytest.mark.parametrize('condition', UNDECIDED.values(), ids=UNDECIDED)
def test_a_condition_excludes_nothing(condition: str) -> None:
    assert held(condition) == (ALL, ALL)


def held(condition: str) -> tuple[str, str]:
    """The triggers under which a job, and a step, can run with a condition."""
    block = f'>-\n        {condition}\n' if condition else '""\n'
    conditioned_job = job(f'on: [{ON}]\njobs:\n  a:\n    if: {block}    steps: [run: make]\n')
    conditioned_step = job(f'on: [{ON}]\njobs:\n  a:\n    steps:\n    - if: {block}      run: make\n')
    (step,) = conditioned_step.steps
    of_step = conditioned_step.triggers if step.triggers is None else step.triggers
    return ' '.join(one.kind for one in conditioned_job.triggers), ' '.join(one.kind for one in of_step)


def test_a_branch_that_the_trigger_leaves_out() -> None:
    text = "on:\n  push:\n    branches: [{}]\njobs:\n  a:\n    if: github.ref == 'refs/heads/main'\n"
    assert [one.kind for one in job(text.format('main, next')).triggers] == ['push']
    assert [one.kind for one in job(text.format('next')).triggers] == []
    assert [one.kind for one in job(text.format('"ma*"')).triggers] == ['push']


def test_a_step_without_limits_has_those_of_its_job() -> None:
    found = job(
        "on: [push, release]\njobs:\n  a:\n    if: github.event_name == 'push'\n    steps: [run: make]\n"
    )
    assert found.condition == "github.event_name == 'push'"
    assert found.steps[0].triggers is None


def test_values_of_the_matrix_decide() -> None:
    text = 'on: push\njobs:\n  a:\n    strategy: {{matrix: {{go: [{}]}}}}\n    steps: [{{run: make, if: matrix.go}}]\n'
    assert job(text.format('false')).steps[0].triggers == ()
    assert job(text.format('false, true')).steps[0].triggers is None
    assert job(text.format('"false"')).steps[0].triggers is None
