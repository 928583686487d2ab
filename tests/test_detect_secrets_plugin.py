"""The detector for detect-secrets, through its own command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from artifacts_guard import detect_secrets_plugin
from tests import tokens
from tests.credentials.written import in_base64

PLUGIN = Path(detect_secrets_plugin.__file__)
KEY = tokens.api_key('plugin')
OFF = '--disable-filter', 'detect_secrets.filters.heuristic.is_indirect_reference'


def scanned(folder: Path, text: str, *options: str) -> list[tuple[str, int]]:
    """Kinds and lines of what `detect-secrets scan` finds in a file, with our detector and no other of its own."""
    (folder / 'x.py').write_text(text, encoding='utf-8')
    run = subprocess.run(
        [sys.executable, '-m', 'detect_secrets', 'scan', '--no-verify', '-p', str(PLUGIN), *options, 'x.py'],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, 'PYTHONPATH': str(PLUGIN.parents[1])},
    )
    assert KEY not in run.stdout + run.stderr
    results = json.loads(run.stdout)['results'].get('x.py', [])
    return [
        (found['type'], found['line_number'])
        for found in results
        if found['type'] == detect_secrets_plugin.AgentArtifactsDetector.secret_type
    ]


@pytest.mark.parametrize(
    ('text', 'line'),
    [
        (f'# one\nTOKEN = "{KEY}"\n', 2),
        (f'TOKEN = "{in_base64(KEY)}"\n', 1),
        (f'# log\n# line\\n{KEY}\n', 2),
    ],
    ids=['plain', 'in base64', 'behind an escape'],
)
def test_found(tmp_path: Path, text: str, line: int) -> None:
    assert scanned(tmp_path, text) == [('Agent Artifacts Token', line)]


def test_a_call_is_seen_only_without_their_filter(tmp_path: Path) -> None:
    text = f'client = Client("{KEY}")\n'

    assert scanned(tmp_path, text) == []
    assert scanned(tmp_path, text, *OFF) == [('Agent Artifacts Token', 1)]


def test_placeholders_are_not_found(tmp_path: Path) -> None:
    assert scanned(tmp_path, 'TOKEN = "aa_live_YOUR_KEY_HERE_PLEASE"\nOTHER = "aa_k_..."\n') == []


def test_the_values_it_gives() -> None:
    detector = detect_secrets_plugin.AgentArtifactsDetector()
    encoded = in_base64(KEY)

    assert list(detector.analyze_string(f'{KEY} and {encoded}')) == [KEY, encoded]
    assert list(detector.analyze_string('nothing')) == []
