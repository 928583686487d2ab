"""Many repositories: in batches, by whatever `concurrent.futures.Executor` is given, each shard as soon as it is there."""

from __future__ import annotations

from artifacts_guard.audit.child import analyse
from artifacts_guard.audit.snapshot import failed
from artifacts_guard.audit.snapshot import identity
from artifacts_guard.errors import UsageError
from artifacts_guard.errors import whereabouts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Sequence
    from concurrent.futures import Executor
    from concurrent.futures import Future
    from typing import Any

    from artifacts_guard.audit.model import Options
    from artifacts_guard.audit.model import Source
    from artifacts_guard.audit.shards import Store

_BATCH = 50  # repositories that share one process: its start is spread over them
_AHEAD = 3  # batches for each worker that wait for it
_LOOPBACK = ('127.0.0.1', 'localhost', '[::1]')


def local(workers: int) -> Executor:
    """Threads that each drive a process of their own (see `child`)."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(workers)


def dask(
    address: str, certificates: tuple[str, str, str] = ('', '', '')
) -> tuple[Executor, int, Callable[[], None]]:
    """The executor of a Dask cluster, its number of threads, and what ends the connection.

    `certificates` are the files of authority, certificate and key.  A cluster runs what anybody sends who can connect
    (https://distributed.dask.org/en/stable/tls.html), so that off loopback it must use TLS.  Raises UsageError.
    """
    try:
        from distributed import Client
        from distributed.security import Security
    except ImportError:
        raise UsageError("--dask needs Dask: install 'artifacts-guard[fleet]'") from None
    scheme, _, place = address.rpartition('://')
    if scheme != 'tls' and place.rpartition(':')[0] not in _LOOPBACK:
        raise UsageError(f'--dask {address}: a cluster on another machine must use TLS (tls://…)')
    authority, certificate, key = certificates
    security = Security(
        tls_ca_file=authority, tls_client_cert=certificate, tls_client_key=key, require_encryption=True
    )
    try:
        client = Client(address, security=security if scheme == 'tls' else None, timeout=30)
    except OSError:
        raise UsageError(f'--dask {address}: no cluster answers there') from None
    threads = sum(client.nthreads().values()) or 1
    return client.get_executor(retries=2), threads, client.close


def chosen(sources: Iterable[Source], part: int, parts: int) -> list[Source]:
    """The sources that fall to one of several machines, told by their names alone."""
    from artifacts_guard.secret import fingerprint

    return [source for source in sources if int(fingerprint(source.name), 16) % parts == part - 1]


def run(
    sources: Sequence[Source],
    options: Options,
    executor: Executor,
    workers: int,
    store: Store | None = None,
    said: Callable[[int, int], object] = lambda done, of: None,
) -> Iterator[dict[str, Any]]:
    """The shards of all sources, in any order; those of `store` are not made again.  `said` hears of the progress."""
    left = []
    done = 0
    for source in sources:
        commit, _ = identity(source, options) if store is not None else ('', '')
        shard = store.find(source.name, commit, options.today) if store is not None else None
        if shard is None:
            left.append(source)
            continue
        done += 1
        yield shard
    said(done, len(sources))
    for shards in _batches(left, options, executor, workers):
        for shard in shards:
            if store is not None:
                store.keep(shard, options.today)
            yield shard
        done += len(shards)
        said(done, len(sources))


def _batches(
    sources: Sequence[Source], options: Options, executor: Executor, workers: int
) -> Iterator[list[dict[str, Any]]]:
    """The outcome of each batch as it comes; only so many are handed out that workers never wait."""
    from concurrent.futures import FIRST_COMPLETED
    from concurrent.futures import wait

    size = max(1, min(_BATCH, len(sources) // (workers * _AHEAD)))
    batches = [sources[at : at + size] for at in range(0, len(sources), size)]
    batches.reverse()
    running: dict[Future[list[dict[str, Any]]], Sequence[Source]] = {}
    while batches or running:
        while batches and len(running) < workers * _AHEAD:
            batch = batches.pop()
            running[executor.submit(analyse, batch, options)] = batch
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            batch = running.pop(future)
            error = future.exception()
            yield future.result() if error is None else [_lost(source, error) for source in batch]


def _lost(source: Source, error: BaseException) -> dict[str, Any]:
    """The shard of a repository whose worker is gone for good."""
    reason = f'its worker failed: {whereabouts(error) if isinstance(error, Exception) else "ended"}'
    return failed(source, reason)
