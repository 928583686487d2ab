"""Rules for other scanners: what their patterns match, and the scanners themselves where they are installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from artifacts_guard.credentials.formats import FAMILIES
from artifacts_guard.credentials.patterns import WRITERS
from tests import tokens
from tests.conftest import Guard

KEY = tokens.api_key('exported')
FOUND = {
    'an API key': KEY,
    "an agent's token": tokens.agent_token('exported'),
    'a claim token': tokens.claim_token('exported'),
    'a key of the documented form': tokens.documented_key('exported'),
}
AROUND = {
    'alone': '{}',
    'in quotes': 'key = "{}"',
    'behind a line feed of JSON': '{{"log":"one\\n{}"}}',
    'behind a colour': '\x1b[31m{}\x1b[0m',
    'behind an encoded line feed': 'x%0A{}&y',
    'behind a name': 'TOKEN_{}',
}
LOOKALIKES = {
    'one character more': KEY + 'Q',
    'one character less': KEY[:-1],
    'a last character that 32 bytes do not have': KEY[:-1] + 'B',
    'a placeholder': 'aa_live_...',
    'another prefix': 'aa_x_' + KEY[5:],
}


def patterns() -> dict[str, list[str]]:
    """The patterns of each format, as they come out of it."""
    toml = re.compile("regex = '''(.*)'''")
    return {
        **{name: toml.findall(WRITERS[name]()) for name in ('gitleaks', 'betterleaks', 'gitlab')},
        'kingfisher': [rule['pattern'] for rule in yaml.safe_load(WRITERS['kingfisher']())['rules']],
        'trufflehog': [one['regex']['token'] for one in yaml.safe_load(WRITERS['trufflehog']())['detectors']],
        'github': [
            f'(?:{one["before_secret"]})({one["secret_format"]})(?:{one["after_secret"]})'.replace(
                '\\z', '\\Z'
            )
            for one in json.loads(WRITERS['github']())
        ],
    }


def matched(scanner: str, text: str) -> set[str]:
    return {match[1] for pattern in patterns()[scanner] for match in re.finditer(pattern, text)}


@pytest.mark.parametrize('scanner', WRITERS)
@pytest.mark.parametrize('around', AROUND)
@pytest.mark.parametrize('kind', FOUND)
def test_found(scanner: str, around: str, kind: str) -> None:
    assert matched(scanner, AROUND[around].format(FOUND[kind])) == {FOUND[kind]}


@pytest.mark.parametrize('scanner', WRITERS)
@pytest.mark.parametrize('kind', LOOKALIKES)
def test_what_looks_alike_is_not_found(scanner: str, kind: str) -> None:
    assert matched(scanner, f'x {LOOKALIKES[kind]} y') == set()


def test_every_scanner_gets_every_family() -> None:
    assert {scanner: len(found) for scanner, found in patterns().items()} == dict.fromkeys(
        WRITERS, len(FAMILIES)
    )


def test_the_command(guard: Guard) -> None:
    for scanner, write in WRITERS.items():
        outcome = guard('rules', 'export', scanner)
        assert (outcome.status, outcome.stdout) == (0, write())

    outcome = guard('rules', 'export', 'gitleeks')
    assert outcome.status == 2
    assert 'did you mean gitleaks?' in outcome.stderr


def plant(folder: Path) -> None:
    """A file for each token that must be found, and one with what must not."""
    for at, text in enumerate(FOUND.values()):
        for number, around in enumerate(AROUND.values()):
            (folder / f'found-{at}-{number}.txt').write_text(f'first\n{around.format(text)}\nlast\n')
    (folder / 'lookalikes.txt').write_text('\n'.join(LOOKALIKES.values()) + '\n')


def expected() -> set[str]:
    return {f'found-{at}-{number}.txt' for at in range(len(FOUND)) for number in range(len(AROUND))}


def by_program(tmp_path: Path, scanner: str, *argv: str) -> list[dict[str, Any]]:
    """The JSON lines that an installed scanner prints about a folder of such files."""
    program = shutil.which(scanner)
    if program is None:
        pytest.skip(f'{scanner} is not installed')
    files = tmp_path / 'files'
    files.mkdir()
    plant(files)
    rules = tmp_path / ('rules.yml' if scanner == 'kingfisher' else 'rules.toml')
    # without the scanner's own rules, which would be asked as well
    rules.write_text(WRITERS[scanner]().replace('useDefault = true', ''))
    words = [word.format(rules=rules, files=files) for word in argv]
    run = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith('{')]


def test_by_kingfisher_itself(tmp_path: Path) -> None:
    said = by_program(
        tmp_path, 'kingfisher', 'scan', '{files}', '--no-update-check', '--no-validate', '--load-builtins=false',
        '--rules-path', '{rules}', '--format', 'jsonl', '--no-dedup',
    )  # fmt: skip

    assert {Path(one['finding']['path']).name for one in said if 'finding' in one} == expected()


def test_by_betterleaks_itself(tmp_path: Path) -> None:
    said = by_program(tmp_path, 'betterleaks', '{files}', '--config', '{rules}', '--no-banner', '--jsonl')

    assert {Path(one['finding']['location']['path']).name for one in said if 'finding' in one} == expected()
