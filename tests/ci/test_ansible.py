"""Playbooks as texts in, the common model as short texts out, and what they show."""

from __future__ import annotations

from textwrap import indent

import pytest

from artifacts_guard import ci
from artifacts_guard.check import analyse
from artifacts_guard.ci import recipes
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.facts.model import Exposure
from artifacts_guard.facts.model import Unreadable
from artifacts_guard.text import Document
from tests.ci import support
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.test_recipe_findings import WORKFLOW

PATH = 'playbooks/publish.yml'
TOKEN = "{{ lookup('env', 'AGENT_ARTIFACTS_TOKEN') }}"


def tasks(text: str, others: dict[str, str] | None = None) -> list[str]:
    """What each task of a play runs, with the environment that it has."""
    whole = f'- hosts: all\n  tasks:\n{indent(text, "    ")}\n'
    return told(support.read(whole, PATH, others))


def told(found: Pipeline) -> list[str]:
    return [' '.join([*commands(step), *bound(step.env)]) for one in found.jobs for step in one.steps]


COMMANDS = {
    'a shell': ('- shell: x | y', ['sh: x | y']),
    'another shell': ('- shell: x\n  args: {executable: /bin/bash}', ['bash: x']),
    'the full name of a module': ('- ansible.builtin.shell:\n    cmd: x', ['sh: x']),
    'a command has no shell': ('- command: x "y z" \'|\' w', ['[x] [y z] [|] [w]']),
    'settings in the line of a command': ('- command: x y creates=/z chdir=/w', ['[x] [y]']),
    'a command as a list': ('- command:\n    argv: [x, y z]', ['[x] [y z]']),
    'a command over lines': ('- command: >\n    x\n    y', ['[x] [y]']),
    'variables of a command': ('- command: x $Y "${Z}"', ['[x] [<variable.Y>] [<variable.Z>]']),
    'raw': ('- raw: x', ['sh: x']),
    'Windows': ('- ansible.windows.win_shell: x', ['powershell: x']),
    'an action': ('- local_action: shell x y\n- action: {module: command, cmd: x y}', ['sh: x y', '[x] [y]']),
    'blocks': (
        '- block:\n    - shell: x\n  rescue:\n    - shell: y\n  always:\n    - shell: z',
        ['sh: x', 'sh: y', 'sh: z'],
    ),
    'an environment': (
        '- block:\n    - shell: x\n      environment: {A: b}\n  environment:\n    - C: d',
        ['sh: x C=d @step:7 A=b @step:5'],
    ),
    'the environment of who runs it': (
        '- command: x "a {{ lookup(\'env\', \'B\') }}"\n- shell: x {{ q("ansible.builtin.env", "C") | first }}',
        ['[x] [a <variable.B>]', 'sh: x <variable.C>'],
    ),
    'variables': ('- shell: x {{ a }} {{ b.c | trim }}', ['sh: x <input.a> <input.b.c>']),
    'one or the other': (
        "- shell: x {{ a | default(lookup('env', 'B')) }}",
        ['sh: x <variable.B|input.a>'],
    ),
    'what only tells about a variable': (
        '- shell: x {{ a | length }} {{ b == c }}',
        ['sh: x <unknown.> <unknown.>'],
    ),
    'statements': ('- shell: x{% if a %} y{% endif %}', ['sh: x y']),
    'a request': (
        '- uri:\n    url: https://x/{{ y }}\n    method: POST\n    headers: {Authorization: "Bearer {{ z }}"}',
        ['[curl] [-X] [POST] [-H] [Authorization: Bearer <input.z>] [https://x/<input.y>]'],
    ),
    'something shown': (
        '- debug: msg="x"\n- debug: {msg: "x {{ y }}"}\n- debug: {var: z}',
        ['[echo] [x <input.y>]', '[echo] [<input.z>]'],
    ),
    'other modules': ('- apt: {name: x}\n- copy: {src: x, dest: y}\n- community.docker.shell: x', []),
}


@pytest.mark.parametrize(('text', 'expected'), COMMANDS.values(), ids=COMMANDS)
def test_tasks(text: str, expected: list[str]) -> None:
    assert tasks(text) == expected


INCLUDED = {
    'tasks': ('- include_tasks: more.yml', {'playbooks/more.yml': '- shell: x\n'}, ['sh: x']),
    'tasks of a name': (
        '- import_tasks:\n    file: sub/more.yml',
        {'playbooks/sub/more.yml': '- include_tasks: a.yml\n', 'playbooks/sub/a.yml': '- shell: x\n'},
        ['sh: x'],
    ),
    'a role': (
        '- include_role: {name: a}',
        {'roles/a/tasks/main.yml': '- import_tasks: b.yml\n', 'roles/a/tasks/b.yml': '- shell: x\n'},
        ['sh: x'],
    ),
    'a script': ('- script: x.sh y', {'playbooks/files/x.sh': 'x\n'}, ['[/playbooks/files/x.sh] [y]']),
    'a file that is computed, or not here': ('- include_tasks: "{{ a }}.yml"\n- script: x.sh', {}, []),
    'a file that includes itself': (
        '- include_tasks: a.yml',
        {'playbooks/a.yml': '- shell: x\n- include_tasks: a.yml\n'},
        ['sh: x'] * 8,
    ),
}


@pytest.mark.parametrize(('text', 'others', 'expected'), INCLUDED.values(), ids=INCLUDED)
def test_what_is_included(text: str, others: dict[str, str], expected: list[str]) -> None:
    assert tasks(text, others) == expected


def test_plays() -> None:
    found = support.read(
        """
        - import_playbook: other.yml
        - name: Publish
          hosts: [web, db]
          environment: {A: b}
          roles:
            - role: r
              environment: {C: d}
          tasks:
            - shell: y
              delegate_to: localhost
        - hosts: localhost
          tasks:
            - {command: z, name: Last}
        """,
        PATH,
        {
            'playbooks/other.yml': '- hosts: x\n  tasks: [{shell: w}]\n',
            'playbooks/roles/r/tasks/main.yml': '- shell: x\n',
        },
    )
    assert [(one.name, one.runner.tenancy, one.runner.label) for one in found.jobs] == [
        ('1: play 1', 'unknown', 'x'),
        ('2: Publish', 'unknown', 'web,db'),
        ('3: play 3', 'unknown', 'localhost'),
    ]
    assert told(found) == [
        'sh: w',
        'sh: x A=b @step:4 C=d @step:7',
        'sh: y A=b @step:4',
        '[z]',
    ]
    assert not any(one.automation for one in found.jobs)
    assert found.called == ('playbooks/other.yml', 'playbooks/roles/r/tasks/main.yml')


LOGGED = {
    'as it is': ('- hosts: all\n  tasks:\n    - shell: x\n', (True, False)),
    'not the task': ('- hosts: all\n  tasks:\n    - shell: x\n      no_log: true\n', (False, True)),
    'not the play': ('- hosts: all\n  no_log: true\n  tasks:\n    - shell: x\n', (False, True)),
    'this task all the same': (
        '- hosts: all\n  no_log: yes\n  tasks:\n    - {shell: x, no_log: false}\n',
        (True, False),
    ),
    'decided later': ('- hosts: all\n  tasks:\n    - {shell: x, no_log: "{{ y }}"}\n', (False, True)),
    'kept for later': ('- hosts: all\n  tasks:\n    - {shell: x, register: y}\n', (True, True)),
}


@pytest.mark.parametrize(('text', 'expected'), LOGGED.values(), ids=LOGGED)
def test_what_is_logged(text: str, expected: tuple[bool, bool]) -> None:
    (script,) = support.read(text, PATH).jobs[0].steps[0].scripts
    assert (script.echoed, script.silent) == expected


PLAY = '- hosts: all\n  tasks: []\n'
KNOWN = {
    'a playbook by its folder': (PATH, PLAY),
    'a playbook by its name': ('deploy-playbook.yml', f'---\n# why\n\n{PLAY}'),
    'a playbook in a folder of Ansible': ('ansible/deploy/x.yaml', PLAY),
    'the usual name': ('site.yml', '- import_playbook: a.yml\n'),
    'tasks of a role': ('roles/a/tasks/main.yml', '- name: x\n  ansible.builtin.shell: y\n'),
    'handlers': ('roles/a/handlers/main.yml', '-\n  command: y\n'),
}


@pytest.mark.parametrize(('path', 'text'), KNOWN.values(), ids=KNOWN)
def test_recognised(path: str, text: str) -> None:
    assert ci.recognise(path, Document(path, text)) == 'ansible'


UNKNOWN = {
    'any YAML': ('deploy.yml', PLAY),
    'a mapping': (PATH, 'hosts: all\ntasks:\n  - shell: x\n'),
    'variables of an inventory': ('ansible/group_vars/all.yml', 'hosts:\n  - shell: x\n'),
    'a list of something else': ('ansible/x.yml', '- name: a\n  version: 1\n'),
    'tasks without commands': ('roles/a/tasks/main.yml', '- name: x\n  apt: {name: y}\n'),
    'a text': (PATH, 'hosts: - x\n'),
    'no list': (PATH, '# - hosts: x\n'),
}


@pytest.mark.parametrize(('path', 'text'), UNKNOWN.values(), ids=UNKNOWN)
def test_not_recognised(path: str, text: str) -> None:
    assert ci.recognise(path, Document(path, text)) is None


@pytest.mark.parametrize(
    'text',
    [
        '- hosts: x\n  tasks: y\n',
        '- hosts: x\n  roles: [{}, y, [z]]\n',
        '- hosts: x\n  tasks: [{block: y}, {include_role: z}, {command: }, {shell: {cmd: [w]}}]\n',
        '- hosts: x\n  tasks: [{uri: {url: }}, {debug: }, {script: ""}, {local_action: shell}]\n',
        '- hosts: x\n  vars: [y]\n  environment: z\n  tasks: [w]\n',
        '- hosts:\n',
    ],
)
def test_odd_documents(text: str) -> None:
    assert told(support.read(text, PATH)) == []


def exposed(files: dict[str, str], command: str = '') -> set[str]:
    """Sink, line and tenancy of each exposure."""
    workflow = {'.github/workflows/a.yml': f'{WORKFLOW}{command}\n'} if command else {}
    facts = analyse({**files, **workflow})
    return {f'{f.sink} {f.place.line} {f.tenancy}' for f in facts if isinstance(f, Exposure)}


def play(task: str, hosts: str = 'all') -> dict[str, str]:
    return {PATH: f'- hosts: {hosts}\n  tasks:\n{indent(task, "    ")}\n'}


FLAG = f'- command: artifacts push --token "{TOKEN}"\n  no_log: true'
SHOWN = {
    'a flag': (play(FLAG), '', {'flag 3 unknown'}),
    'a flag that is logged': (play(FLAG.partition('\n')[0]), '', {'flag 3 unknown', 'log 3 unknown'}),
    'a flag on a host of the play': (play(FLAG), f'ansible-playbook {PATH}', {'flag 3 unknown'}),
    'a flag on the machine of the pipeline': (
        play(FLAG, 'localhost'),
        f'ansible-playbook -i x {PATH}',
        {'flag 3 ephemeral'},
    ),
    'a header of a program': (
        play(
            '- shell: \'curl -H "Authorization: Bearer $AGENT_ARTIFACTS_TOKEN" https://hostartifacts.dev/api/me\''
        ),
        '',
        {'argv 3 unknown'},
    ),
    'a header of a request': (
        play(
            f'- uri:\n    url: https://hostartifacts.dev/api/me\n    headers:\n      Authorization: "Bearer {TOKEN}"'
        ),
        '',
        {'log 6 unknown'},
    ),
    'a variable of the play': (
        {
            PATH: f'- hosts: x\n  vars:\n    t: "{TOKEN}"\n    u: "{{{{ t }}}}"\n  tasks:\n    - command: artifacts push --token {{{{ u }}}}\n      no_log: true\n'
        },
        '',
        {'flag 6 unknown'},
    ),
    'a fact': (
        play(f'- set_fact: {{t: "{TOKEN}"}}\n- debug: {{msg: "{{{{ t }}}}"}}'),
        '',
        {'log 4 unknown'},
    ),
    'an element of a loop': (
        play(f'- debug: {{msg: "{{{{ item }}}}"}}\n  loop: ["{TOKEN}"]'),
        '',
        {'log 3 unknown'},
    ),
    'a variable of the command line': (
        play('- command: artifacts push --token {{ t }}\n  no_log: true', 'localhost'),
        f'ansible-playbook {PATH} -e "t=$AGENT_ARTIFACTS_TOKEN"',
        {'argv 8 ephemeral', 'flag 3 ephemeral'},
    ),
    'a script that is copied to the host': (
        {**play('- script: x.sh'), 'playbooks/x.sh': 'artifacts push --token "$AGENT_ARTIFACTS_TOKEN"\n'},
        '',
        {'flag 1 unknown'},
    ),
    'the environment alone': (
        play(f'- command: artifacts push\n  environment:\n    AGENT_ARTIFACTS_TOKEN: "{TOKEN}"'),
        f'ansible-playbook {PATH}',
        set(),
    ),
    'a request that is not logged': (
        play(
            f'- uri:\n    url: https://hostartifacts.dev/api/me\n    headers:\n      Authorization: "Bearer {TOKEN}"\n  no_log: true'
        ),
        '',
        set(),
    ),
    'a dump that is not logged': (
        play('- shell: printenv\n  no_log: true', 'localhost'),
        f'ansible-playbook {PATH}',
        set(),
    ),
    'the environment stays where Ansible runs': (
        play('- shell: printenv'),
        f'ansible-playbook {PATH}',
        set(),
    ),
    'only the syntax': (
        play('- shell: printenv', 'localhost'),
        f'ansible-playbook --syntax-check {PATH}',
        set(),
    ),
    'the variable of another product': (
        play('- command: artifacts push --key {{ lookup("env", "JFROG_TOKEN") }}'),
        '',
        set(),
    ),
}


@pytest.mark.parametrize(('files', 'command', 'expected'), SHOWN.values(), ids=SHOWN)
def test_what_is_shown(files: dict[str, str], command: str, expected: set[str]) -> None:
    assert exposed(files, command) == expected


def test_what_is_no_yaml_is_said() -> None:
    facts = analyse({PATH: '- hosts: all\n  tasks:\n    - shell: artifacts push\n  x: [\n'})
    assert [one.place.path for one in facts if isinstance(one, Unreadable)] == [PATH]


def test_requests_are_internal() -> None:
    (argv,) = support.read('- hosts: x\n  tasks: [{uri: {url: y}}]\n', PATH).jobs[0].steps[0].scripts
    assert isinstance(argv, Argv)
    assert argv.internal


WANTED = {
    'ansible-playbook a.yml': 'a.yml',
    'ansible-playbook -i b --become -e x=y a.yml c.yml': 'a.yml',
    'ansible-playbook --list-tasks a.yml': None,
    'ansible-playbook': None,
}


@pytest.mark.parametrize('line', WANTED)
def test_what_a_command_line_asks_for(line: str) -> None:
    reader = recipes.reader('ansible-playbook')
    assert reader is not None
    found = reader.wanted(line.split())
    assert (None if found is None else found.file) == WANTED[line]
