"""A proxy on loopback between one command and the service: it passes everything on and stores none of it.

It refuses whatever a client of the service does not send: another Host (a page that was led here), an Origin (a browser),
CONNECT and whole URLs (use as a proxy for other sites), and on Linux other users of the machine.
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from urllib.parse import urlsplit
from urllib.request import getproxies
from urllib.request import proxy_bypass

from artifacts_guard.errors import UsageError
from artifacts_guard.recording.entry import Entry
from artifacts_guard.recording.entry import entry
from artifacts_guard.service.address import BASE_VARIABLE
from artifacts_guard.service.address import address
from artifacts_guard.service.failure import ServiceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_LOOPBACK = '127.0.0.1'
_MOST = 64 << 20  # bytes of a request: more than the service takes
_PIECE = 1 << 16
_LOOKED_AT = 4096  # bytes of an answer in which a refusal says what is missing
_PATIENCE = 120.0  # seconds to wait for the service
# https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
_OWN = frozenset({
    *('connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'),
    *('transfer-encoding', 'upgrade', 'host', 'content-length', 'expect'),
})  # fmt: skip


class Upstream:
    """Where calls are passed on to: https, or http on loopback.  Raises UsageError for another URL."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(address(url).origin)
        except ServiceError as error:
            raise UsageError(f'{BASE_VARIABLE}: {error}') from None
        self.secure = parts.scheme == 'https'
        self.host = parts.hostname or ''
        self.port = parts.port or (443 if self.secure else 80)
        self.name = parts.netloc

    def connect(self) -> http.client.HTTPConnection:
        """A connection, through the proxy that the environment names."""
        if not self.secure:
            return http.client.HTTPConnection(self.host, self.port, timeout=_PATIENCE)
        context = ssl.create_default_context()
        proxy = '' if proxy_bypass(self.host) else getproxies().get('https', '')
        if not proxy:
            return http.client.HTTPSConnection(self.host, self.port, timeout=_PATIENCE, context=context)
        through = urlsplit(proxy)
        made = http.client.HTTPSConnection(
            through.hostname or '', through.port or 8080, timeout=_PATIENCE, context=context
        )
        made.set_tunnel(self.host, self.port)
        return made


class Recorder:
    """The proxy while it runs; `url` is what the command gets as its base URL."""

    def __init__(self, upstream: Upstream, run: str, keep: Callable[[Entry], object]) -> None:
        self._server = _Server((_LOOPBACK, 0), _Handler)
        self._server.upstream = upstream
        self._server.run = run
        self._server.keep = keep
        self._server.authority = f'{_LOOPBACK}:{self._server.server_port}'
        self.url = f'http://{self._server.authority}'

    def __enter__(self) -> Recorder:
        threading.Thread(
            target=self._server.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    upstream: Upstream
    run: str
    keep: Callable[[Entry], object]
    authority: str

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    """One connection of the command."""

    server: _Server
    protocol_version = 'HTTP/1.1'
    server_version = sys_version = ''

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged: a request line can hold an id."""

    def handle_expect_100(self) -> bool:
        return self._refused() == '' and super().handle_expect_100()

    def _pass_on(self) -> None:
        refused = self._refused()
        body = None if refused else self._body()
        if refused or body is None:
            self.close_connection = True
            self._answer(403 if refused else 413, refused or 'too large')
            return
        try:
            connection = self.server.upstream.connect()
            try:
                self._forward(connection, body)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            self.close_connection = True
            self._answer(502, f'the service cannot be reached: {type(error).__name__}')

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _pass_on  # noqa: N815

    def do_CONNECT(self) -> None:
        self.close_connection = True
        self._answer(403, 'this is no proxy for other sites')

    def _refused(self) -> str:
        """Why a request is not one of the command's; '' when it is."""
        if not self.path.startswith('/') or self.path.startswith('//'):
            return 'this is no proxy for other sites'
        if self.headers.get_all('Host') != [self.server.authority]:
            return 'the Host is another one'
        if self.headers.get('Origin') is not None:
            return 'it comes from a page in a browser'
        return (
            '' if _is_own(self.client_address[1], self.server.server_port) else 'it comes from another user'
        )

    def _body(self) -> bytes | None:
        """The whole body; None when it is larger than the service takes."""
        if 'chunked' in self.headers.get('Transfer-Encoding', '').lower():
            return self._chunks()
        length = self.headers.get('Content-Length', '0')
        size = int(length) if length.isascii() and length.isdigit() else _MOST + 1
        return self.rfile.read(size) if size <= _MOST else None

    def _chunks(self) -> bytes | None:
        parts: list[bytes] = []
        left = _MOST
        while True:
            head = self.rfile.readline(1024).split(b';')[0].strip()
            try:
                size = int(head, 16)
            except ValueError:
                return None
            if size > left or size < 0:
                return None
            if size == 0:
                while self.rfile.readline(_PIECE).strip():
                    continue
                return b''.join(parts)
            parts.append(self.rfile.read(size))
            self.rfile.readline(8)
            left -= size

    def _forward(self, connection: http.client.HTTPConnection, body: bytes) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
        headers['Host'] = self.server.upstream.name
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        beginning = answer.read(_LOOKED_AT)
        self.server.keep(entry(self.server.run, self.command, self.path, body, answer.status, beginning))
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in _OWN:
                self.send_header(name, value)
        length = answer.getheader('Content-Length')
        if length is None:
            self.close_connection = True
            self.send_header('Connection', 'close')
        else:
            self.send_header('Content-Length', length)
        self.end_headers()
        piece = beginning
        while piece:
            self.wfile.write(piece)
            piece = answer.read(_PIECE)

    def _answer(self, status: int, words: str) -> None:
        data = f'artifacts-guard record: {words}\n'.encode()
        self.send_response_only(status)
        self.send_header('Content-Type', 'text/plain; charset=utf-8')
        self.send_header('Content-Length', str(len(data)))
        self.send_header('Connection', 'close')
        self.end_headers()
        self.wfile.write(data)


def _is_own(port: int, server_port: int) -> bool:
    """Whether a connection on loopback is one of this user's.

    Linux tells the owner of each socket (https://docs.kernel.org/networking/proc_net_tcp.html); elsewhere there is no such check.
    """
    try:
        with open('/proc/net/tcp', encoding='ascii') as table:
            rows = [row.split() for row in table]
    except OSError:
        return True
    loopback = (
        socket.inet_aton(_LOOPBACK)[::-1].hex().upper()
        if _is_little()
        else socket.inet_aton(_LOOPBACK).hex().upper()
    )
    local, remote = f'{loopback}:{port:04X}', f'{loopback}:{server_port:04X}'
    return any(row[1:3] == [local, remote] and row[7] == str(os.getuid()) for row in rows[1:])


def _is_little() -> bool:
    import sys

    return sys.byteorder == 'little'
