"""detect-secrets' generic detectors behind our gates: the same findings as without, with places."""

from __future__ import annotations

import random
import string
import subprocess
import sys

import pytest

from artifacts_guard.credentials import generic
from artifacts_guard.text import Document
from tests import tokens

SECRET = tokens.session('generic', 40)
PIPELINE = f"""
name: deploy
env:
  API_KEY: "{SECRET}"
  IMAGE_DIGEST: 'sha256'
  COMMIT: '{tokens.hex_key('commit', 40)[8:]}'
  database_password: hunter2-{SECRET[:12]}
steps:
  - run: curl -H "x-api-key: $API_KEY" https://x.example
  - run: echo "nothing here"
"""


def ungated(document: Document) -> set[tuple[int, str, str]]:
    """What the detectors say about every line: its number, the kind and the value."""
    found = set()
    for number, line in enumerate(document.text.split('\n'), 1):
        for detector in generic._detectors():
            for potential in detector.analyze_line(filename=document.path, line=line, line_number=number):
                if potential.secret_value:
                    found.add((number, generic._KINDS[potential.type], potential.secret_value))
    return found


def gated(document: Document) -> set[tuple[int, str, str]]:
    return {
        (document.position(suspect.span.start).line, suspect.kind, suspect.secret.reveal())
        for suspect in generic.suspects(document)
    }


@pytest.mark.parametrize(
    'path', ['.github/workflows/x.yml', 'x.sh', 'x.py', 'x.js', 'Jenkinsfile', 'x.properties']
)
def test_the_same_as_without_gates_on_a_pipeline(path: str) -> None:
    document = Document(path, PIPELINE)

    assert gated(document) == ungated(document) != set()


def test_the_same_as_without_gates_on_random_lines() -> None:
    drawn = random.Random(7)
    names = ['secret', 'api_key', 'PASSWORD', 'pwd', 'name', 'x', 'contraseña', 'service-key', 'digest']
    alphabets = [string.hexdigits, string.ascii_letters + string.digits + '+/=_-', string.digits, 'ab']
    lines = [
        f'{drawn.choice(names)}{drawn.choice([": ", " = ", "=", ":="])}{quote}'
        f'{"".join(drawn.choices(drawn.choice(alphabets), k=drawn.randrange(60)))}{quote}'
        for _ in range(600)
        for quote in [drawn.choice(['"', "'", ''])]
    ]
    for path in ('x.yml', 'x.py', 'x.go'):
        document = Document(path, '\n'.join(lines))
        assert gated(document) == ungated(document)


def test_the_place_is_that_of_the_value() -> None:
    document = Document('x.yml', PIPELINE)
    first = generic.suspects(document)[0]

    assert document.text[first.span.start : first.span.end] == SECRET
    assert document.position(first.span.start).line == 4


def test_placeholders_are_marked() -> None:
    document = Document('x.py', f'password = "changeme_please"\nsecret = "{SECRET}"\n')

    assert [suspect.made_up for suspect in generic.suspects(document) if 'name' in suspect.kind] == [
        True,
        False,
    ]


def test_very_long_lines_are_passed_over() -> None:
    assert generic.suspects(Document('x.py', f'secret = "{SECRET}" ' + ' ' * generic.LONGEST_LINE)) == []


def test_nothing_of_a_value_is_shown() -> None:
    assert SECRET not in repr(generic.suspects(Document('x.yml', PIPELINE)))


def test_it_is_imported_only_when_a_line_could_concern_it() -> None:
    code = (
        'import sys\n'
        'from artifacts_guard.credentials.generic import suspects\n'
        'from artifacts_guard.text import Document\n'
        'assert suspects(Document("x.yml", "steps:\\n  - run: make\\n" * 99)) == []\n'
        'assert "detect_secrets" not in sys.modules\n'
    )
    subprocess.run([sys.executable, '-c', code], check=True)
