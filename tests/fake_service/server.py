"""The HTTP server: one thread for each connection, HTTP/1.1, loopback only."""

from __future__ import annotations

import json
import time
import uuid
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from typing import Any
from urllib.parse import parse_qsl
from urllib.parse import unquote
from urllib.parse import urlsplit

from tests.fake_service import limits
from tests.fake_service import mcp
from tests.fake_service import routes
from tests.fake_service.access import Principal
from tests.fake_service.access import RefusedError
from tests.fake_service.faults import ELSEWHERE
from tests.fake_service.faults import HUGE
from tests.fake_service.faults import Fault
from tests.fake_service.operations import Call
from tests.fake_service.store import now

if TYPE_CHECKING:
    from tests.fake_service import FakeService

LARGEST_BODY = 52_494_336
CSRF = 'Cross-origin request blocked. Origin header missing or not trusted.'
Reply = tuple[int, dict[str, str], bytes]


class Handler(BaseHTTPRequestHandler):
    """Answers as the service does; `fake` is set on a subclass."""

    fake: FakeService
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        with self.fake.working():
            self._serve_one()

    def _serve_one(self) -> None:
        size = int(self.headers.get('content-length') or 0)
        if size > LARGEST_BODY:
            self._too_large(size)
            return
        data = self.rfile.read(size)
        if len(data) < size:  # the client went away while it was sending
            self.close_connection = True
            return
        path = urlsplit(self.path).path
        fault = self.fake.faults.next(self.command, path)
        if fault is None or fault.accepted or fault.kind == 'slow':
            if fault is not None and fault.kind == 'slow' and not fault.accepted:
                time.sleep(fault.seconds)
            reply = self._reply(data)
            self.fake.seen(self.command, self.path, reply[0], self.headers, data)
        else:
            reply = 0, {}, b''
            self.fake.seen(self.command, self.path, 0, self.headers, data)
        if fault is None or (fault.kind == 'slow' and not fault.accepted):
            self._write(*reply)
        else:
            self._strike(fault, reply)

    do_GET = do_POST = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815

    def _reply(self, data: bytes) -> Reply:
        with self.fake.store.lock:
            headers = {'content-type': 'application/json', 'x-request-id': str(uuid.uuid4())}
            try:
                status, body = self._answer(data, headers)
            except RefusedError as refused:
                status, body = refused.status, refused.body
            if isinstance(body, str):
                headers.setdefault('content-type', 'text/plain; charset=UTF-8')
                return status, headers, body.encode()
            return status, headers, json.dumps(body).encode()

    def _answer(self, data: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        url = urlsplit(self.path)
        segments = [unquote(part) for part in url.path.strip('/').split('/')]
        principal = self._principal()
        if self.fake.rate_limited and limits.is_write(self.command, segments):
            self._count(limits.WRITES, headers)
        if self._is_cross_site(principal, segments):
            raise RefusedError(403, 'csrf_blocked', CSRF)
        if self.fake.rate_limited and limits.is_read(segments):
            self._count(limits.READS, headers)
        found = routes.match('GET' if self.command == 'HEAD' else self.command, segments)
        if found is None and segments != ['mcp']:
            headers['content-type'] = 'text/plain; charset=UTF-8'
            return 404, '404 Not Found'
        try:
            body = json.loads(data) if data else None
        except ValueError:
            headers['content-type'] = 'text/plain; charset=UTF-8'
            return 500, 'Internal Server Error'
        if principal.key is not None:
            principal.key.last_used = now()
        query = dict(parse_qsl(url.query))
        call = Call(self.fake.store, principal, {}, query, body, self.fake.web_url, headers=headers)
        if found is None:
            return mcp.answer(call)
        call.at = found[1]
        return routes.answer(found[0], call)

    def _principal(self) -> Principal:
        """Exactly one token behind `Bearer`; anything else is nobody."""
        words = (self.headers.get('authorization') or '').split(' ')
        if len(words) != 2 or words[0].lower() != 'bearer' or not words[1]:
            return Principal()
        return self.fake.principal(words[1])

    def _is_cross_site(self, principal: Principal, segments: list[str]) -> bool:
        if self.command in ('GET', 'HEAD') or principal.key is not None or segments == ['mcp']:
            return False
        return self.headers.get('origin') != self.fake.web_url

    def _count(self, limit: int, headers: dict[str, str]) -> None:
        passes, told = self.fake.limits.pass_(limit)
        headers.update(told)
        if not passes:
            raise RefusedError(429, 'too_many_requests', 'Rate limit exceeded.')

    def _too_large(self, size: int) -> None:
        """Answered before the body is read: a client that is still sending finds the connection closed."""
        self.close_connection = True
        body = {'error': 'payload_too_large', 'message': f'Body exceeds {LARGEST_BODY} byte limit.'}
        self.fake.seen(self.command, self.path, 413, self.headers, b'')
        self._write(413, {'content-type': 'application/json'}, json.dumps(body).encode())
        self.connection.settimeout(0.2)
        left = size
        while left > 0:  # closing with unread bytes would drop the reply on its way
            try:
                part = self.rfile.read1(65536)
            except OSError:
                return
            left -= len(part)
            if not part:
                return

    def _strike(self, fault: Fault, reply: Reply) -> None:
        if fault.kind == 'slow':
            time.sleep(fault.seconds)
            self._write(*reply)
        elif fault.kind == 'cut':
            self.close_connection = True
        elif fault.kind == 'cut-midway':
            self._head(reply[0] or 200, {**reply[1], 'content-length': str(len(reply[2]) + 100)})
            self.wfile.write(reply[2][:40])
            self.close_connection = True
        elif fault.kind == 'huge':
            self._huge()
        else:
            self._write(*_instead(fault, self.fake.limits_reset()))

    def _huge(self) -> None:
        """A gigabyte, as far as anybody reads it."""
        self._head(200, {'content-type': 'application/json', 'content-length': str(HUGE)})
        self.close_connection = True
        part = b'[' + b'0,' * 32768
        try:
            for _ in range(HUGE // len(part)):
                self.wfile.write(part)
        except OSError:  # the client has seen enough
            return

    def _write(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self._head(status, {**headers, 'content-length': str(len(body))})
        if self.command != 'HEAD':
            try:
                self.wfile.write(body)
            except OSError:  # the client has gone
                self.close_connection = True

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        try:
            self.end_headers()
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        return


def _instead(fault: Fault, reset: float) -> Reply:
    """The answer that a fault puts in the place of the service's."""
    page = b'<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>'
    limited = b'{"error":"too_many_requests","message":"Rate limit exceeded."}'
    json_type, html = {'content-type': 'application/json'}, {'content-type': 'text/html'}
    return {
        'error-500': (500, {'content-type': 'text/plain'}, b'Internal Server Error'),
        'error-502': (502, html, page),
        'html': (200, html, page),
        'invalid-json': (201, json_type, b'{"artifactId": "'),
        'limited': (429, {**json_type, 'retry-after': f'{fault.seconds:g}'}, limited),
        'limited-reset': (429, {**json_type, 'x-ratelimit-reset': f'{reset + fault.seconds:.0f}'}, limited),
        'redirect': (307, {'location': ELSEWHERE}, b''),
    }[fault.kind]
