"""The service on loopback, for tests: authentication, scopes, errors, limits and faults as they were measured.

    with FakeService(keys={token: ('artifacts:create',)}) as service:
        ...  # service.url; service.artifacts; service.requests; service.fail('cut', accepted=True)

Only the standard library; every route and MCP tool of tests/resources/service/scope_matrix_rest.tsv.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from contextlib import suppress
from email.message import Message
from http.server import ThreadingHTTPServer
from typing import Any
from typing import NamedTuple

from tests.fake_service.access import Principal
from tests.fake_service.faults import AFTER_ACCEPTING
from tests.fake_service.faults import KINDS
from tests.fake_service.faults import Fault
from tests.fake_service.faults import Faults
from tests.fake_service.limits import Limits
from tests.fake_service.server import Handler
from tests.fake_service.store import Artifact
from tests.fake_service.store import Store
from tests.fake_service.store import hash_of

__all__ = ('AFTER_ACCEPTING', 'KINDS', 'FakeService', 'Fault', 'Request')


class Request(NamedTuple):
    """A request that came in.  `status` is 0 when a fault struck instead of an answer; no token is kept."""

    method: str
    path: str
    status: int
    authorised: bool
    headers: dict[str, str]
    body: bytes


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, *given: Any) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(*given)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self._open):  # kept open by clients that may come back
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_: object) -> None:
        """A client that goes away is part of the tests."""


class FakeService:
    """A server on a free port of loopback, running between `start` and `stop` or as a context.

    `keys`: token → scopes, of the account `username` with the plan `plan` and the teams `teams`.
    `rate_limited`: count requests as the service does, by the clock `now`.
    """

    def __init__(
        self,
        keys: Mapping[str, Iterable[str]] | None = None,
        *,
        username: str | None = 'alice',
        plan: str = 'studio',
        teams: Iterable[str] = (),
        rate_limited: bool = False,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.store = Store()
        self.account = self.store.add_account(username, plan, teams)
        for token, scopes in (keys or {}).items():
            self.store.add_key(token, scopes)
        self.rate_limited = rate_limited
        self.limits = Limits(now)
        self._now = now
        self.faults = Faults()
        self.requests: list[Request] = []
        self._working = 0
        handler = type('Handler', (Handler,), {'fake': self})
        self._server = Server(('127.0.0.1', 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def start(self) -> FakeService:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> FakeService:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f'http://127.0.0.1:{self._server.server_port}'

    web_url = url

    @property
    def artifacts(self) -> list[Artifact]:
        """Those that are there, oldest first."""
        return list(self.store.live())

    def fail(self, kind: str, **more: Any) -> None:
        """The next request (that `method` and `path` fit) meets this fault; see `Fault`."""
        assert kind in KINDS
        self.faults.add(Fault(kind, **more))

    @property
    def busy(self) -> bool:
        """Whether a request is being worked on, also one whose client has gone."""
        with self.store.lock:
            return self._working > 0

    @contextmanager
    def working(self) -> Iterator[None]:
        with self.store.lock:
            self._working += 1
        try:
            yield
        finally:
            with self.store.lock:
                self._working -= 1

    def principal(self, token: str) -> Principal:
        key = self.store.key_of(token)
        if key is not None:
            return Principal(key=key)
        return Principal(person=self.store.sessions.get(hash_of(token)))

    def add_session(self, token: str) -> None:
        """A person's login, which may do what no key may."""
        self.store.sessions[hash_of(token)] = self.account

    def limits_reset(self) -> float:
        """When a made-up limit ends: now."""
        return self._now()

    def seen(self, method: str, path: str, status: int, headers: Message, body: bytes) -> None:
        kept = {name.lower(): value for name, value in headers.items() if name.lower() != 'authorization'}
        self.requests.append(Request(method, path, status, 'authorization' in headers, kept, body))
