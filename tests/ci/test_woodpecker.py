"""Woodpecker: workflows, their conditions, matrices and agents."""

from __future__ import annotations

import pytest

from artifacts_guard import ci
from artifacts_guard.ci.drone.events import WOODPECKER
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import read
from tests.ci.support import read_all
from tests.ci.support import used

PATH = '.woodpecker/build.yaml'
_ALL = ' '.join(event.name for event in WOODPECKER)


def test_a_document_is_one_job() -> None:
    text = """
        when:
          - event: push
          - event: cron
            cron: nightly
        clone:
          git: { image: woodpeckerci/plugin-git }
        steps:
          - name: test
            image: golang
            commands: [go test ./...]
          - name: release
            image: woodpeckerci/plugin-release
            settings:
              api_key: { from_secret: key }
        services:
          db: { image: postgres }
    """
    assert outline(read(text, PATH)).splitlines() == [
        'build: unknown [] on push schedule',
        '  - git',
        '    use plugin woodpeckerci/plugin-git unpinned own',
        '  - test',
        '    sh errexit: go test ./...',
        '  - release',
        '    use plugin woodpeckerci/plugin-release unpinned own',
    ]


@pytest.mark.parametrize(
    ('when', 'events'),
    [
        ('{event: tag}', 'tag'),
        ('[{event: [push, manual]}, {event: tag, branch: main}]', 'push tag manual'),
        ('[{event: push}, {branch: main}]', _ALL),
        ('{event: {exclude: [pull_request*, cron, manual, deployment, release]}}', 'push tag'),
    ],
)
def test_one_of_a_list_of_conditions_is_enough(when: str, events: str) -> None:
    (job,) = read(f'when: {when}\nsteps:\n- {{name: a, image: b, commands: [c]}}', PATH).jobs
    assert ' '.join(one.event for one in job.triggers) == events


@pytest.mark.parametrize(
    ('labels', 'tenancy', 'command', 'image'),
    [
        ('{backend: docker}', 'unknown', 'sh errexit: make', 'image bash unpinned third-party'),
        ('{backend: local}', 'shared', 'bash errexit: make', ''),
        (
            '{location: europe, hostname: ""}',
            'unknown',
            'sh errexit: make',
            'image bash unpinned third-party',
        ),
        ('[backend=local]', 'shared', 'bash errexit: make', ''),
    ],
)
def test_the_local_backend_runs_on_the_host_and_its_image_is_a_shell(
    labels: str, tenancy: str, command: str, image: str
) -> None:
    (job,) = read(f'labels: {labels}\nsteps:\n- {{name: a, image: bash, commands: [make]}}', PATH).jobs
    assert job.runner.tenancy == tenancy
    assert commands(job.steps[0]) == [command]
    assert used(job.steps[0].image) == image


@pytest.mark.parametrize(
    ('written', 'seen'),
    [
        ('echo ${GO}', 'echo <<matrix.GO>>'),
        ('echo ${CI_COMMIT_SHA}', 'echo <<github.CI_COMMIT_SHA>>'),
        ('echo ${KEY}', 'echo <<env.KEY>>'),
        ('echo $${KEY} $KEY $GO', 'echo ${KEY} $KEY $GO'),
    ],
)
def test_braces_are_replaced_before_the_shell_runs(written: str, seen: str) -> None:
    text = (
        f"matrix: {{GO: [1.22, 1.23]}}\nsteps:\n  a:\n    image: golang:${{GO}}\n    commands: ['{written}']"
    )
    (job,) = read(text, PATH).jobs
    assert job.matrix == (('GO', ('1.22', '1.23')),)
    assert commands(job.steps[0]) == [f'sh errexit: {seen}']
    assert used(job.steps[0].image) == 'image golang:${GO} pinned third-party'


def test_a_matrix_of_combinations() -> None:
    (job,) = read('matrix: {include: [{A: x, B: y}, {A: z}]}\nsteps: {a: {image: b}}', PATH).jobs
    assert job.matrix == (('A', ('x', 'z')), ('B', ('y',)))


def test_secrets_of_old_versions_are_variables_in_upper_case() -> None:
    text = 'pipeline:\n  a:\n    image: b\n    commands: [c]\n    secrets: [artifacts_key]'
    (job,) = read(text, '.woodpecker.yml').jobs
    assert job.name == 'woodpecker'
    assert bound(job.steps[0].env) == ['ARTIFACTS_KEY=<secret.artifacts_key> @step:5']


def test_lists_that_are_merged_into_lists_are_read() -> None:
    text = """
        variables:
          - &common
            - make a
            - make b
        steps:
          - name: all
            image: golang
            commands:
              - <<: *common
              - make c
    """
    assert commands(read(text, PATH).jobs[0].steps[0]) == ['sh errexit: make a\nmake b\nmake c']


def test_an_entrypoint_names_the_shell() -> None:
    text = 'steps:\n- {name: a, image: b, entrypoint: [bash, -c, "echo $CI_SCRIPT | base64 -d | bash -e"], commands: [c]}'
    assert commands(read(text, PATH).jobs[0].steps[0]) == ['bash errexit: c']


@pytest.mark.parametrize(
    ('path', 'system'),
    [
        ('.woodpecker.yml', 'woodpecker'),
        ('.woodpecker.yaml', 'woodpecker'),
        ('.woodpecker/a.yml', 'woodpecker'),
        ('sub/.woodpecker/a.yaml', 'woodpecker'),
        ('.woodpecker/scripts/a.yaml', None),
        ('woodpecker.yml', None),
        ('.woodpecker/a.json', None),
    ],
)
def test_workflows_are_known_by_their_paths(path: str, system: str | None) -> None:
    assert ci.recognise(path) == system


@pytest.mark.parametrize(
    'text', ['', 'steps: a', 'steps: [a, 3]', 'steps: {a: b}', 'when: [a]\nmatrix: b\nlabels: 3']
)
def test_wrong_types_yield_nothing_and_raise_nothing(text: str) -> None:
    assert not any(job.steps for job in read(text, PATH).jobs)


def test_a_file_that_cannot_be_parsed_is_unreadable() -> None:
    assert len(read_all({PATH: 'steps: ['}).unreadable) == 1
