"""Where the service is: https, or loopback, and nothing in the address that could be a secret."""

from __future__ import annotations

from artifacts_guard.record import Record
from artifacts_guard.service.failure import invalid
from artifacts_guard.service.failure import refused

BASE_VARIABLE, WEB_VARIABLE = 'AGENT_ARTIFACTS_BASE_URL', 'AGENT_ARTIFACTS_WEB_URL'
DEFAULT = 'https://hostartifacts.dev'


class Address(Record):
    """`origin` is scheme, host and port; `loopback`: nothing leaves this machine."""

    origin: str
    loopback: bool


def address(url: str) -> Address:
    """A base URL that may be used.  A path in it is dropped, as the service's CLI does.  Raises ServiceError."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or '', parts.port
    except ValueError:
        raise invalid('the base URL is no URL') from None
    if '@' in parts.netloc:
        raise invalid('the base URL holds a user name or a password: the token is all that the service needs')
    if parts.scheme not in ('http', 'https') or not host:
        raise invalid('the base URL must begin with https:// and name a host')
    loopback = is_loopback(host)
    if parts.scheme == 'http' and not loopback:
        raise refused(
            f'http://{host} would send the token and the content unencrypted, readable by every machine between.  '
            f'Use https://{host}'
        )
    shown = f'[{host}]' if ':' in host else host
    return Address(f'{parts.scheme}://{shown}' + (f':{port}' if port else ''), loopback)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine.  Strict, as a token goes there: `127.example.org` is a name like any other."""
    from ipaddress import ip_address

    if host == 'localhost' or host.endswith('.localhost'):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
