"""docs/systems.md: what each adapter says about itself."""

from __future__ import annotations

import re

from artifacts_guard import ci
from artifacts_guard.ci import recipes
from artifacts_guard.reports.summary import system_name
from tests import systems as cases

_BEGINNING = """\
# Systems

Generated from the modules in `artifacts_guard/ci` by `scripts/generate`.

A file belongs to a system by its path, and where the path does not tell, also by what it holds. `artifacts-guard check
--show-files` says for each file what it was taken for. What is *unresolved* lies outside of the repository: the program
fetches nothing, treats it as code of other people, and is less sure of what depends on it.

*Hosts* says how the machine of a job is classed: `ephemeral` (of one job, then thrown away), `shared` (others use it
too) or `unknown`. The configuration can [say better](configuration.md#hosts); `artifacts-guard hosts list` shows the
outcome for a repository.

*Rules* says which of the [rules](rules/index.md) apply; those about saved logins and ignore comments look at every file.
Each line has cases in `tests/systems`.
"""
_RECIPES = """\
## Recipes

Commands of pipelines and scripts are followed into these files:

| programs | files |
|---|---|
"""
_LINK = re.compile(r'https?://[^\s,()`"]+[^\s,()`".:;]')


def systems() -> dict[str, str]:
    """The page about the CI systems and other places where commands live."""
    parts = [_BEGINNING, *(_section(system) for system in ci.ADAPTERS)]
    rows = [
        f'| {_code(row.programs)} | {_code(row.files) or "those it is given"} |\n' for row in recipes.READERS
    ]
    return {'docs/systems.md': '\n'.join([*parts, _RECIPES + ''.join(rows)])}


def _section(system: ci.System) -> str:
    module = ci.adapter(system.name)
    told = vars(module)
    links = _LINK.findall(module.__doc__ or '')
    lines = [
        f'## {system_name(system.name)}',
        '',
        f'* **Files:** {_code(system.paths)}'
        + (', and files without an ending that are scripts by their first line' if system.bare else '')
        + (f', with {_code(system.clues)} in them' if system.clues else ''),
        f'* **Resolved:** {"; ".join(told["UNDERSTANDS"])}',
        f'* **Unresolved:** {"; ".join(told["UNRESOLVED"])}',
        f'* **Hosts:** {told["HOSTS"]}',
        f'* **Default shell:** {told["SHELLS"]}',
        f'* **Masks secrets in its log:** {"yes" if told["MASKS"] else "no"}',
        f'* **Rules:** {_rules(cases.load(system.name).get("without", {}))}',
    ]
    if links:
        lines.append(f'* **Documentation:** {", ".join(f"<{link}>" for link in dict.fromkeys(links))}')
    return '\n'.join(lines) + '\n'


def _rules(without: dict[str, str]) -> str:
    """Which rules apply; those that don't stand together by the reason."""
    if not without:
        return 'all'
    reasons = dict.fromkeys(without.values())
    parts = [
        f'{_code(tuple(rule for rule, why in without.items() if why == reason))} ({reason})'
        for reason in reasons
    ]
    return f'all but {"; ".join(parts)}'


def _code(words: tuple[str, ...]) -> str:
    return ', '.join(f'`{word}`' for word in words)
