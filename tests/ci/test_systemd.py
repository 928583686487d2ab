"""Units of systemd as texts in, the common model as short texts out."""

from __future__ import annotations

import time
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard import ci
from artifacts_guard.check import analyse
from artifacts_guard.ci import systemd
from artifacts_guard.facts.model import Exposure
from artifacts_guard.text import Document
from tests.ci import support
from tests.ci.support import Forest
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import shown

PATH = 'etc/systemd/system/x.service'


def run(text: str) -> list[str]:
    """The command lines of a unit with this setting."""
    job = support.job(f'[Service]\n{text}\n', path=PATH)
    return [line for step in job.steps for line in commands(step)]


def test_a_document_in_outline() -> None:
    found = support.read(
        """
        [Unit]
        Description=x
        [Service]
        Environment="A=b c" B=d 'C=%h/x'
        EnvironmentFile=-/etc/x.env
        LoadCredential=k:/etc/k
        WorkingDirectory=/srv/x
        ExecStart=/usr/bin/x \\
          --key ${K} \\
        # a comment
          $L
        ExecStartPre=-/bin/true
        [Install]
        WantedBy=multi-user.target
        """,
        PATH,
        {
            'etc/x.env': "K='v w'\n# c\n",
            'etc/systemd/system/x.timer': '[Timer]\nOnCalendar=daily\nUnit=x.service\n',
            'etc/systemd/system/x.service.d/a.conf': '[Service]\nEnvironment=Z=1\n',
        },
    )
    assert (
        outline(found)
        == dedent("""
        x.service: shared [systemd] on schedule
          env A=b c @job:4
          env B=d @job:4
          env C=<unknown.%h>/x @job:4
          env Z=1 @job:2
          env K=v w @job:1
          env CREDENTIALS_DIRECTORY=/run/credentials/x.service @job:6
          - ExecStartPre
            [/bin/true]
          - ExecStart
            [/usr/bin/x] [--key] [<variable.K>] [<variable.L>]
        """).strip()
    )
    assert (found.kind, found.masks, found.settings_variables) == ('unit', False, False)
    pre, start = found.jobs[0].steps
    assert pre.may_fail
    assert not start.may_fail
    assert shown(start.directory) == '/srv/x'
    (argv,) = start.scripts
    assert [word.place.line for word in argv.words] == [8, 9, 9, 11]  # type: ignore[union-attr]


WORDS = {
    'quotes': ("""a "b c" 'd "e"' f"g"h""", '[a] [b c] [d "e"] [fgh]'),
    'an empty word': ("a '' b", '[a] [] [b]'),
    'escapes': (r'a b\x20c \t\\ "\"" \101', '[a] [b c] [\t\\] ["] [A]'),
    'an escape that is none': (r'a \q', r'[a] [\q]'),
    'a variable': ('a ${X} b${X}c', '[a] [<env.X>] [b<env.X>c]'),
    'a variable in quotes of either kind': ('''a '${X}' "${X}"''', '[a] [<env.X>] [<env.X>]'),
    'a word that is a variable': ('a $X', '[a] [<env.X>]'),
    'a part that is none': ('a b$X', '[a] [b$X]'),
    'a dollar sign': ('a $$X $${X}', '[a] [$X] [${X}]'),
    'a percent sign': ('a %% %i', '[a] [%] [<unknown.%i>]'),
    'a quote that does not close': ('a "b c', '[a] [b c]'),
    'a shell': ('sh -c \'x < "$Y"\'', '[sh] [-c] [x < "$Y"]'),
}


@pytest.mark.parametrize(('text', 'expected'), WORDS.values(), ids=WORDS)
def test_words(text: str, expected: str) -> None:
    assert run(f'ExecStart={text}') == [expected]


COMMANDS = {
    'marks': ('ExecStart=-!!/bin/x a', ['[/bin/x] [a]']),
    'another name for the program': ('ExecStart=@/bin/x y a', ['[/bin/x] [a]']),
    'without variables': ('ExecStart=:/bin/x ${A}', ['[/bin/x] [${A}]']),
    'two on a line': ('ExecStart=a ; b', ['[a]', '[b]']),
    'a semicolon for the program': (r'ExecStart=a \; b', ['[a] [;] [b]']),
    'an empty value takes back what was said': ('ExecStart=a\nExecStart=\nExecStart=b', ['[b]']),
    'nothing': ('ExecStart=', []),
    'marks alone': ('ExecStart=-@', []),
    'a comment': ('#ExecStart=a\n;ExecStart=b', []),
    'another setting': ('ExecSearchPath=/bin', []),
    'another section': ('[Unit]\nExecStart=a', []),
}


@pytest.mark.parametrize(('text', 'expected'), COMMANDS.values(), ids=COMMANDS)
def test_commands(text: str, expected: list[str]) -> None:
    assert run(text) == expected


VARIABLES = {
    'several': ('Environment=A=1 "B=2 3"', ['A=1 @job:2', 'B=2 3 @job:2']),
    'no variable in it': ('Environment=A=$B', ['A=$B @job:2']),
    'taken back': ('Environment=A=1\nEnvironment=', []),
    'no assignment': ('Environment=A', []),
    'no name': ('Environment=1=2', []),
}


@pytest.mark.parametrize(('text', 'expected'), VARIABLES.values(), ids=VARIABLES)
def test_variables(text: str, expected: list[str]) -> None:
    assert bound(support.job(f'[Service]\n{text}\n', path=PATH).env) == expected


@pytest.mark.parametrize('text', ['', '[Unit]\nExecStart=x\n', 'services:\n  x: {}\n', '# [Service]\n'])
def test_not_by_its_name_alone(text: str) -> None:
    assert ci.recognise(PATH, Document(PATH, text)) is None


HOSTILE = {
    'continued lines': 'ExecStart=x \\\n' + 'y z \\\n' * 20_000,
    'words': 'ExecStart=' + 'x ' * 50_000,
    'quotes': 'ExecStart=' + '"\'' * 50_000,
    'escapes': 'ExecStart=x ' + '\\\\' * 50_000,
    'semicolons': 'ExecStart=' + 'x ; ' * 20_000,
    'blanks': 'ExecStart=x' + ' ' * 200_000 + 'y',
}


@pytest.mark.parametrize('text', HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts(text: str) -> None:
    start = time.process_time()
    assert run(text)
    assert time.process_time() - start < 10


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='Ax ${}%"\'\\;@-:\n#=', max_size=60))
def test_any_text_is_read(text: str) -> None:
    found = systemd.read(Document(PATH, f'[Service]\nExecStart={text}\nEnvironment={text}\n'), Forest({}))
    assert len(found.jobs) == 1


def test_tokens_in_a_unit() -> None:
    text = (
        '[Service]\nEnvironmentFile=/etc/x.env\n'
        'ExecStartPre=/usr/bin/curl -H "Authorization: Bearer ${AGENT_ARTIFACTS_TOKEN}" https://hostartifacts.dev/api/profile/me\n'
        'ExecStart=/usr/bin/artifacts artifact list \\\n  --token ${AGENT_ARTIFACTS_TOKEN}\n'
    )
    found = [one for one in analyse({PATH: text}) if isinstance(one, Exposure)]
    assert [(one.place.line, one.sink) for one in found] == [(3, 'argv'), (5, 'flag')]
