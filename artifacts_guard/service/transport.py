"""The one place that uses httpx: a request in, an answer of limited size out, or how it failed.

No redirects (a host that answers with one gets no second request), no compression (a small answer cannot become a
large one), TLS verified with the trust of the usual variables, proxies from the environment except to loopback.
"""

from __future__ import annotations

import os
import time

from artifacts_guard import __version__
from artifacts_guard.record import Record
from artifacts_guard.service.failure import LostError
from artifacts_guard.service.failure import NotSentError
from artifacts_guard.service.failure import ServiceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from typing import Any

    import httpx

    from artifacts_guard.secret import Secret
    from artifacts_guard.service.address import Address

    Progress = Callable[[int, int], None]

LARGEST_ANSWER = 16 * 1024 * 1024
CONNECT_SECONDS, SILENT_SECONDS, WHOLE_SECONDS = 10.0, 60.0, 120.0
_PART = 64 * 1024
# besides SSL_CERT_FILE and SSL_CERT_DIR: https://requests.readthedocs.io/en/latest/user/advanced/#ca-certificates
# and https://curl.se/docs/manpage.html#ENVIRONMENT; the service's own CLI is a Node program
_BUNDLES = ('SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE')
_EXTRA_BUNDLE = 'NODE_EXTRA_CA_CERTS'  # https://nodejs.org/api/cli.html#node_extra_ca_certsfile


class Answer(Record):
    """An answer: its headers with small letters."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode('utf-8', 'replace')

    def json(self) -> dict[str, Any] | None:
        """The JSON object that it is; None for anything else."""
        import json

        try:
            found = json.loads(self.content)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


class Transport:
    """Sends requests to one address, each with one token."""

    def __init__(
        self,
        address: Address,
        *,
        largest: int = LARGEST_ANSWER,
        silent: float = SILENT_SECONDS,
        whole: float = WHOLE_SECONDS,
    ) -> None:
        self.address = address
        self._largest, self._whole = largest, whole
        try:
            self._client = _client(address, silent)
        except (ImportError, ValueError):  # a kind of proxy that httpx does not know, or no address of one
            raise NotSentError('the proxy settings of the environment cannot be used', lasting=True) from None

    def close(self) -> None:
        self._client.close()

    def send(
        self,
        method: str,
        path: str,
        token: Secret | None,
        body: bytes | None = None,
        progress: Progress | None = None,
    ) -> Answer:
        """The answer to one request.  Raises NotSentError, LostError, or ServiceError for a redirect."""
        import httpx

        headers = {'authorization': f'Bearer {token.reveal()}'} if token is not None else {}
        content: bytes | Iterator[bytes] | None = body
        if body is not None:
            headers |= {'content-type': 'application/json', 'content-length': str(len(body))}
            content = _parts(body, progress)
        try:
            with self._client.stream(method, path, headers=headers, content=content) as response:
                read = _without(self._read(response), token)
                answer = Answer(response.status_code, dict(response.headers.items()), read)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise _not_sent(error, self.address) from None
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise NotSentError('the proxy settings of the environment cannot be used', lasting=True) from None
        except httpx.TransportError as error:
            raise LostError(f'the connection to {self.address.origin} broke off: {_words(error)}') from None
        if 300 <= answer.status < 400:
            raise _redirected(answer, self.address)
        return answer

    def _read(self, response: Any) -> bytes:
        """The content, unless there is too much of it or it takes too long to come."""
        end = time.monotonic() + self._whole
        parts, size = [], 0
        for part in response.iter_raw():
            size += len(part)
            parts.append(part)
            if size > self._largest:
                raise LostError(
                    f'the answer of {self.address.origin} is longer than {self._largest} bytes', 'unknown', 1
                )
            if time.monotonic() > end:
                raise LostError(f'the answer of {self.address.origin} takes longer than {self._whole:g} s')
        return b''.join(parts)


def _without(content: bytes, token: Secret | None) -> bytes:
    """An answer may repeat a request, and failures are shown with parts of their answers."""
    return content if token is None else content.replace(token.reveal().encode(), str(token).encode())


def _client(address: Address, silent: float) -> httpx.Client:
    import httpx

    return httpx.Client(
        base_url=address.origin,
        # a proxy would see what goes to loopback, and has nothing to do there
        trust_env=not address.loopback,
        verify=_trust(os.environ, address),
        follow_redirects=False,
        timeout=httpx.Timeout(silent, connect=CONNECT_SECONDS),
        headers={
            'user-agent': f'artifacts-guard/{__version__}',
            'accept': 'application/json, text/event-stream',
            'accept-encoding': 'identity',
        },
    )


def _parts(body: bytes, progress: Progress | None) -> Iterator[bytes]:
    for at in range(0, len(body), _PART) if body else (0,):
        if progress is not None:
            progress(at, len(body))
        yield body[at : at + _PART]


def _trust(environment: Mapping[str, str], address: Address) -> ssl.SSLContext:
    """Whom TLS trusts: the bundle that a variable names, or those that come with httpx; and Node's extra one."""
    import ssl

    if address.origin.startswith('http:'):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, costs nothing, and is not used
    import httpx

    path = next((environment[name] for name in _BUNDLES if environment.get(name)), '')
    extra = environment.get(_EXTRA_BUNDLE, '')
    try:
        if path:
            kind = {'capath': path} if os.path.isdir(path) else {'cafile': path}
            context = ssl.create_default_context(**kind)  # type: ignore[arg-type]
        else:
            context = httpx.create_ssl_context(trust_env=False)
        path = extra or path
        if extra:
            context.load_verify_locations(cafile=extra)
    except (OSError, ssl.SSLError):
        raise NotSentError(f'the certificates in {path} cannot be read', lasting=True) from None
    return context


def _not_sent(error: Exception, address: Address) -> NotSentError:
    import ssl

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NotSentError(
                f'the certificate of {address.origin} is not trusted ({cause.verify_message}).  For a certificate '
                'authority of your own, name its bundle in SSL_CERT_FILE',
                lasting=True,
            )
        cause = cause.__cause__ or cause.__context__
    return NotSentError(f'Could not reach the API at {address.origin}: {_words(error)}')


def _words(error: Exception) -> str:
    """What happened, without what a library adds: it may quote an address with a password of a proxy."""
    import re

    told = str(error).strip()
    if not told or '://' in told:
        return re.sub('(?<=[a-z])(?=[A-Z])', ' ', type(error).__name__).lower()
    return told


def _redirected(answer: Answer, address: Address) -> ServiceError:
    from urllib.parse import urlsplit

    to = urlsplit(answer.headers.get('location', ''))
    where = f'{to.scheme}://{to.hostname}' if to.hostname else 'another place'
    return ServiceError(
        f'{address.origin} redirects to {where}, which gets neither the token nor the content.  '
        'If that is where the service is, give it as --base-url',
        'network',
        69,
    )
