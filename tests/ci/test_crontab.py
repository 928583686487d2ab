"""Crontabs as texts in, the common model as short texts out."""

from __future__ import annotations

import time
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard import ci
from artifacts_guard.check import analyse
from artifacts_guard.ci import crontab
from artifacts_guard.facts.model import Exposure
from artifacts_guard.text import Document
from tests.ci import support
from tests.ci.support import Forest
from tests.ci.support import commands
from tests.ci.support import outline

PATH = 'etc/cron.d/reports'


def test_a_document_in_outline() -> None:
    found = support.read(
        r"""
        # m h dom mon dow user command
        SHELL=/bin/bash
        A="b c"
        5 4 * * * root echo $(date +\%F)
        SHELL = /bin/sh
        @reboot www-data x > /dev/null
        nonsense
        """,
        PATH,
    )
    assert (
        outline(found)
        == dedent("""
        line 4: shared [cron] on schedule
          env SHELL=/bin/bash @pipeline:2
          env A=b c @pipeline:3
          - 5 4 * * *
            bash: echo $(date +%F)
        line 6: shared [cron] on other
          env SHELL=/bin/bash @pipeline:2
          env A=b c @pipeline:3
          env SHELL=/bin/sh @pipeline:5
          - @reboot
            sh: x > /dev/null
        """).strip()
    )
    assert (found.kind, found.masks, found.settings_variables) == ('crontab', False, False)


LINES = {
    'five fields': ('* * * * * x y', 'x y'),
    'lists, ranges and steps': ('*/5,3 1-5 1,15 * * x', 'x'),
    'names': ('0 0 * jan mon-fri x', 'x'),
    'a nickname': ('@daily x', 'x'),
    'tabs': ('\t5\t4\t*\t*\t* \tx', 'x'),
    'what follows a percent sign is input': ('* * * * * cat%a%b', 'cat'),
    'an escaped percent sign': (r'* * * * * a \% b', 'a % b'),
    'a comment sign inside': ('* * * * * x # y', 'x # y'),
    'a user, if it is one in all lines': ('* * * * * root x', 'x'),
}


@pytest.mark.parametrize(('line', 'expected'), LINES.values(), ids=LINES)
def test_lines(line: str, expected: str) -> None:
    job = support.job(f'{line}\n', path='ops/crontab')
    assert commands(job.steps[0]) == [f'sh: {expected}']


NO_LINES = {
    'a comment': '# 5 4 * * * x',
    'four fields': '5 4 * * x',
    'no command': '5 4 * * *',
    'a nickname nobody knows': '@often x',
    'prose': 'run this at 5 4 * * * please',
    'a variable': 'A=5 4 * * * x',
    'nothing': '',
}


@pytest.mark.parametrize('line', NO_LINES.values(), ids=NO_LINES)
def test_no_lines(line: str) -> None:
    path = 'ops/crontab'
    assert ci.recognise(path, Document(path, f'{line}\n')) is None


PATHS = {
    'a folder of drop-ins': ('etc/cron.d/backup', 'crontab'),
    'the file of a user': ('crontab', 'crontab'),
    'an extension': ('deploy/web.crontab', 'crontab'),
    'a template': ('roles/x/templates/crontab.j2', 'crontab'),
    'a package': ('debian/x.cron.d', 'crontab'),
    'another folder': ('etc/cron/backup', None),
    'a text about it': ('docs/crontab-howto', None),
    'a name that only ends so': ('mycrontab', None),
}


@pytest.mark.parametrize(('path', 'expected'), PATHS.values(), ids=PATHS)
def test_recognised(path: str, expected: str | None) -> None:
    assert ci.recognise(path, Document(path, '* * * * * x y\n')) == expected


HOSTILE = {
    'blanks': 'A=' + ' ' * 200_000 + 'x\n* * * * * x\n',
    'digits': '1' * 200_000 + '\n* * * * * x\n',
    'percent signs': '* * * * * ' + r'\%' * 50_000 + '\n',
    'many lines': 'A=1\n* * * * * x\n' * 20_000,
}


@pytest.mark.parametrize('text', HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts(text: str) -> None:
    start = time.process_time()
    assert support.read(text, PATH).jobs
    assert time.process_time() - start < 10


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet='*5 @daily\\%"\'=#A\n\t', max_size=60))
def test_any_text_is_read(text: str) -> None:
    found = crontab.read(Document(PATH, text), Forest({}))
    assert all(step.scripts for job in found.jobs for step in job.steps)


def test_a_token_on_a_command_line() -> None:
    text = '5 4 * * * root artifacts artifact list --token "$(cat /etc/x.token)"\n'
    found = [one for one in analyse({PATH: text}) if isinstance(one, Exposure)]
    assert [(one.place.line, one.sink) for one in found] == [(1, 'flag')]
