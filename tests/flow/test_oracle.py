"""The truth table, measured: each form is run with a marker, and another user looks at /proc/*/cmdline.

Needs Linux and root (to look as somebody else).  The table itself is tests/flow/forms.py.
"""

from __future__ import annotations

import os
import secrets
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow.forms import FORMS
from tests.flow.forms import MEASURED

# starts of a process that lives for a moment only: they are repeated until one is seen
SHORT = {'env with an assignment', 'echo as a program'}
PATIENCE = 60  # seconds

# becomes somebody else, then looks until it has seen the marker or its standard input is closed
SPY = """
import os, sys
marker = sys.argv[1].encode()[::-1]
os.setgid(65534); os.setuid(65534)
os.set_blocking(0, False)
print('ready', flush=True)
seen, watching = False, True
while watching and not seen:
    try:
        watching = os.read(0, 1) != b''
    except BlockingIOError:
        pass
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                with open(f'/proc/{name}/cmdline', 'rb') as stream:
                    seen = seen or marker in stream.read()
            except OSError:
                pass
print('seen' if seen else 'not seen', flush=True)
"""

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith('linux') or os.geteuid() != 0,
    reason='looking at processes as another user takes Linux and root',
)


@pytest.fixture
def stubs(tmp_path: Path) -> Path:
    """Programs that keep their command line for a moment and do nothing."""
    folder = tmp_path / 'bin'
    folder.mkdir()
    for name in ('artifacts', 'curl', 'publish'):
        program = folder / name
        program.write_text('#!/bin/sh\nsleep "${STUB_SECONDS:-0.25}"\n')
        program.chmod(0o755)
    return folder


@pytest.mark.parametrize('name', MEASURED, ids=list(MEASURED))
def test_another_user_sees_what_the_table_says(name: str, stubs: Path, tmp_path: Path) -> None:
    script = next(script for sentence, script, _ in FORMS if sentence == name)

    assert visible(name, script, stubs, tmp_path) is MEASURED[name]


def test_the_analysis_agrees_with_the_measurement() -> None:
    """A form is exposed on a command line exactly when another user saw it there."""
    exposed = {sentence: bool({'argv', 'flag'} & set(sinks)) for sentence, _, sinks in FORMS}

    assert {name: exposed[name] for name in MEASURED} == MEASURED


def visible(name: str, script: str, stubs: Path, tmp_path: Path) -> bool:
    marker = f'marker-{secrets.token_hex(16)}'  # tests that run beside this one have others
    path, enough = tmp_path / 'form.sh', tmp_path / 'enough'
    repeated = name in SHORT
    path.write_text(f'while [ ! -e {enough} ]; do\n{script}\ndone\n' if repeated else f'{script}\n')
    # the marker is given to the spy backwards: its own command line must not be found
    spy = subprocess.Popen(
        [sys.executable, '-c', SPY, marker[::-1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert spy.stdout is not None
    try:
        assert spy.stdout.readline() == 'ready\n'
        environment = {
            'PATH': f'{stubs}:{os.environ["PATH"]}',
            'T': marker,
            'AGENT_ARTIFACTS_TOKEN': marker,
            'STUB_SECONDS': '0' if repeated else '0.25',
        }
        quiet = subprocess.DEVNULL
        running = subprocess.Popen(
            ['bash', str(path)], env=environment, cwd=tmp_path, stdin=quiet, stdout=quiet, stderr=quiet
        )
        if repeated:
            select.select([spy.stdout], [], [], PATIENCE)
            enough.touch()
        running.wait(timeout=PATIENCE)
    finally:
        answer = spy.communicate(timeout=PATIENCE)[0]
    return answer.strip() == 'seen'
