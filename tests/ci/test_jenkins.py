"""Jenkinsfiles in, jobs and steps out."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard import ci
from artifacts_guard.check import analyse
from artifacts_guard.ci import jenkins
from artifacts_guard.ci.contract import UnparsableError
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.text import Document
from tests.ci.support import Forest
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import read
from tests.ci.support import used

PATH = 'Jenkinsfile'


def pipeline(text: str, others: dict[str, str] | None = None) -> Pipeline:
    return read(text, PATH, others)


def hosts(text: str) -> list[str]:
    return [f'{job.name}: {job.runner.tenancy} [{job.runner.label}]' for job in pipeline(text).jobs]


def scripts(text: str, others: dict[str, str] | None = None) -> list[str]:
    return [line for job in pipeline(text, others).jobs for step in job.steps for line in commands(step)]


RECOGNISED = {
    'the usual name': ('Jenkinsfile', 'node {}', True),
    'a name with more': ('ci/Jenkinsfile.release', 'node {}', True),
    'an extension': ('jenkins/build.jenkinsfile', 'node {}', True),
    'a library step that runs commands': ('vars/publish.groovy', "def call() { sh 'x' }", True),
    'a library step that runs nothing': ('vars/names.groovy', 'def call() { [1] }', False),
    'a pipeline in another Groovy file': ('ci/x.groovy', "node('x') {\n sh 'x' }", True),
    'a class': ('src/org/X.groovy', "class X { def sh(String a) { 'x' } }", False),
    'a Gradle build': ('build.gradle', "exec { commandLine 'sh' }", False),
    'a text about Jenkinsfiles': ('docs/Jenkinsfile.md', 'node {}', False),
}


@pytest.mark.parametrize(('path', 'text', 'known'), RECOGNISED.values(), ids=RECOGNISED)
def test_recognised(path: str, text: str, known: bool) -> None:
    assert (ci.recognise(path, Document(path, text)) == 'jenkins') is known


HOSTS = {
    'any': (
        "pipeline { agent any\n stages { stage('a') { steps { sh 'x' } } } }",
        ['pipeline: shared [any]'],
    ),
    'a label': (
        "pipeline { agent { label 'a && b' }\n stages { stage('a') { steps { sh 'x' } } } }",
        ['pipeline: shared [a && b]'],
    ),
    'a container': (
        "pipeline { agent { docker { image 'node:20' } }\n stages { stage('a') { steps { sh 'x' } } } }",
        ['pipeline: unknown [docker]'],
    ),
    'a pod': (
        "pipeline { agent { kubernetes { yaml '' } }\n stages { stage('a') { steps { sh 'x' } } } }",
        ['pipeline: unknown [kubernetes]'],
    ),
    'stages with agents of their own': (
        """
        pipeline {
          agent none
          stages {
            stage('a') { agent { label 'x' }
              stages { stage('b') { steps { sh '1' } }
                       stage('c') { steps { sh '2' } } } }
            stage('d') { agent any
              steps { sh '3' } }
          }
        }
        """,
        ['a: shared [x]', 'd: shared [any]'],
    ),
    'nodes': ("node('a') { sh '1' }\nstage('s') { node { sh '2' } }", ['a: shared [a]', 's: shared [any]']),
    'a node by a constant': ("def where = 'arm'\nnode(where) { sh '1' }", ['arm: shared [arm]']),
    'the same name twice': (
        "node('a') { sh '1' }\nnode('a') { sh '2' }",
        ['a: shared [a]', 'a (2): shared [a]'],
    ),
    'parallel nodes': (
        "parallel x: { node('a') { sh '1' } }, y: { node('b') { sh '2' } }",
        ['a: shared [a]', 'b: shared [b]'],
    ),
    'no node at all': ("sh 'x'", ['pipeline: unknown []']),
}


@pytest.mark.parametrize(('text', 'found'), HOSTS.values(), ids=HOSTS)
def test_hosts(text: str, found: list[str]) -> None:
    assert hosts(text) == found


SCRIPTS = {
    'single quotes': ("sh 'echo $X'", ['sh errexit xtrace: echo $X']),
    'double quotes': ('sh "echo ${X} $env.Y"', ['sh errexit xtrace: echo <<env.X>> <<env.Y>>']),
    'an escaped dollar': (r'sh "echo \$X"', ['sh errexit xtrace: echo $X']),
    'a default': ('sh "x ${env.N ?: \'n.md\'}"', ["sh errexit xtrace: x <<env.N|'n.md'>>"]),
    'a constant': ("def p = 'site'\n sh \"x ${p}\"", ["sh errexit xtrace: x <<'site'>>"]),
    'a constant of references': ('def h = "B ${T}"\n sh "x ${h}"', ['sh errexit xtrace: x <<env.T>>']),
    'parts': ("sh 'a ' + env.X + ' b'", ['sh errexit xtrace: a <<env.X>> b']),
    'a variable': ('def c = "a ${X}"\n sh c', ['sh errexit xtrace: a <<env.X>>']),
    'by name': ("sh label: 'l', script: 'x'", ['sh errexit xtrace: x']),
    'a map': ("sh([script: 'x'])", ['sh errexit xtrace: x']),
    'an interpreter': ("sh '''#!/bin/bash -e\nx'''", ['bash errexit: #!/bin/bash -e\nx']),
    'another language': ("sh '''#!/usr/bin/env python3\nx'''", ['python: #!/usr/bin/env python3\nx']),
    'Windows': (
        "bat 'a'\n powershell 'b'\n pwsh 'c'",
        ['cmd: a', 'powershell: b', 'pwsh: c'],
    ),
    'output that is a value': (
        "def x = sh(script: 'a', returnStdout: true).trim()",
        ['sh errexit xtrace: (\na\n) > /dev/null'],
    ),
    'in blocks of all kinds': (
        "try { retry(2) { timeout(time: 1) { sh 'a' } } } finally { sh 'b' }",
        ['sh errexit xtrace: a', 'sh errexit xtrace: b'],
    ),
    'in a condition': ("if (sh(script: 'a', returnStatus: true) == 0) { sh 'b' }", ['sh errexit xtrace: a', 'sh errexit xtrace: b']),
}  # fmt: skip


@pytest.mark.parametrize(('body', 'found'), SCRIPTS.values(), ids=SCRIPTS)
def test_scripts(body: str, found: list[str]) -> None:
    assert scripts(f'node {{\n {body}\n}}') == found


NO_SCRIPTS = {
    'a comment': "// sh 'x'",
    'a string': 'echo "sh \'x\'"',
    'a name': 'def sh = 1',
    'another call': "checkout scm\n junit 'x.xml'",
    'no script': "sh(label: 'x')",
}


@pytest.mark.parametrize('body', NO_SCRIPTS.values(), ids=NO_SCRIPTS)
def test_what_runs_nothing(body: str) -> None:
    assert scripts(f'node {{\n {body}\n}}') == []


def test_tracing_is_jenkins_own_without_an_interpreter() -> None:
    (job,) = pipeline("node { sh 'a'\n sh '''#!/bin/sh\nb''' }").jobs
    assert [getattr(script, 'traced', None) for step in job.steps for script in step.scripts] == [True, False]


ENVIRONMENTS = {
    'a credential for all': (
        "pipeline { agent any\n environment { K = credentials('id') }\n stages { stage('a') { steps { sh 'x' } } } }",
        ['K=<secret.id> @pipeline:2', 'K_USR= @pipeline:2', 'K_PSW=<secret.id> @pipeline:2'],
    ),
    'a literal of a stage': (
        "pipeline { agent any\n stages { stage('a') { environment { A = '1'\n B = \"${A}2\" }\n steps { sh 'x' } } } }",
        ['A=1 @block:2', 'B=<env.A>2 @block:3'],
    ),
    'credentials around': (
        "node { withCredentials([\nstring(credentialsId: 'i', variable: 'V'),\n"
        "usernamePassword(credentialsId: 'j', usernameVariable: 'U', passwordVariable: 'P')]) { sh 'x' } }",
        ['V=<secret.i> @block:2', 'P=<secret.j> @block:3', 'U= @block:3'],
    ),
    'the older form': (
        "node { withCredentials([[$class: 'StringBinding', credentialsId: 'i', variable: 'V']]) { sh 'x' } }",
        ['V=<secret.i> @block:1'],
    ),
    'a file is no secret itself': (
        "node { withCredentials([file(credentialsId: 'i', variable: 'V')]) { sh 'x' } }",
        [],
    ),
    'variables around': (
        "node { withEnv(['A=1', \"B=${A}\"]) { sh 'x' } }",
        ['A=1 @block:1', 'B=<env.A> @block:1'],
    ),
    'a variable set before': ("node { env.A = '1'\n sh 'x' }", ['A=1 @block:1']),
    'a password that is asked for': (
        "pipeline { agent any\n parameters { password(name: 'P') }\n stages { stage('a') { steps { sh 'x' } } } }",
        ['P=<variable.P> @pipeline:2'],
    ),
    'what ends before': ("node { withEnv(['A=1']) { echo 'y' }\n sh 'x' }", []),
}


@pytest.mark.parametrize(('text', 'found'), ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_environments(text: str, found: list[str]) -> None:
    steps = [step for job in pipeline(text).jobs for step in job.steps]
    assert [line for step in steps for line in bound(step.env)] == found


TRIGGERS = {
    'nothing': ("node { sh 'x' }", ['push']),
    'a schedule': ("pipeline { agent any\n triggers { cron('@daily') } }", ['schedule']),
    'a scripted schedule': (
        "properties([pipelineTriggers([cron('@daily')])])\nnode { sh 'x' }",
        ['schedule'],
    ),
    'polling': ("pipeline { agent any\n triggers { pollSCM('') } }", ['push']),
    'pull requests': ("node { if (env.CHANGE_ID) { sh 'x' } }", ['push', 'proposal']),
    'cron in a script': ("node { sh 'cron' }", ['push']),
}


@pytest.mark.parametrize(('text', 'found'), TRIGGERS.values(), ids=TRIGGERS)
def test_triggers(text: str, found: list[str]) -> None:
    assert sorted(t.kind for t in pipeline(text).triggers) == sorted(found)


CONDITIONS = {
    'a branch': ("branch 'main'", ['push']),
    'a pull request': ('changeRequest()', ['proposal']),
    'no pull request': ("not { changeRequest() }", ['push']),
    'any of two': ("anyOf { branch 'main'\n changeRequest() }", ['push', 'proposal']),
    'all of two': ("allOf { branch 'main'\n not { changeRequest() } }", ['push']),
    'an expression': ("expression { params.X }", ['push', 'proposal']),
}  # fmt: skip


@pytest.mark.parametrize(('condition', 'found'), CONDITIONS.values(), ids=CONDITIONS)
def test_conditions(condition: str, found: list[str]) -> None:
    text = (
        'pipeline { agent any\n stages {\n'
        f"stage('a') {{ when {{ {condition} }}\n steps {{ sh 'x' }} }}\n"
        "stage('b') { when { changeRequest() }\n steps { echo 'y' } } } }"
    )
    (job,) = pipeline(text).jobs
    assert [t.kind for t in job.steps[0].triggers or ()] == found


def test_an_image_of_the_agent_and_of_a_block() -> None:
    agent = pipeline(
        "pipeline { agent { docker { image 'a:1' } }\n stages { stage('a') { steps { sh 'x' } } } }"
    )
    block = pipeline("node { docker.image('b:2').inside { sh 'x' }\n sh 'y' }")
    assert [used(s.image) for s in agent.jobs[0].steps] == ['image a:1 unpinned third-party']
    assert [used(s.image) for s in block.jobs[0].steps] == ['image b:2 unpinned third-party', '']


def test_functions_are_read_where_they_are_called() -> None:
    text = "def publish() { sh 'p' }\nnode('a') { publish() }\ndef unused() { sh 'u' }"
    jobs = pipeline(text).jobs
    assert [(job.name, job.automation, len(job.steps)) for job in jobs] == [
        ('a', True, 1),
        ('unused', False, 1),
    ]


def test_a_library_step_of_the_same_tree() -> None:
    found = pipeline("node('a') { publish() }", {'vars/publish.groovy': "def call() { sh 'p' }"})
    assert [commands(step) for step in found.jobs[0].steps] == [['sh errexit xtrace: p']]
    assert found.called == ('vars/publish.groovy',)


def test_a_file_that_is_loaded() -> None:
    others = {'ci/tools.groovy': "def publish() { sh 'p' }\nreturn this"}
    found = pipeline("node('a') { def t = load 'ci/tools.groovy'\n t.publish() }", others)
    assert [commands(step) for step in found.jobs[0].steps] == [['sh errexit xtrace: p']]


def test_what_lies_outside_is_unresolved() -> None:
    found = pipeline("@Library('shared') _\nnode { load 'x.groovy' }")
    assert [(one.kind, one.name) for one in found.unresolved] == [
        ('library', 'shared'),
        ('library', 'x.groovy'),
    ]


def test_functions_that_call_each_other_end() -> None:
    text = '\n'.join(f'def f{n}() {{ f{n + 1}()\n f{n + 1}() }}' for n in range(60)) + '\nnode { f0() }'
    assert len(pipeline(text).jobs) == 1


def test_a_jenkinsfile_that_cannot_be_parsed() -> None:
    with pytest.raises(UnparsableError):
        pipeline("node { sh 'x'\n")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                'pipeline',
                'node',
                'stage',
                'steps',
                'sh',
                'when',
                'if',
                '{',
                '}',
                '(',
                ')',
                '[',
                ']',
                ',',
                ':',
                '=',
                "'a'",
                '"${x}"',
                '\n',
                'def',
                'env.X',
            ]
        )
    )
)
def test_any_tokens_are_read(words: list[str]) -> None:
    text = ' '.join(words)
    document = Document('ci/x.groovy', text)
    found = jenkins.read(document, Forest({}))
    assert found.system == 'jenkins'


def test_a_key_that_groovy_pastes() -> None:
    text = dedent("""
        node('linux') {
            withCredentials([string(credentialsId: 'artifacts', variable: 'KEY')]) {
                sh "AGENT_ARTIFACTS_TOKEN=${KEY} artifacts push --private --project-slug t --file a.md"
                sh 'AGENT_ARTIFACTS_TOKEN=$KEY artifacts push --private --project-slug t --file a.md'
            }
        }
        """)
    early = [fact for fact in analyse({'Jenkinsfile': text}) if getattr(fact, 'sink', '') == 'early']
    assert [fact.place.line for fact in early] == [4]
