"""Whose secret, whose host, whose command: what of the observations concerns the service (RULES.md, Words)."""

from __future__ import annotations

import re

from artifacts_guard.flow import observe
from artifacts_guard.flow import urls
from artifacts_guard.flow.value import Origin
from artifacts_guard.regex import lazy
from artifacts_guard.scopes import products
from artifacts_guard.settings import Settings
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from artifacts_guard.flow.value import Source

SERVICE = 'hostartifacts.dev'
_SECRETISH = lazy(r'TOKEN|KEY|SECRET|CREDENTIAL|PASSWORD|(?:^|_)PAT(?:_|$)', re.IGNORECASE)


class Ours:
    """Decides once, over all observations of a scan, and answers from then on."""

    def __init__(
        self,
        observations: Iterable[observe.Observation],
        texts: Mapping[tuple[str, str], tuple[str, ...]],
        settings: Settings,
    ) -> None:
        seen = tuple(observations)
        self._texts = texts
        self.hosts = {SERVICE, *(h.lower() for h in settings.service_hosts)}
        self._calls = _calls(seen)
        self.foreign_jobs = self._jobs_of_others()
        self.origins: set[Origin] = set()
        self._settle(seen)

    def is_host(self, name: str) -> bool:
        return name in self.hosts or name.endswith(f'.{SERVICE}')

    def is_source(self, source: Source | None) -> bool:
        """Whether a source is a token of the service."""
        return source is not None and self.is_origin(source.origin)

    def is_origin(self, origin: Origin) -> bool:
        if origin.kind == 'literal' or origin in self.origins:
            return True
        if origin.kind == 'secrets':
            return any(o.kind == 'secret' for o in self.origins)
        return origin.kind in {'secret', 'variable', 'input'} and _named(origin.name)

    def sources(self, sources: Iterable[Source]) -> tuple[Source, ...]:
        return tuple(s for s in sources if self.is_source(s))

    def is_call(self, call: observe.CliCall) -> bool:
        """Whether a command is the service's CLI (RULES.md, "the CLI"): by its words, its surroundings, and nothing against."""
        variants = self._calls[_site(call)]
        if all(v.invocation.foreign for v in variants) or call.invocation.foreign:
            return False
        own = call.package or self._evidence(call)
        if _job(call) in self.foreign_jobs and not own:
            return False
        return call.invocation.ours or own

    def is_request(self, call: observe.RestCall) -> bool:
        """Whether a request goes to the service: by its host, or by what it sends where that is not known."""
        host = urls.host(call.url)
        if host:
            return self.is_host(host)
        # programs of any site ask for such a path of their own server
        return bool(self.sources(call.tokens)) or (not call.programmed and '/api/api-keys' in call.url)

    def _evidence(self, call: observe.CliCall) -> bool:
        texts = self._texts.get(_job(call), ())
        if products.own_evidence(call.environment, texts):
            return True
        return any(_named(s.origin.name) or s.origin in self.origins for s in call.tokens)

    def _jobs_of_others(self) -> set[tuple[str, str]]:
        """Jobs in which another product's command, variables or packages stand."""
        found = set()
        for variants in self._calls.values():
            first = variants[0]
            job = _job(first)
            if all(v.invocation.foreign for v in variants) or products.foreign_evidence(
                first.environment, self._texts.get(job, ())
            ):
                found.add(job)
        return found

    def _settle(self, seen: tuple[observe.Observation, ...]) -> None:
        """Tokens make hosts, hosts make tokens: until nothing is added."""
        addresses = [o for o in seen if isinstance(o, observe.Address)]
        self.hosts |= {urls.host(a.url) for a in addresses if a.base} - {''}
        uses = [o for o in seen if isinstance(o, observe.TokenUse)]
        requests = [o for o in seen if isinstance(o, observe.RestCall)]
        while True:
            before = len(self.origins), len(self.hosts)
            for use in uses:
                if use.how == 'variable' or self.is_host(use.host):
                    self.origins.add(use.source.origin)
            for variants in self._calls.values():
                for call in variants:
                    if call.minted is not None and self.is_call(call):
                        self.origins.add(call.minted)
                    if call.tokens and call.delivery != 'environment' and self.is_call(call):
                        self.origins |= {s.origin for s in call.tokens}
            for request in requests:
                if request.minted is not None and self.is_request(request):
                    self.origins.add(request.minted)
                if any(self.is_source(s) for s in request.tokens):
                    self.hosts |= {urls.host(request.url)} - {''}
            for address in addresses:
                if any(self.is_source(s) for s in address.sources):
                    self.hosts |= {urls.host(address.url)} - {''}
            if (len(self.origins), len(self.hosts)) == before:
                return


def _calls(seen: Iterable[observe.Observation]) -> dict[tuple[object, ...], list[observe.CliCall]]:
    grouped: dict[tuple[object, ...], list[observe.CliCall]] = {}
    for observation in seen:
        if isinstance(observation, observe.CliCall):
            grouped.setdefault(_site(observation), []).append(observation)
    return grouped


def _site(call: observe.CliCall) -> tuple[object, ...]:
    return (*call.context.key, call.place.path, call.place.span)


def _job(call: observe.CliCall) -> tuple[str, str]:
    return call.context.pipeline.document.path, call.context.job.name


def _named(name: str) -> bool:
    """A name that says it is the service's token; AGENT_ARTIFACTS_BASE_URL and its like do not."""
    return 'AGENT_ARTIFACTS' in name.upper().replace('-', '_') and _SECRETISH.search(name) is not None


def first_place(places: Iterable[Place]) -> Place:
    return min(places, key=Place.sort_key)
