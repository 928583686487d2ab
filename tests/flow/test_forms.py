"""Each row of the truth table, through the whole analysis."""

from __future__ import annotations

import pytest

from artifacts_guard.check import analyse
from artifacts_guard.facts.model import Exposure
from tests.flow.forms import FORMS

WORKFLOW = """\
on: push
jobs:
  job:
    runs-on: self-hosted
    steps:
      - shell: bash
        env:
          T: ${{ secrets.K }}
          AGENT_ARTIFACTS_TOKEN: ${{ secrets.K }}
          AGENT_ARTIFACTS_NO_INPUT: "1"
        run: |
"""


def sinks(script: str) -> list[str]:
    body = ''.join(f'          {line}\n' for line in script.splitlines())
    facts = analyse({'.github/workflows/w.yml': WORKFLOW + body})
    return sorted(f.sink for f in facts if isinstance(f, Exposure))


@pytest.mark.parametrize(
    ('script', 'expected'), [(script, expected) for _, script, expected in FORMS], ids=[f[0] for f in FORMS]
)
def test_form(script: str, expected: tuple[str, ...]) -> None:
    assert sinks(script) == sorted(expected)


def test_the_ids_are_different() -> None:
    names = [form[0] for form in FORMS]

    assert len(names) == len(set(names))
