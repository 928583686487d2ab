"""Each row of the truth table, through the whole analysis."""

from __future__ import annotations

import pytest

from tests.flow.forms import FORMS
from tests.flow.job import exposures


@pytest.mark.parametrize(
    ('script', 'expected'), [(script, expected) for _, script, expected in FORMS], ids=[f[0] for f in FORMS]
)
def test_form(script: str, expected: tuple[str, ...]) -> None:
    assert sorted(f.sink for f in exposures('bash', script)) == sorted(expected)


def test_the_ids_are_different() -> None:
    names = [form[0] for form in FORMS]

    assert len(names) == len(set(names))
