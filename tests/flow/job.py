"""A job that other jobs' users can watch, whose one step runs a script with a token in T and in the CLI's variable."""

from __future__ import annotations

from artifacts_guard.check import analyse
from artifacts_guard.facts.model import Exposure
from artifacts_guard.facts.model import Fact

WORKFLOW = """\
on: push
jobs:
  job:
    runs-on: self-hosted
    steps:
      - shell: {shell}
        env:
          T: ${{{{ secrets.K }}}}
          AGENT_ARTIFACTS_TOKEN: ${{{{ secrets.K }}}}
          AGENT_ARTIFACTS_NO_INPUT: "1"
        run: |
"""


def facts(shell: str, script: str, files: dict[str, str] | None = None) -> list[Fact]:
    """All facts about the job, and about other files beside it."""
    body = ''.join(f'          {line}\n' for line in script.splitlines())
    return analyse({'.github/workflows/w.yml': WORKFLOW.format(shell=shell) + body, **(files or {})})


def exposures(shell: str, script: str, files: dict[str, str] | None = None) -> list[Exposure]:
    return [f for f in facts(shell, script, files) if isinstance(f, Exposure)]


def sinks(shell: str, script: str, files: dict[str, str] | None = None) -> list[str]:
    """Where the token is shown: each place once for each kind."""
    found = {(f.sink, f.place.span): f.sink for f in exposures(shell, script, files)}
    return sorted(found.values())
