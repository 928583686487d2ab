"""Facts about addresses and files: plain http, saved logins handed on, references in other texts."""

from __future__ import annotations

import re

from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.facts.context import made
from artifacts_guard.facts.model import Credential
from artifacts_guard.facts.model import Endpoint
from artifacts_guard.facts.model import Exposure
from artifacts_guard.facts.model import Fact
from artifacts_guard.facts.ours import Ours
from artifacts_guard.flow import observe
from artifacts_guard.flow import urls
from artifacts_guard.flow.frame import Context
from artifacts_guard.regex import lazy
from artifacts_guard.secret import Secret
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.text import Tree

_SAVED_LOGIN = lazy(r'(?:^|[/\\])agent-artifacts(?:$|[/\\]|/\*)')
_PROSE = ('.md', '.markdown', '.rst', '.adoc', '.txt', '.ipynb', '.html', '.htm')
_REFERENCE = r'\$\{?(?:env:)?AGENT_ARTIFACTS_\w*(?:TOKEN|KEY)\w*\}?'
_IN_URL = lazy(
    rf'[a-z][a-z0-9+.\-]*://(?:[^\s"\'/?#]*{_REFERENCE}[^\s"\'/?#]*@|[^\s"\']*[?&][\w.\-]+={_REFERENCE})'
)
_SETTING = lazy(
    r'^[ \t]*(?:export[ \t]+)?(AGENT_ARTIFACTS_(?:BASE_URL|WEB_URL|TOKEN))[ \t]*=[ \t]*(["\']?)([^\r\n]*?)\2[ \t]*\r?$',
    re.MULTILINE,
)
_DOTENV = lazy(r'(?:^|/)(?:\.env(?:\..+)?|[^/]+\.env|\.envrc)$')
_TEMPLATES = ('.example', '.sample', '.template', '.dist', '.tmpl')


def endpoints(seen: Iterable[observe.Observation], ours: Ours) -> Iterator[Endpoint]:
    """Addresses of the service to which a token goes."""
    for observation in seen:
        if not isinstance(observation, observe.Address):
            continue
        host = urls.host(observation.url)
        mine = observation.base or ours.is_host(host) or bool(ours.sources(observation.sources))
        if mine and host:
            plain = _is_plain(observation.url, host)
            yield made(
                Endpoint, observation.context, observation.place, (Hop('address given here', observation.place),),
                url=_shown(observation.url), plain=plain,
            )  # fmt: skip


def _shown(url: str) -> str:
    """A URL without what stands before its host: that can be a password."""
    return re.sub(r'(://)[^/?#@\s]*@', r'\1', url)


def _is_plain(url: str, host: str) -> bool:
    return url.lower().startswith('http://') and not urls.is_loopback(host)


def handovers(pipelines: Iterable[Pipeline]) -> Iterator[Exposure]:
    """The CLI's saved login in a cache or an uploaded artifact."""
    for pipeline in pipelines:
        for job in pipeline.jobs:
            for index, step in enumerate(job.steps):
                for handover in step.handovers:
                    for line in handover.path.text.splitlines() or ['']:
                        if _SAVED_LOGIN.search(line.strip().rstrip('/')):
                            context = Context(pipeline, job, step, index, '')
                            yield made(
                                Exposure, context, handover.place,
                                (Hop(f'the saved login goes into the {handover.kind} here', handover.place),),
                                sink='disk', program=handover.kind, form='the saved login', origin='the saved login',
                            )  # fmt: skip
                            break


def in_files(tree: Tree, paths: Iterable[str], analysed: set[str], ours: Ours) -> Iterator[Fact]:
    """References and settings in files that are neither pipelines nor scripts."""
    for path in paths:
        if path in analysed or path.lower().endswith(_PROSE):
            continue
        document = tree.document(path)
        if document is None:
            continue
        if 'AGENT_ARTIFACTS' in document.text:
            yield from _urls(document)
            if _DOTENV.search(path) and not path.endswith(_TEMPLATES):
                yield from _dotenv(document)


def _urls(document: Document) -> Iterator[Exposure]:
    for match in _IN_URL.finditer(document.text):
        place = Place(document, Span(match.start(), match.end()))
        yield Exposure(
            place, (Hop('stands in a URL here', place),),
            sink='url', program='', form='URL', origin='$AGENT_ARTIFACTS_TOKEN', confidence='medium',
            doubt='the file is read by a program that is not known',
        )  # fmt: skip


def _dotenv(document: Document) -> Iterator[Fact]:
    from artifacts_guard.credentials import allow
    from artifacts_guard.credentials.placeholder import is_reference_or_placeholder

    for match in _SETTING.finditer(document.text):
        name, value = match[1], match[3]
        place = Place(document, Span(match.start(3), match.end(3)))
        if name == 'AGENT_ARTIFACTS_TOKEN':
            if is_reference_or_placeholder(value) or 'aa_' in value or allow.is_allowed(document, place.span):
                continue
            secret = Secret(value)
            yield Credential(
                place, (Hop('spelled out here', place),),
                redacted=str(secret), fingerprint=secret.fingerprint, known=False, input=name, confidence='medium',
                doubt='known by its place only: it has no prefix of the service',
            )  # fmt: skip
        elif urls.host(value):
            yield Endpoint(
                place,
                (Hop('address given here', place),),
                url=value,
                plain=_is_plain(value, urls.host(value)),
            )
