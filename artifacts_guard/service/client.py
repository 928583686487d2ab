"""Requests to the service that are safe to make: what may be repeated is, what may have been accepted is not."""

from __future__ import annotations

import time

from artifacts_guard.service.failure import LostError
from artifacts_guard.service.failure import NotSentError
from artifacts_guard.service.failure import of_answer
from artifacts_guard.service.retry import Patience
from artifacts_guard.service.retry import date
from artifacts_guard.service.retry import wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from artifacts_guard.secret import Secret
    from artifacts_guard.service.failure import ServiceError
    from artifacts_guard.service.transport import Answer
    from artifacts_guard.service.transport import Progress
    from artifacts_guard.service.transport import Transport

_LIMITED = 429


class Client:
    """The service, for one token.  `patience` makes the pauses of one operation; `log` hears of each request."""

    def __init__(
        self,
        transport: Transport,
        token: Secret | None,
        patience: Callable[[], Patience] = Patience,
        log: Callable[[str], None] | None = None,
    ) -> None:
        self._transport = transport
        self._token = token
        self.patience = patience
        self._log = log
        self.skew: float | None = None  # seconds that the service's clock is ahead of ours

    @property
    def origin(self) -> str:
        return self._transport.address.origin

    def with_token(self, token: Secret | None) -> Client:
        """The same service, asked with another token."""
        return Client(self._transport, token, self.patience, self._log)

    def once(
        self, method: str, path: str, body: bytes | None = None, progress: Progress | None = None
    ) -> Answer:
        """One request, not repeated.  Raises as the transport does."""
        try:
            answer = self._transport.send(method, path, self._token, body, progress)
        except (NotSentError, LostError) as error:
            self._note(f'{method} {path}: {error}')
            raise
        now = time.time()
        theirs = date(answer.headers.get('date', ''))
        self.skew = self.skew if theirs is None else theirs - now
        self._note(f'{method} {path}: {answer.status}')
        return answer

    def read(self, path: str) -> dict[str, Any]:
        """The JSON object of a GET, which may be repeated.  Raises ServiceError for any other answer."""
        return self.ask('GET', path)

    def ask(
        self, method: str, path: str, body: bytes | None = None, good: tuple[int, ...] = (200,)
    ) -> dict[str, Any]:
        """The JSON object that answers a request that may be repeated without harm."""
        answer = self.answer(method, path, body)
        found = answer.json()
        if answer.status not in good or found is None:
            raise failure_of(answer)
        return found

    def answer(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """The answer, whatever it says, to a request that may be repeated without harm."""
        patience = self.patience()
        while True:
            try:
                answer = self.once(method, path, body)
            except NotSentError as error:
                if error.lasting or not patience.wait(str(error)):
                    raise
                continue
            except LostError as error:
                if not patience.wait(str(error)):
                    raise
                continue
            nonsense = answer.status < 300 and answer.json() is None
            if not (is_passing(answer) or nonsense) or not patience.wait(
                str(failure_of(answer)), self.wish(answer)
            ):
                return answer

    def wish(self, answer: Answer) -> float | None:
        """Seconds that the service asks to wait."""
        return wish(answer.headers, time.time()) if is_passing(answer) else None

    def _note(self, text: str) -> None:
        if self._log is not None:
            self._log(text)


def is_limited(answer: Answer) -> bool:
    """Turned away before it was looked at."""
    return answer.status == _LIMITED


def is_passing(answer: Answer) -> bool:
    """A failure that may be over in a while."""
    return answer.status == _LIMITED or answer.status >= 500


def failure_of(answer: Answer) -> ServiceError:
    """The failure that an answer is, also when its status is one of success."""
    return of_answer(answer.status, answer.json(), answer.text)
