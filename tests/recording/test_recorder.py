"""The recorder: what it notes of a run, what it refuses, and that it keeps nothing else."""

from __future__ import annotations

import http.client
import json
import os
import socket
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from artifacts_guard.errors import UsageError
from artifacts_guard.recording import entry
from artifacts_guard.recording.entry import Entry
from artifacts_guard.recording.proxy import Recorder
from artifacts_guard.recording.proxy import Upstream
from artifacts_guard.scopes.catalogue import SCOPES
from tests import tokens
from tests.advisor.tree import workflow
from tests.fake_service import FakeService

ALL, READER = tokens.api_key('all'), tokens.api_key('reader')
NEW = {'projectSlug': 'default', 'slug': 'weekly', 'type': 'md', 'title': 'Weekly', 'content': '# hi'}


@pytest.fixture
def service() -> Iterator[FakeService]:
    with FakeService(keys={ALL: SCOPES, READER: ['artifacts:read']}) as made:
        yield made


class Client:
    """Speaks to a recorder as a client of the service would."""

    def __init__(self, url: str) -> None:
        self.authority = urlsplit(url).netloc
        self.port = urlsplit(url).port or 0

    def ask(
        self, method: str, path: str, body: object = None, token: str = ALL, **headers: str
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=10)
        sent = {
            'Authorization': f'Bearer {token}',
            **{name.replace('_', '-'): v for name, v in headers.items()},
        }
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        try:
            return answer.status, answer.read()
        finally:
            connection.close()

    def raw(self, text: str) -> bytes:
        with socket.create_connection(('127.0.0.1', self.port), timeout=10) as connection:
            connection.sendall(text.encode())
            return connection.recv(4096)


@pytest.fixture
def kept() -> list[Entry]:
    return []


@pytest.fixture
def client(service: FakeService, kept: list[Entry]) -> Iterator[Client]:
    with Recorder(Upstream(service.url), 'run1', kept.append) as recorder:
        yield Client(recorder.url)


def mcp(tool: str, **arguments: object) -> dict[str, object]:
    return {
        'jsonrpc': '2.0',
        'id': 1,
        'method': 'tools/call',
        'params': {'name': tool, 'arguments': arguments},
    }


def test_calls_are_passed_on_and_their_scopes_noted(
    client: Client, kept: list[Entry], service: FakeService
) -> None:
    status, answer = client.ask('POST', '/api/artifacts', NEW)
    assert (status, json.loads(answer)['normalizedSlug']) == (201, 'weekly')
    artifact = service.artifacts[0].id
    assert client.ask('GET', f'/api/artifacts/{artifact}/content')[1] == b'# hi'
    client.ask('POST', f'/api/artifacts/{artifact}/share-links', {'role': 'viewer'})
    client.ask('POST', '/mcp', mcp('delete_artifact', artifactId=artifact))

    assert [(one.operation, one.scopes, one.status) for one in kept] == [
        ('POST /api/artifacts', ('artifacts:create',), 201),
        ('GET /api/artifacts/:id/content', ('artifacts:read',), 200),
        ('POST /api/artifacts/:id/share-links', ('artifacts:read', 'artifacts:share'), 201),
        ('MCP delete_artifact', ('artifacts:delete',), 200),
    ]


def test_a_refusal_tells_the_scope_that_is_missing(client: Client, kept: list[Entry]) -> None:
    assert client.ask('POST', '/api/artifacts', NEW, READER)[0] == 403

    assert [(one.status, one.denied) for one in kept] == [(403, 'artifacts:create')]


def test_what_the_catalogue_does_not_have_is_not_known(client: Client, kept: list[Entry]) -> None:
    client.ask('GET', '/api/secret-plans/of-alice?token=x')

    (one,) = kept
    assert (one.operation, one.known) == ('GET /api/*/*', False)


def test_nothing_else_is_kept(client: Client, kept: list[Entry], service: FakeService) -> None:
    client.ask(
        'POST', '/api/artifacts?slug=query', {**NEW, 'content': 'body of the report'}, X_Trace='header'
    )
    artifact = service.artifacts[0].id
    client.ask('GET', f'/api/by-path/alice/default/weekly?x={ALL}')
    client.ask('GET', f'/api/artifacts/{artifact}')
    client.ask('PATCH', '/api/artifacts/../../etc/passwd')

    lines = ''.join(map(entry.line, kept))
    for secret in (ALL[5:15], artifact, 'weekly', 'alice', 'query', 'header', 'body of', 'passwd'):
        assert secret not in lines


def test_a_body_in_pieces_arrives_whole(client: Client, service: FakeService) -> None:
    data = json.dumps({**NEW, 'content': 'x' * 200_000}).encode()
    connection = http.client.HTTPConnection('127.0.0.1', client.port)
    pieces = (data[at : at + 7777] for at in range(0, len(data), 7777))
    connection.request(
        'POST', '/api/artifacts', pieces, {'Authorization': f'Bearer {ALL}'}, encode_chunked=True
    )
    answer = connection.getresponse()
    answer.read()
    connection.close()

    assert answer.status == 201
    assert len(service.artifacts) == 1


STRANGERS = (
    ('another host', 'GET /api/health HTTP/1.1\r\nHost: evil.example\r\n\r\n'),
    ('no host', 'GET /api/health HTTP/1.1\r\n\r\n'),
    ('two hosts', 'GET /api/health HTTP/1.1\r\nHost: {authority}\r\nHost: {authority}\r\n\r\n'),
    (
        'a page in a browser',
        'GET /api/health HTTP/1.1\r\nHost: {authority}\r\nOrigin: https://evil.example\r\n\r\n',
    ),
    ('a whole URL', 'GET http://evil.example/ HTTP/1.1\r\nHost: {authority}\r\n\r\n'),
    ('a tunnel', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: {authority}\r\n\r\n'),
)


@pytest.mark.parametrize('text', [s[1] for s in STRANGERS], ids=[s[0] for s in STRANGERS])
def test_a_stranger_is_refused(client: Client, kept: list[Entry], service: FakeService, text: str) -> None:
    assert client.raw(text.format(authority=client.authority)).startswith(b'HTTP/1.1 403')

    assert kept == []
    assert service.requests == []


@pytest.mark.skipif(sys.platform != 'linux' or os.getuid() != 0, reason='needs root, to be somebody else')
def test_another_user_of_the_machine_is_refused(client: Client, kept: list[Entry]) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:  # nobody
        try:
            os.setuid(65534)
            text = f'GET /api/health HTTP/1.1\r\nHost: {client.authority}\r\n\r\n'
            os.write(writing, client.raw(text)[:12])
        finally:
            os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reading, 12) == b'HTTP/1.1 403'
    assert kept == []


def test_a_body_larger_than_the_service_takes_is_refused_before_it_is_read(client: Client) -> None:
    text = f'POST /api/artifacts HTTP/1.1\r\nHost: {client.authority}\r\nContent-Length: 99999999999\r\n\r\n'

    assert client.raw(text).startswith(b'HTTP/1.1 413')


def test_a_redirect_is_passed_on_and_not_followed(
    client: Client, kept: list[Entry], service: FakeService
) -> None:
    service.fail('redirect')

    assert client.ask('GET', '/api/profile/me')[0] in (301, 302, 307, 308)
    assert len(service.requests) == 1


def test_a_service_that_is_away(kept: list[Entry]) -> None:
    with socket.socket() as unused:
        unused.bind(('127.0.0.1', 0))
        address = f'http://127.0.0.1:{unused.getsockname()[1]}'
    with Recorder(Upstream(address), 'run1', kept.append) as recorder:
        status, answer = Client(recorder.url).ask('GET', '/api/health')

    assert status == 502
    assert b'cannot be reached' in answer


@pytest.mark.parametrize(
    'url',
    ['http://artifacts.example', 'ftp://artifacts.example', 'https://a:b@artifacts.example', 'nonsense'],
)
def test_the_token_goes_nowhere_unsafe(url: str) -> None:
    with pytest.raises(UsageError):
        Upstream(url)


# runs


def entries(*given: Entry) -> list[Entry]:
    return list(given)


def test_runs_are_put_together_in_any_order() -> None:
    first = Entry('a', 'POST /api/artifacts', ('artifacts:create',), 201)
    second = Entry('b', 'POST /api/artifacts', ('artifacts:create',), 201)
    refused = Entry('b', 'DELETE /api/artifacts/:id', ('artifacts:delete',), 403, 'artifacts:delete')

    seen = entry.merged([first, second, refused])

    assert seen == entry.merged([refused, second, first])
    assert (seen.runs, seen.scopes, seen.denied) == (
        2,
        ('artifacts:create', 'artifacts:delete'),
        ('artifacts:delete',),
    )
    assert [times for _, times in seen.entries] == [1, 2]


def test_a_record_is_read_as_it_was_written() -> None:
    one = Entry('a', 'GET /api/*/*', (), 404, '', False)

    assert entry.read(entry.line(one), 'x') == [one]


@pytest.mark.parametrize('text', ['nonsense', '{}', '{"version": 2}', '[]'])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match='line 1 is no line of a record'):
        entry.read(text, 'runs.jsonl')


# the command

SCRIPT = """
import json, os, sys, urllib.request
def ask(method, path, body=None):
    request = urllib.request.Request(os.environ['AGENT_ARTIFACTS_BASE_URL'] + path, method=method)
    request.add_header('Authorization', 'Bearer ' + os.environ['TOKEN'])
    try:
        return urllib.request.urlopen(request, body and json.dumps(body).encode()).status
    except urllib.error.HTTPError as error:
        return error.code
print(ask('POST', '/api/artifacts', %s))
sys.exit(7)
"""


@pytest.fixture
def around(service: FakeService, monkeypatch: pytest.MonkeyPatch) -> FakeService:
    monkeypatch.setenv('AGENT_ARTIFACTS_BASE_URL', service.url)
    monkeypatch.setenv('TOKEN', ALL)
    return service


def test_a_command_runs_with_the_recorder_and_ends_with_its_own_status(
    repo, guard, around: FakeService
) -> None:
    repo.write(
        '.github/workflows/w.yml', workflow('artifacts push --file a --project-slug p --private --no-input')
    )

    outcome = guard('record', '--output', 'runs.jsonl', '--', sys.executable, '-c', SCRIPT % repr(NEW))

    assert outcome.status == 7
    assert len(around.artifacts) == 1
    assert 'Scopes used in 1 run: artifacts:create' in outcome.stderr
    assert 'The reading of the repository says the same.' in outcome.stderr
    record = repo.path / 'runs.jsonl'
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    assert ALL[5:15] not in record.read_text()


def test_runs_are_compared_with_the_reading(repo, guard, around: FakeService) -> None:
    line = 'artifacts share create --artifact-id a --no-input --base-url https://artifacts.example'
    repo.write('.github/workflows/w.yml', workflow(line))
    for _ in range(2):
        guard('record', '--output', 'runs.jsonl', '--', sys.executable, '-c', SCRIPT % repr(NEW))

    outcome = guard('record', '--merge', 'runs.jsonl')

    assert 'Scopes used in 2 runs: artifacts:create' in outcome.stdout
    assert 'Not found by reading the repository: artifacts:create' in outcome.stdout
    assert 'Found by reading, and not used here: artifacts:read, artifacts:share' in outcome.stdout
    assert 'Goes past the recorder, because of --base-url: .github/workflows/w.yml:9' in outcome.stdout
    document = json.loads(guard('record', '--merge', 'runs.jsonl', '--format', 'json').stdout)
    assert document['compared']['surprising'] == ['artifacts:create']


def test_nothing_recorded_says_why_that_can_be(repo, guard, around: FakeService) -> None:
    outcome = guard('record', '--', sys.executable, '-c', 'pass')

    assert outcome.status == 0
    assert 'No call of the service went through the recorder.' in outcome.stderr


def test_a_command_that_is_killed_ends_as_in_a_shell(repo, guard, around: FakeService) -> None:
    code = 'import os, signal; os.kill(os.getpid(), signal.SIGKILL)'

    assert guard('record', '--', sys.executable, '-c', code).status == 137


WRONG = (
    ((), 'no command is given'),
    (('--', 'no-such-command'), 'no-such-command: No such file or directory'),
    (('--merge', 'no-such-file'), 'no-such-file: No such file or directory'),
    (('--merge', 'a', '--', 'b'), '--merge runs nothing'),
    (('--format', 'yaml', '--', 'true'), "unknown format 'yaml'"),
)


@pytest.mark.parametrize(('options', 'said'), WRONG, ids=[w[1] for w in WRONG])
def test_a_wrong_call_is_refused_in_words(repo, guard, around: FakeService, options, said: str) -> None:
    outcome = guard('record', *options)

    assert outcome.status == 2
    assert said in outcome.stderr


def test_a_base_url_without_tls_is_refused_before_anything_runs(
    repo, guard, monkeypatch, tmp_path: Path
) -> None:
    monkeypatch.setenv('AGENT_ARTIFACTS_BASE_URL', 'http://artifacts.example')
    outcome = guard('record', '--', sys.executable, '-c', f'open({str(tmp_path / "ran")!r}, "w")')

    assert outcome.status == 2
    assert 'would send the token and the content unencrypted' in outcome.stderr
    assert not (tmp_path / 'ran').exists()
