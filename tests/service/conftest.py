"""A service on loopback with one key, and pauses that take no time."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests import tokens
from tests.fake_service import FakeService

TOKEN = tokens.api_key('pipeline')


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, each as long as it would have been."""
    made: list[float] = []
    monkeypatch.setattr('artifacts_guard.service.retry.time', SimpleNamespace(sleep=made.append))
    return made


@pytest.fixture
def service(pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    """Its key may create; the environment names the service and holds the token."""
    with FakeService(keys={TOKEN: ('artifacts:create',)}) as made:
        monkeypatch.setenv('AGENT_ARTIFACTS_BASE_URL', made.url)
        monkeypatch.setenv('AGENT_ARTIFACTS_TOKEN', TOKEN)
        yield made
