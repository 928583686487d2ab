"""`hosts list`: what is shown of each runner, and what the configuration changes."""

from __future__ import annotations

import json

WORKFLOW = """\
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{run: make}]
  bench:
    runs-on: [self-hosted, bench]
    steps: [{run: make bench}]
  rented:
    runs-on: rented-4
    steps: [{run: make}]
"""


def test_each_runner_with_its_evidence_and_the_line_that_changes_it(repo, guard) -> None:
    repo.write('.github/workflows/w.yml', WORKFLOW)

    answer = guard('hosts', 'list')

    assert answer.status == 0
    assert [line[:9].strip() for line in answer.stdout.splitlines() if line and line[0] != ' '] == [
        'shared', 'unknown', 'ephemeral',
    ]  # fmt: skip
    assert '.github/workflows/w.yml:7 bench' in answer.stdout
    assert '[hosts.github]  "rented-4" = "shared"' in answer.stdout


def test_the_configuration_explains_a_label(repo, guard) -> None:
    repo.write('.github/workflows/w.yml', WORKFLOW)
    repo.write('artifacts-guard.toml', '[hosts]\n"rented-*" = "ephemeral"\n')

    hosts = json.loads(guard('hosts', 'list', '--format', 'json').stdout)['hosts']

    assert {h['label']: h['tenancy'] for h in hosts}['rented-4'] == 'ephemeral'


def test_no_pipeline_is_said(repo, guard) -> None:
    repo.write('README.md', 'nothing\n')

    assert guard('hosts', 'list').stdout == 'No pipeline names a runner.\n'


def test_an_unknown_format_gets_a_suggestion(repo, guard) -> None:
    answer = guard('hosts', 'list', '--format', 'jsn')

    assert answer.status == 2
    assert 'json' in answer.stderr
