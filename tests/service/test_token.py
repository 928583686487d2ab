"""The token: how it may come, what is refused, and that it is nowhere else afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from artifacts_guard.service import token as tokens_read
from artifacts_guard.service.failure import ServiceError
from artifacts_guard.service.token import Delivery
from tests import tokens
from tests.service.conftest import TOKEN


@pytest.mark.parametrize(
    'text',
    [
        pytest.param(TOKEN, id='alone'),
        pytest.param(f'{TOKEN}\n', id='with a line end'),
        pytest.param(f'{TOKEN}\r\n', id='with a Windows line end'),
        pytest.param(f'  {TOKEN}  ', id='with blanks around it'),
        pytest.param(tokens.session('x'), id='a session'),
    ],
)
def test_a_token_is_read(text: str) -> None:
    assert tokens_read.token(Delivery(), text).reveal() == text.strip()


@pytest.mark.parametrize(
    ('text', 'words'),
    [
        pytest.param('', 'empty token; runs for forks get no secrets', id='empty'),
        pytest.param(' \n', 'empty token', id='blank'),
        pytest.param(f'{TOKEN}\n{TOKEN}', 'more than a token', id='two lines'),
        pytest.param(f'{TOKEN} {TOKEN}', 'more than a token', id='two words'),
        pytest.param(f'"{TOKEN}"', 'quotation marks', id='quoted'),
        pytest.param(f'{TOKEN}ü', 'more than a token', id='a letter no token has'),
        pytest.param('x' * 5000, 'more than a token', id='far too long'),
    ],
)
def test_what_is_no_token_is_refused_without_being_quoted(text: str, words: str) -> None:
    with pytest.raises(ServiceError, match=words) as caught:
        tokens_read.token(Delivery(), text)
    assert caught.value.exit_status == 4
    assert TOKEN[5:13] not in str(caught.value)


def test_without_any_token_the_ways_are_named() -> None:
    with pytest.raises(ServiceError, match='--token-stdin, --token-file or --token-command'):
        tokens_read.token(Delivery(), None)


def test_two_ways_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match='--token-file or --token-command') as caught:
        tokens_read.token(Delivery(file='a', command='b'), None)
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    ('mode', 'reads'),
    [
        pytest.param(0o600, True, id='for its owner'),
        pytest.param(0o400, True, id='for its owner to read'),
        pytest.param(0o640, True, id='for a group'),
        pytest.param(0o644, False, id='for everyone'),
        pytest.param(0o604, False, id='for everyone but the group'),
    ],
)
@pytest.mark.skipif(os.name != 'posix', reason='modes of files')
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int, reads: bool) -> None:
    path = tmp_path / 'token'
    path.write_text(f'{TOKEN}\n')
    path.chmod(mode)

    if reads:
        assert tokens_read.token(Delivery(file=str(path)), None).reveal() == TOKEN
    else:
        with pytest.raises(ServiceError, match='every user of this host can read') as caught:
            tokens_read.token(Delivery(file=str(path)), None)
        assert caught.value.exit_status == 4


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match='cannot be read') as caught:
        tokens_read.token(Delivery(file=str(tmp_path / 'nope')), None)
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    ('command', 'words', 'status'),
    [
        pytest.param("sh -c 'exit 3'", 'sh ended with status 3', 4, id='a command that fails'),
        pytest.param('true', 'empty token', 4, id='a command that prints nothing'),
        pytest.param('/no/such/program', 'cannot be started', 2, id='no command'),
        pytest.param(
            "sh -c 'yes | head -c 100000'", 'printed more than a token', 4, id='a command that prints a lot'
        ),
        pytest.param("sh 'x", 'quotation mark is not closed', 2, id='an open quotation'),
        pytest.param(' ', 'no command', 2, id='a blank'),
    ],
)
def test_commands_that_give_no_token(command: str, words: str, status: int) -> None:
    with pytest.raises(ServiceError, match=words) as caught:
        tokens_read.token(Delivery(command=command), None)
    assert caught.value.exit_status == status


def test_a_command_gives_a_token_and_sees_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The token of our own environment is gone before a program starts."""
    monkeypatch.setenv('AGENT_ARTIFACTS_TOKEN', TOKEN)
    other = tokens.api_key('other')
    seen = tmp_path / 'seen'
    script = tmp_path / 'give'
    script.write_text(f'#!/bin/sh\nenv > {seen}\necho {other}\n')
    script.chmod(0o700)

    variable = tokens_read.from_environment()
    found = tokens_read.token(Delivery(command=str(script)), variable)

    assert found.reveal() == other
    assert 'AGENT_ARTIFACTS_TOKEN' not in os.environ
    assert TOKEN not in seen.read_text()


def test_a_token_in_arguments_is_refused(tmp_path: Path) -> None:
    """In those of this process, and in those of the one that started it."""
    from artifacts_guard.secret import Secret

    for number, whose in ((os.getpid(), 'this process'), (os.getppid(), 'the process that started')):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / 'cmdline').write_bytes(b'bash\0-c\0TOKEN=' + TOKEN.encode() + b' x\0')
        with pytest.raises(ServiceError, match=f'arguments of {whose}'):
            tokens_read.refuse_exposed(Secret(TOKEN), str(tmp_path))
        (folder / 'cmdline').write_bytes(b'bash\0-c\0x\0')
    tokens_read.refuse_exposed(Secret(TOKEN), str(tmp_path))
    tokens_read.refuse_exposed(Secret(TOKEN), str(tmp_path / 'none'))


@pytest.mark.skipif(not sys.platform.startswith('linux'), reason='/proc')
def test_the_starting_shell_shows_it(tmp_path: Path) -> None:
    shown = tokens.api_key('shown')  # not the one whose absence other tests watch meanwhile
    (tmp_path / 'a.md').write_text('# hi\n')
    push = f'{sys.executable} -m artifacts_guard push a.md --project-slug x --base-url http://127.0.0.1:9'
    run = subprocess.run(
        ['sh', '-c', f'AGENT_ARTIFACTS_TOKEN={shown} {push}; true'],
        cwd=tmp_path,
        env={**os.environ, 'PYTHONPATH': str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert 'stands in the arguments of the process that started this one' in run.stderr
    assert shown[5:13] not in run.stderr
