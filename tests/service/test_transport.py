"""The seam to HTTP: whom it trusts, what it refuses, and how a request that failed is told from one that was lost."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from http.server import HTTPServer
from pathlib import Path

import pytest

from artifacts_guard.secret import Secret
from artifacts_guard.service.address import Address
from artifacts_guard.service.address import address
from artifacts_guard.service.failure import LostError
from artifacts_guard.service.failure import NotSentError
from artifacts_guard.service.failure import ServiceError
from artifacts_guard.service.transport import Answer
from artifacts_guard.service.transport import Transport
from tests.fake_service import FakeService
from tests.service.conftest import TOKEN

BODY = b'{"projectSlug":"default","slug":"a","type":"md","title":"A","content":"# hi"}'
PROXIES = ('http_proxy', 'https_proxy', 'all_proxy', 'no_proxy')
BUNDLES = ('SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS')


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, *[name.upper() for name in PROXIES], *BUNDLES, 'SSL_CERT_DIR'):
        monkeypatch.delenv(name, raising=False)


def send(where: Address, method: str = 'POST', body: bytes | None = BODY, **limits: float) -> Answer:
    transport = Transport(where, **limits)  # type: ignore[arg-type]
    try:
        return transport.send(method, '/api/artifacts', Secret(TOKEN), body)
    finally:
        transport.close()


def test_a_request(service: FakeService) -> None:
    answer = send(address(service.url))

    assert (answer.status, answer.json() is not None) == (201, True)
    (seen,) = service.requests
    assert seen.body == BODY
    assert seen.authorised
    assert seen.headers['accept-encoding'] == 'identity'
    assert seen.headers['user-agent'].startswith('artifacts-guard/')


@pytest.mark.parametrize(
    ('kind', 'error', 'words'),
    [
        pytest.param('cut', LostError, 'broke off', id='no answer'),
        pytest.param('cut-midway', LostError, 'broke off', id='half an answer'),
        pytest.param('huge', LostError, 'longer than 16777216 bytes', id='a gigabyte'),
        pytest.param('slow', LostError, 'broke off', id='silence'),
        pytest.param('redirect', ServiceError, 'redirects to http://elsewhere.invalid', id='a redirect'),
    ],
)
def test_answers_that_are_none(service: FakeService, kind: str, error: type[Exception], words: str) -> None:
    service.fail(kind, accepted=kind == 'huge', seconds=0.5)

    with pytest.raises(error, match=words):
        send(address(service.url), silent=0.2)
    assert len([r for r in service.requests if r.method == 'POST']) <= 1


def test_an_answer_that_drips() -> None:
    class Dripping(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            for _ in range(40):
                try:
                    self.wfile.write(b'x')
                except OSError:
                    return
                time.sleep(0.05)

        def log_message(self, *_: object) -> None:
            return

    with serving(Dripping) as server, pytest.raises(LostError, match='takes longer than'):
        send(Address(f'http://127.0.0.1:{server.server_port}', True), 'GET', None, whole=0.3)


def test_an_answer_that_repeats_the_token() -> None:
    class Repeating(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told = f'bad header: {self.headers["authorization"]}'.encode()
            self.send_response(500)
            self.send_header('content-length', str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            return

    with serving(Repeating) as server:
        answer = send(Address(f'http://127.0.0.1:{server.server_port}', True), 'GET', None)

    assert answer.text == f'bad header: Bearer {Secret(TOKEN)}'


def test_nobody_listens() -> None:
    with pytest.raises(NotSentError, match=r'Could not reach the API at http://127\.0\.0\.1:1:') as caught:
        send(address('http://127.0.0.1:1'))
    assert (caught.value.exit_status, caught.value.kind, caught.value.lasting) == (69, 'network', False)


def test_a_body_that_is_refused_while_it_is_sent(service: FakeService) -> None:
    """The service answers before it has read the body, and closes: the answer counts, not the broken pipe."""
    assert send(address(service.url), body=b'x' * 60_000_000).status == 413


@pytest.mark.parametrize(
    ('url', 'origin', 'loopback'),
    [
        pytest.param('https://hostartifacts.dev', 'https://hostartifacts.dev', False, id='the vendor'),
        pytest.param('https://artifacts.example:8443/', 'https://artifacts.example:8443', False, id='a port'),
        pytest.param('https://artifacts.example/some/path', 'https://artifacts.example', False, id='a path, as the CLI drops it'),
        pytest.param('http://127.0.0.1:3001', 'http://127.0.0.1:3001', True, id='loopback'),
        pytest.param('http://localhost:3001', 'http://localhost:3001', True, id='loopback by name'),
        pytest.param('http://[::1]:3001', 'http://[::1]:3001', True, id='loopback of IPv6'),
    ],
)  # fmt: skip
def test_addresses(url: str, origin: str, loopback: bool) -> None:
    assert address(url) == Address(origin, loopback)


class Proxy(BaseHTTPRequestHandler):
    """Writes down what it is asked for, and refuses."""

    asked: list[str]

    def _refuse(self) -> None:
        self.asked.append(f'{self.command} {self.path}')
        self.send_error(403)

    do_CONNECT = do_GET = do_POST = _refuse  # noqa: N815

    def log_message(self, *_: object) -> None:
        return


class serving:  # noqa: N801
    """A server for the time of a block."""

    def __init__(self, handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None = None) -> None:
        self._server = HTTPServer(('127.0.0.1', 0), handler)
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> HTTPServer:
        self._thread.start()
        return self._server

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def test_a_proxy_is_used_but_not_for_loopback(service: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = type('Handler', (Proxy,), {'asked': []})
    with serving(handler) as server:
        for name in ('http_proxy', 'https_proxy'):
            monkeypatch.setenv(name, f'http://127.0.0.1:{server.server_port}')

        with pytest.raises(NotSentError):
            send(address('https://artifacts.example'))
        assert handler.asked == ['CONNECT artifacts.example:443']
        assert send(address(service.url)).status == 201
        assert len(handler.asked) == 1


def test_a_proxy_setting_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('all_proxy', f'gopher://user:{TOKEN}@proxy.example')

    with pytest.raises(NotSentError, match='proxy settings') as caught:
        send(address('https://artifacts.example'))
    assert caught.value.lasting
    assert TOKEN[5:13] not in str(caught.value)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed, with its key."""
    if shutil.which('openssl') is None:
        pytest.skip('needs openssl to make a certificate')
    path = tmp_path / 'own.pem'
    command = (
        'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=own'
    )
    words = [
        *command.split(),
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-keyout',
        str(path) + '.key',
        '-out',
        str(path),
    ]
    subprocess.run(words, check=True, capture_output=True)
    return path


@pytest.fixture
def encrypted(certificate: Path) -> Iterator[Address]:
    class Hello(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header('content-length', '2')
            self.end_headers()
            self.wfile.write(b'{}')

        def log_message(self, *_: object) -> None:
            return

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, f'{certificate}.key')
    with serving(Hello, context) as server:
        yield Address(f'https://127.0.0.1:{server.server_port}', True)


def test_a_certificate_that_nobody_vouches_for(encrypted: Address) -> None:
    with pytest.raises(NotSentError, match=r'is not trusted.*SSL_CERT_FILE') as caught:
        send(encrypted, 'GET', None)
    assert caught.value.lasting


@pytest.mark.parametrize('variable', BUNDLES)
def test_a_bundle_of_ones_own(
    encrypted: Address, certificate: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(certificate))

    assert send(encrypted, 'GET', None).json() == {}


def test_a_bundle_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('SSL_CERT_FILE', '/no/such/bundle.pem')

    with pytest.raises(NotSentError, match=r'/no/such/bundle\.pem cannot be read'):
        send(address('https://artifacts.example'))
