"""Expected reports as text beside the tests; `pytest --update` writes them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

_FOLDER = Path(__file__).parent / 'expected'


def pytest_addoption(parser: pytest.Parser) -> None:
    with contextlib.suppress(ValueError):  # declared for the whole suite
        parser.addoption('--update', action='store_true', help='write the expected texts anew')


@pytest.fixture
def expected(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`expected(name, text)`: the text is what the file of that name in `expected/` holds."""

    def compare(name: str, text: str) -> None:
        path = _FOLDER / name
        if request.config.getoption('--update', default=False):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        assert text == path.read_bytes().decode()

    return compare
