"""The truth table, measured: each form is run with a marker, and another user looks at /proc/*/cmdline.

Needs Linux and root (to look as somebody else).  The table itself is tests/flow/forms.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow.forms import FORMS
from tests.flow.forms import MEASURED

MARKER = 'marker-that-nobody-else-has'
# starts of a process that lives for a moment only: they are repeated until one is seen, or enough were not
SHORT = {'env with an assignment', 'echo as a program'}
REPEATED = 400

# becomes somebody else, then looks until its standard input is closed
SPY = """
import os, sys
marker = sys.argv[1].encode()[::-1]
os.setgid(65534); os.setuid(65534)
os.set_blocking(0, False)
print('ready', flush=True)
seen, watching = False, True
while watching:
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
    path = tmp_path / 'form.sh'
    if name in SHORT:
        script = f'for _ in $(seq {REPEATED}); do\n{script}\ndone'
    path.write_text(f'{script}\n')
    # the marker is given to the spy backwards: its own command line must not be found
    spy = subprocess.Popen(
        [sys.executable, '-c', SPY, MARKER[::-1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert spy.stdout is not None
    try:
        assert spy.stdout.readline() == 'ready\n'
        environment = {
            'PATH': f'{stubs}:{os.environ["PATH"]}',
            'T': MARKER,
            'AGENT_ARTIFACTS_TOKEN': MARKER,
            'STUB_SECONDS': '0' if name in SHORT else '0.25',
        }
        subprocess.run(
            ['bash', str(path)], env=environment, cwd=tmp_path, capture_output=True, check=False, timeout=60
        )
    finally:
        answer = spy.communicate(timeout=60)[0]
    return answer.strip() == 'seen'
