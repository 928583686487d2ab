"""Each kind of fix: what it writes, exactly, and what looks alike and stays as it is."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.fixes.support import fixed
from tests.fixes.support import found
from tests.fixes.support import repaired

WORKFLOW = '.github/workflows/a.yml'
KEY = 'AGENT_ARTIFACTS_TOKEN: ${{ secrets.REPORT_KEY }}'
QUIET = 'AGENT_ARTIFACTS_NO_INPUT: "1"'


def workflow(command: str, env: str = KEY, quiet: str = QUIET) -> str:
    """A workflow whose step has the token and runs lines of a script."""
    script = ''.join(f'          {line}\n' for line in dedent(command).strip('\n').split('\n'))
    return (
        f'on: workflow_dispatch\nenv:\n  {quiet}\njobs:\n  publish:\n    runs-on: self-hosted\n    steps:\n'
        f'      - env:\n          {env}\n        run: |\n{script}'
    )


# rule, command before, command after; '' where nothing may change
SAFE = [
    pytest.param(
        'token-flag',
        'artifacts push --token "$AGENT_ARTIFACTS_TOKEN" --private --file a.md',
        'artifacts push --private --file a.md',
        id='the flag in the middle of a command whose environment has the same variable',
    ),
    pytest.param(
        'token-flag',
        'artifacts push --private --file a.md --token=${AGENT_ARTIFACTS_TOKEN} > out.json',
        'artifacts push --private --file a.md > out.json',
        id='the flag and its value in one word',
    ),
    pytest.param(
        'token-flag',
        'artifacts push --private \\\n  --token "$AGENT_ARTIFACTS_TOKEN" \\\n  --file a.md',
        'artifacts push --private \\\n  --file a.md',
        id='the flag on a continued line of its own',
    ),
    pytest.param(
        'token-flag',
        'artifacts push --private \\\n  --file a.md \\\n  --token \\\n  "$AGENT_ARTIFACTS_TOKEN"\necho done',
        'artifacts push --private \\\n  --file a.md\necho done',
        id='the flag and its value on the last two lines of a command',
    ),
    pytest.param(
        'token-flag',
        'url=$(artifacts push --private --file a.md --token "$AGENT_ARTIFACTS_TOKEN")',
        'url=$(artifacts push --private --file a.md)',
        id='the flag before the end of a substitution',
    ),
    pytest.param(
        'token-flag',
        'timeout 60 artifacts push --private --file a.md --token "$AGENT_ARTIFACTS_TOKEN"',
        'timeout 60 artifacts push --private --file a.md',
        id='a wrapper that hands the environment on',
    ),
    pytest.param(
        'interactive-in-ci',
        'AGENT_ARTIFACTS_NO_INPUT=0 artifacts push --private --file a.md',
        'AGENT_ARTIFACTS_NO_INPUT=0 artifacts --no-input push --private --file a.md',
        id='a call that could ask',
    ),
    pytest.param(
        'interactive-in-ci',
        'unset AGENT_ARTIFACTS_NO_INPUT\nCLI=~/bin/artifacts\n"$CLI" whoami > me.json',
        'unset AGENT_ARTIFACTS_NO_INPUT\nCLI=~/bin/artifacts\n"$CLI" --no-input whoami > me.json',
        id='a call through a variable',
    ),
    pytest.param(
        'version-flag-swallowed',
        'artifacts artifact restore --artifact-id a --version \\\n  3',
        'artifacts artifact restore --artifact-id a --version=3',
        id='a version on the next line',
    ),
    pytest.param(
        'insecure-base-url',
        'artifacts --base-url=http://eu.hostartifacts.dev/ whoami > me.json',
        'artifacts --base-url=https://eu.hostartifacts.dev/ whoami > me.json',
        id='a subdomain of the service over http',
    ),
]
UNSAFE = [
    pytest.param(
        'token-flag',
        'OTHER=$(cat /run/key)\nartifacts whoami --token "$OTHER" > me.json',
        'OTHER=$(cat /run/key)\nAGENT_ARTIFACTS_TOKEN="$OTHER" artifacts whoami > me.json',
        id='another variable becomes an assignment in front',
    ),
    pytest.param(
        'token-in-argv',
        'curl -fsS --header "Authorization: Bearer $AGENT_ARTIFACTS_TOKEN" https://hostartifacts.dev/api/profile/me > me.json',
        'printf \'Authorization: Bearer %s\' "$AGENT_ARTIFACTS_TOKEN" | curl -fsS --header @- https://hostartifacts.dev/api/profile/me > me.json',
        id='a header goes through standard input',
    ),
    pytest.param(
        'token-in-argv',
        'podman run --env=AGENT_ARTIFACTS_TOKEN=$AGENT_ARTIFACTS_TOKEN image',
        'podman run --env=AGENT_ARTIFACTS_TOKEN image',
        id='a variable for a container is passed by name',
    ),
]
UNTOUCHED = [
    pytest.param(
        'token-flag',
        'AGENT_ARTIFACTS_TOKEN=$OTHER artifacts push --private --file a.md --token "$AGENT_ARTIFACTS_TOKEN"',
        id='the environment of the command has another value',
    ),
    pytest.param(
        'token-flag',
        'sudo artifacts push --private --file a.md --token "$AGENT_ARTIFACTS_TOKEN"',
        id='a wrapper that drops the environment',
    ),
    pytest.param(
        'token-flag',
        'args=(--token "$AGENT_ARTIFACTS_TOKEN")\nartifacts push --private --file a.md "${args[@]}"',
        id='the flag stands in an array that others may use',
    ),
    pytest.param(
        'token-flag',
        'artifacts whoami --token "$(cat /run/key)" | sudo tee x',
        id='a value that is made for the flag',
    ),
    pytest.param(
        'insecure-base-url',
        'artifacts --base-url http://hostartifacts.dev:8080 whoami > me.json',
        id='a port, where nobody knows what answers',
    ),
    pytest.param(
        'insecure-base-url',
        'artifacts --base-url http://hostartifacts.dev.acme.example whoami > me.json',
        id='a host that only begins like the service',
    ),
    pytest.param(
        'token-in-argv',
        'curl -fsS -H "Authorization: Bearer $AGENT_ARTIFACTS_TOKEN" -d @- https://hostartifacts.dev/api/artifacts < a.json',
        id='a request that reads its standard input',
    ),
    pytest.param(
        'token-in-argv',
        'make body | curl -fsS -H "Authorization: Bearer $AGENT_ARTIFACTS_TOKEN" -T - https://hostartifacts.dev/x',
        id='a request at the end of a pipe',
    ),
    pytest.param(
        'token-in-argv',
        'timeout 9 curl -fsS -H "Authorization: Bearer $AGENT_ARTIFACTS_TOKEN" https://hostartifacts.dev/x',
        id='a request behind a wrapper',
    ),
    pytest.param(
        'token-in-argv',
        'unset KEY\nKEY=$AGENT_ARTIFACTS_TOKEN\ndocker run -e KEY="$KEY" image',
        id='a variable that the shell does not export',
    ),
    pytest.param(
        'token-in-argv',
        'docker build --build-arg AGENT_ARTIFACTS_TOKEN="$AGENT_ARTIFACTS_TOKEN" .',
        id='a build argument, which stays in the image however it is given',
    ),
]


@pytest.mark.parametrize(('rule', 'before', 'after'), SAFE)
def test_a_safe_fix(rule: str, before: str, after: str) -> None:
    assert fixed({WORKFLOW: workflow(before)}, rule) == {WORKFLOW: workflow(after)}


@pytest.mark.parametrize(('rule', 'before', 'after'), UNSAFE)
def test_an_unsafe_fix_waits_until_it_is_asked_for(rule: str, before: str, after: str) -> None:
    assert fixed({WORKFLOW: workflow(before)}, rule, unsafe=True) == {WORKFLOW: workflow(after)}
    assert repaired({WORKFLOW: workflow(before)}, rule).texts == {}


@pytest.mark.parametrize(('rule', 'command'), UNTOUCHED)
def test_what_looks_alike_stays(rule: str, command: str) -> None:
    assert rule in {one.rule for one in found({WORKFLOW: workflow(command)})}
    assert repaired({WORKFLOW: workflow(command)}, rule).texts == {}


@pytest.mark.parametrize(
    'command', [p.values[1] for p in UNTOUCHED[6:]], ids=[str(p.id) for p in UNTOUCHED[6:]]
)
def test_what_no_unsafe_fix_is_for_stays(command: object) -> None:
    assert repaired({WORKFLOW: workflow(str(command))}, unsafe=True).texts == {}


# other languages and systems: path, before, after; unsafe fixes too
ELSEWHERE = [
    pytest.param(
        'Jenkinsfile',
        'node("x") {\n  withCredentials([string(credentialsId: "k", variable: "KEY")]) {\n'
        '    sh """\n      artifacts push --no-input --private \\\\\n        --file a.md \\\\\n        --token \\$KEY \\\\\n        --slug a\n    """\n  }\n}\n',
        None,
        id='what is written into a string of Groovy would need its escapes',
    ),
    pytest.param(
        'Jenkinsfile',
        'node("x") {\n  withCredentials([string(credentialsId: "k", variable: "AGENT_ARTIFACTS_TOKEN")]) {\n'
        '    sh """\n      artifacts push --no-input --private \\\\\n        --token \\$AGENT_ARTIFACTS_TOKEN\n    """\n  }\n}\n',
        'node("x") {\n  withCredentials([string(credentialsId: "k", variable: "AGENT_ARTIFACTS_TOKEN")]) {\n'
        '    sh """\n      artifacts push --no-input --private\n    """\n  }\n}\n',
        id='a line continued in a string of Groovy, with two backslashes',
    ),
    pytest.param(
        'Jenkinsfile',
        'node("x") {\n  withCredentials([string(credentialsId: "k", variable: "KEY")]) {\n'
        '    sh "AGENT_ARTIFACTS_TOKEN=${KEY} artifacts push --no-input --private --title \'${env.BUILD_NUMBER}\'"\n  }\n}\n',
        None,
        id='single quotes of the shell would keep it from expanding what Groovy pasted',
    ),
    pytest.param(
        'Jenkinsfile',
        'def v = 1\nnode("x") {\n  withCredentials([string(credentialsId: "k", variable: "KEY")]) {\n'
        '    sh "AGENT_ARTIFACTS_TOKEN=${KEY} artifacts push --no-input --private --title ${v}"\n  }\n}\n',
        None,
        id='a variable of Groovy is none of the shell',
    ),
    pytest.param(
        '.gitlab-ci.yml',
        'publish:\n  script:\n    - artifacts --no-input push --private --token "$AGENT_ARTIFACTS_TOKEN" --file a.md\n',
        'publish:\n  script:\n    - artifacts --no-input push --private --file a.md\n',
        id='a variable that only the settings of the system can set',
    ),
    pytest.param(
        'job.yaml',
        'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n'
        '          containers:\n            - name: a\n              image: a\n              command: [ artifacts , push, --private, --file, a.md ]\n',
        None,
        id='an element of a list is no word of a command line',
    ),
    pytest.param(
        'deploy/publish.sh',
        '#!/bin/sh\n. ./secrets\nartifacts push --private --token "$AGENT_ARTIFACTS_TOKEN" --file a.md\n',
        '#!/bin/sh\n. ./secrets\nAGENT_ARTIFACTS_TOKEN="$AGENT_ARTIFACTS_TOKEN" artifacts push --private --file a.md\n',
        id='a variable that a file may set for the shell alone',
    ),
    pytest.param(
        '.github/workflows/a.yml',
        f'on: push\njobs:\n  a:\n    runs-on: x\n    env: {{{QUIET}, AGENT_ARTIFACTS_TOKEN: "${{{{ secrets.KEY }}}}"}}\n    steps:\n      - run: make\n      - run: artifacts whoami > x\n',
        None,
        id='a binding in a flow mapping',
    ),
    pytest.param(
        '.github/workflows/a.yml',
        f'on: push\njobs:\n  a:\n    runs-on: x\n    env:\n      {QUIET}\n      {KEY}\n    steps:\n      - run: make\n'
        "      - if: env.AGENT_ARTIFACTS_TOKEN != ''\n        run: artifacts whoami > x\n",
        None,
        id='a binding that a condition reads, which is evaluated outside the step',
    ),
    pytest.param(
        '.github/workflows/a.yml',
        f'on: push\njobs:\n  a:\n    runs-on: x\n    env:\n      {KEY} # for the report\n    steps:\n      - run: make\n'
        f'      - name: Publish\n        env:\n          {QUIET}\n        run: artifacts whoami > x\n',
        f'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make\n'
        f'      - name: Publish\n        env:\n          {KEY}\n          {QUIET}\n        run: artifacts whoami > x\n',
        id='a binding that leaves an empty mapping behind, and a step that has one',
    ),
    pytest.param(
        'a.sh',
        'echo "make  # artifacts-guard: ignore[token-flag] because of that"\n',
        None,
        id='a comment that ends with the string it stands in',
    ),
    pytest.param(
        '.github/workflows/a.yml',
        'on: push\njobs:\n  a:\n    runs-on: windows-latest\n    steps:\n      - shell: pwsh\n'
        '        run: Start-Process artifacts -ArgumentList push, --private, --file, a.md\n',
        None,
        id='the option of a program that starts the CLI stands behind its name',
    ),
    pytest.param(
        '.github/workflows/a.yml',
        'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          artifacts \\\n            push --private --file a.md\n',
        'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          artifacts --no-input \\\n            push --private --file a.md\n',
        id='a command that stands on the next line',
    ),
    pytest.param(
        'a.sh',
        'make  # artifacts-guard: ignore[token-flag, token-in-log] because of that\n',
        'make\n',
        id='a comment behind a command',
    ),
    pytest.param(
        'a.sh',
        '#!/bin/sh\n# artifacts-guard: ignore[token-in-log, token-flag] because of that\nartifacts push --private --token "$AGENT_ARTIFACTS_TOKEN"\n',
        '#!/bin/sh\n# artifacts-guard: ignore[token-flag] because of that\nartifacts push --private --token "$AGENT_ARTIFACTS_TOKEN"\n',
        id='a comment of which one name hides something',
    ),
]


@pytest.mark.parametrize(('path', 'before', 'after'), ELSEWHERE)
def test_a_fix_elsewhere(path: str, before: str, after: str | None) -> None:
    assert found({path: before})
    assert fixed({path: before}, unsafe=True) == {path: before if after is None else after}


SHARED = """\
publish:
  script: &script
    - artifacts --no-input push --private --token "$AGENT_ARTIFACTS_TOKEN" --file a.md
"""


def test_what_an_alias_repeats_in_a_job_that_is_not_found_stays() -> None:
    other = 'manual:\n  script: *script\n  rules:\n    - when: never\n'

    assert repaired({'.gitlab-ci.yml': SHARED}).texts
    assert repaired({'.gitlab-ci.yml': SHARED + 'again:\n  script: *script\n'}).texts
    assert not repaired({'.gitlab-ci.yml': SHARED + 'templates:\n  - *script\n' + other}).texts


def test_a_script_keeps_the_flag_when_one_of_its_callers_needs_it() -> None:
    script = '#!/bin/sh\nartifacts push --private --token "$AGENT_ARTIFACTS_TOKEN" --file a.md\n'
    with_it = workflow('./publish.sh')
    without = workflow('AGENT_ARTIFACTS_TOKEN=$KEY\n. ./publish.sh', env='KEY: ${{ secrets.REPORT_KEY }}')

    both = {'publish.sh': script, WORKFLOW: with_it, '.github/workflows/b.yml': without}

    assert set(repaired({'publish.sh': script, WORKFLOW: with_it}).texts) == {'publish.sh'}
    assert repaired(both).texts == {}


SCOPES = [
    pytest.param('ops/make.sh', 'artifacts keys create --name a --scopes {} | jq -r .data.apiKey.token | gh secret set KEY\n', '{}', id='the flag'),
    pytest.param(
        'ops/make.sh',
        'curl -fsS -X POST https://hostartifacts.dev/api/api-keys -d \'{{"name":"a", "scopes": [{}]}}\' | jq -r .apiKey.token | gh secret set KEY\n',
        '"{}"',
        id='the body of a request',
    ),
]  # fmt: skip


@pytest.mark.parametrize(('path', 'command', 'form'), SCOPES)
def test_scopes_that_nothing_needs_go(path: str, command: str, form: str) -> None:
    given = ['artifacts:read', 'artifacts:create', 'artifacts:delete']
    separator = ',' if form == '{}' else ', '
    use = workflow('artifacts push --private --file a.md', env='AGENT_ARTIFACTS_TOKEN: ${{ secrets.KEY }}')
    before = command.format(separator.join(form.format(scope) for scope in given))

    changed = fixed({path: before, WORKFLOW: use})[path]

    assert changed == command.format(form.format('artifacts:create'))


def test_scopes_stay_while_a_command_is_not_known() -> None:
    make = 'artifacts keys create --name a --scopes artifacts:read,artifacts:create | jq -r .data.apiKey.token | gh secret set KEY\n'
    use = workflow('artifacts "$VERB" --private', env='AGENT_ARTIFACTS_TOKEN: ${{ secrets.KEY }}')

    assert repaired({'ops/make.sh': make, WORKFLOW: use}, unsafe=True).texts == {}
