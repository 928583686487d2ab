"""Drone: pipelines by type, steps, secrets, and what is replaced before a shell sees it."""

from __future__ import annotations

import pytest

from artifacts_guard import ci
from artifacts_guard.check import analyse
from artifacts_guard.facts.model import Exposure
from artifacts_guard.text import Document
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import read
from tests.ci.support import read_all
from tests.ci.support import used

PATH = '.drone.yml'


def _one(body: str) -> str:
    return f'kind: pipeline\ntype: docker\nname: a\n{body}'


def test_each_document_is_a_pipeline_of_its_own() -> None:
    text = """
        kind: pipeline
        type: docker
        name: build
        trigger: { event: [push] }
        environment:
          SHARED: { from_secret: everywhere }
        steps:
        - name: test
          image: golang:1.23
          commands: [go vet ./..., go test ./...]
        ---
        kind: pipeline
        type: exec
        name: nightly
        trigger: { cron: [nightly] }
        steps:
        - name: publish
          environment:
            KEY: { from_secret: key }
          commands: [make publish]
        ---
        kind: secret
        name: key
        get: { path: ci, name: token }
    """
    assert outline(read(text, PATH)).splitlines() == [
        'build: unknown [docker] on push',
        '  env SHARED=<secret.everywhere> @pipeline:6',
        '  - test',
        '    sh errexit: go vet ./...',
        'go test ./...',
        'nightly: shared [exec] on schedule',
        '  - publish',
        '    sh errexit: make publish',
        '    env KEY=<secret.key> @step:19',
    ]


@pytest.mark.parametrize(
    ('kind', 'tenancy'),
    [
        ('docker', 'unknown'),
        ('kubernetes', 'unknown'),
        ('exec', 'shared'),
        ('ssh', 'shared'),
        ('digitalocean', 'ephemeral'),
        ('macstadium', 'ephemeral'),
        ('vm', 'ephemeral'),
        ('something', 'unknown'),
    ],
)
def test_the_type_tells_the_tenancy_of_the_host(kind: str, tenancy: str) -> None:
    (job,) = read(f'kind: pipeline\ntype: {kind}\nsteps: []\nnode: {{pool: big}}', PATH).jobs
    assert job.runner.tenancy == tenancy
    assert job.runner.label == f'{kind}, pool=big'
    assert job.runner.options == (((kind, 'big', 'pool=big'), tenancy),)


@pytest.mark.parametrize(
    ('written', 'seen'),
    [
        ('echo $KEY', 'echo $KEY'),
        ('echo ${KEY}', 'echo <<env.KEY>>'),
        ('echo $${KEY} $$HOME', 'echo ${KEY} $HOME'),
        ('echo ${DRONE_TAG##v}', 'echo <<github.DRONE_TAG>>'),
        ('echo ${KEY:-none}', "echo <<env.KEY|'none'>>"),
        ('echo ${KEY:-${OTHER}}', 'echo <<env.KEY|env.OTHER>>'),
        ('echo ${#KEY} ${KEY:0:4}', 'echo <<unknown.KEY>> <<unknown.KEY>>'),
        ('echo ${KEY', 'echo ${KEY'),
        ('echo ${} $(date)', 'echo ${} $(date)'),
    ],
)
def test_braces_are_replaced_before_the_shell_runs(written: str, seen: str) -> None:
    (job,) = read(_one(f"steps:\n- name: a\n  image: b\n  commands: ['{written}']"), PATH).jobs
    assert commands(job.steps[0]) == [f'sh errexit: {seen}']


@pytest.mark.parametrize(
    ('trigger', 'kinds'),
    [
        ('{}', 'push pull_request tag promote rollback cron custom'),
        ('{event: [push, tag]}', 'push tag'),
        ('{event: {exclude: [pull_request, promote, rollback, c*]}}', 'push tag'),
        ('{ref: [refs/tags/**]}', 'tag promote rollback'),
        ('{ref: {include: [refs/heads/main]}, event: [push, pull_request]}', 'push'),
        ('{cron: nightly}', 'cron'),
        ('{target: production}', 'promote rollback'),
        ('{event: nonsense}', ''),
    ],
)
def test_triggers_are_those_under_which_the_conditions_can_hold(trigger: str, kinds: str) -> None:
    (job,) = read(_one(f'trigger: {trigger}\nsteps: []'), PATH).jobs
    assert ' '.join(one.event for one in job.triggers) == kinds


def test_a_step_runs_under_those_of_its_jobs_triggers_that_its_own_conditions_allow() -> None:
    text = _one(
        'trigger: {event: [push, tag]}\nsteps:\n'
        '- {name: a, image: b, commands: [c], when: {event: [tag, cron]}}\n'
        '- {name: d, image: e, commands: [f]}\n'
    )
    first, second = read(text, PATH).jobs[0].steps
    assert [one.event for one in first.triggers or ()] == ['tag']
    assert second.triggers is None


def test_a_step_without_commands_is_a_plugin_with_its_settings() -> None:
    text = _one("""steps:
- name: notify
  image: acme/notify
  settings:
    room: builds
    auth: {headers: [{from_secret: hook}]}
    token: {from_secret: hook}
""")
    (step,) = read(text, PATH).jobs[0].steps
    assert used(step.use) == 'plugin acme/notify unpinned third-party'
    assert step.image is None
    assert step.use is not None
    assert bound(step.use.inputs) == [
        'room=builds @step:8',
        'auth=<secret.hook> @step:9',
        'token=<secret.hook> @step:10',
    ]


@pytest.mark.parametrize(
    ('image', 'expected'),
    [
        ('node:22', 'image node:22 unpinned third-party'),
        (f'node@sha256:{"0" * 64}', f'image node@sha256:{"0" * 64} pinned third-party'),
        ('plugins/docker', 'image plugins/docker unpinned own'),
        ('${IMAGE}', 'image ${IMAGE} pinned third-party'),
    ],
)
def test_commands_run_in_the_image(image: str, expected: str) -> None:
    (step,) = read(_one(f"steps:\n- name: a\n  image: '{image}'\n  commands: [b]"), PATH).jobs[0].steps
    assert used(step.image) == expected


def test_settings_of_a_step_with_commands_are_variables() -> None:
    text = _one('steps:\n- {name: a, image: b, commands: [c], settings: {key: {from_secret: k}}}')
    (step,) = read(text, PATH).jobs[0].steps
    assert bound(step.env) == ['PLUGIN_KEY=<secret.k> @step:5']


def test_services_have_an_environment_and_no_image_to_judge() -> None:
    text = _one(
        'steps: []\nservices:\n- {name: db, image: postgres}\n'
        '- {name: api, image: acme/api, environment: {KEY: {from_secret: k}}}'
    )
    (service,) = read(text, PATH).jobs[0].steps
    assert (service.name, service.image, service.use) == ('api', None, None)


def test_windows_runs_powershell() -> None:
    text = _one('platform: {os: windows}\nsteps:\n- {name: a, image: b, commands: [c]}')
    assert commands(read(text, PATH).jobs[0].steps[0]) == ['powershell errexit: c']


def test_pipelines_of_old_versions_map_names_to_steps() -> None:
    text = """
        pipeline:
          publish:
            image: node:22
            secrets: [artifacts_key, {source: other, target: Named}]
            environment: [A=b, "C=${DRONE_TAG}", nothing]
            commands: [make]
    """
    assert outline(read(text, PATH)).splitlines() == [
        'default: unknown [docker] on push proposal tag manual manual schedule manual',
        '  - publish',
        '    sh errexit: make',
        '    env A=b @step:5',
        '    env C=<github.DRONE_TAG> @step:5',
        '    env ARTIFACTS_KEY=<secret.artifacts_key> @step:4',
        '    env NAMED=<secret.other> @step:4',
    ]


def test_a_template_is_elsewhere() -> None:
    pipeline = read('kind: template\nload: plugin.starlark\ndata: {name: a}', PATH)
    assert [(one.kind, one.name) for one in pipeline.unresolved] == [('template', 'plugin.starlark')]


@pytest.mark.parametrize(
    'text',
    [
        '',
        'kind: [pipeline]',
        'kind: pipeline\nsteps: 3\ntrigger: [a]\nenvironment: b',
        'kind: pipeline\nsteps: [3, [a], {commands: {a: b}, image: [c], settings: 4, when: 5}]',
        'kind: pipeline\nsteps:\n- {environment: {A: {from_secret: [b]}, C: [d]}, commands: [~, [e]]}',
    ],
)
def test_wrong_types_yield_nothing_and_raise_nothing(text: str) -> None:
    pipeline = read(text, PATH)
    assert not any(step.env for job in pipeline.jobs for step in job.steps)


def test_a_file_that_cannot_be_parsed_is_unreadable() -> None:
    (unreadable,) = read_all({PATH: 'kind: pipeline\nsteps: [\n'}).unreadable
    assert unreadable.document.path == PATH


@pytest.mark.parametrize('path', ['drone.yml', '.drone.star', '.drone.yml.tmpl'])
def test_other_names_are_not_drones(path: str) -> None:
    assert ci.recognise(path, Document(path, _one('steps: []'))) != 'drone'


def test_a_key_in_braces_is_pasted_early_and_one_without_is_not() -> None:
    text = _one("""steps:
- name: publish
  image: node:22
  environment:
    AGENT_ARTIFACTS_TOKEN: {from_secret: key}
  commands:
  - test -n "$AGENT_ARTIFACTS_TOKEN"
  - test -n "$${AGENT_ARTIFACTS_TOKEN}"
  - test -n "${AGENT_ARTIFACTS_TOKEN}"
""")
    facts = [fact for fact in analyse({PATH: text}) if isinstance(fact, Exposure) and fact.sink == 'early']
    assert [fact.place.line for fact in facts] == [12]
