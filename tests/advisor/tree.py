"""A tree of files and the advice for it."""

from __future__ import annotations

from textwrap import dedent

from artifacts_guard.advisor.advise import advise
from artifacts_guard.advisor.model import Advice
from artifacts_guard.check import Memory
from artifacts_guard.facts.collect import Collected
from artifacts_guard.facts.collect import collect
from artifacts_guard.settings import Settings

TOKEN = 'AGENT_ARTIFACTS_TOKEN'


def collected(files: dict[str, str], settings: Settings | None = None) -> Collected:
    """The facts of a tree; texts may be indented."""
    tree = Memory({path: dedent(text).lstrip('\n') for path, text in files.items()})
    return collect(tree, tuple(tree.paths()), (), settings or Settings())


def advices(files: dict[str, str], settings: Settings | None = None) -> dict[str, Advice]:
    """The advice for each credential of a tree, by its name."""
    found = collected(files, settings)
    return {advice.name: advice for advice in advise(found.usages, found.held, found.keys)}


def only(files: dict[str, str], settings: Settings | None = None) -> Advice:
    """The advice for the one credential of a tree."""
    found = advices(files, settings)
    assert len(found) == 1, list(found)
    return next(iter(found.values()))


def short(*scopes: str) -> tuple[str, ...]:
    """Scopes without `artifacts:`, as tests write them."""
    return tuple(
        scope if ':' in scope and not scope.startswith('access') else f'artifacts:{scope}' for scope in scopes
    )


def states(advice: Advice) -> dict[str, str]:
    """The state of each scope that is not unneeded."""
    return {
        one.scope.removeprefix('artifacts:'): one.state for one in advice.scopes if one.state != 'unneeded'
    }


def workflow(*commands: str, on: str = 'push', head: str = '', job: str = '') -> str:
    """A GitHub workflow with one job whose step has the token and runs commands."""
    lines = ''.join(f'\n          {line}' for line in commands)
    return (
        f'on: {on}\n{head}jobs:\n  publish:\n    runs-on: ubuntu-latest\n{job}    steps:\n'
        f'      - env:\n          {TOKEN}: ${{{{ secrets.{TOKEN} }}}}\n        run: |{lines}\n'
    )
