"""How steps hand values on to later steps: files that variables name, and lines in the log."""

from __future__ import annotations

import re

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLES = 'variables'  # `NAME=value` lines: the environment of later steps
OUTPUTS = 'outputs'  # `NAME=value` lines: what references call outputs of the step
SOURCED = 'sourced'  # commands that the shells of later steps run first

# What the lines of a file become, by the variable that names it
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
# https://circleci.com/docs/env-vars/#parameters-and-bash-environment
FILES = {
    'GITHUB_ENV': VARIABLES,
    'FORGEJO_ENV': VARIABLES,
    'GITHUB_OUTPUT': OUTPUTS,
    'BASH_ENV': SOURCED,
}


class Announced(Record):
    """What a line in the log sets.

    `output` is what references call it, `variable` its name in the environment of later steps, '' for none;
    the value is what follows `end` in the line.
    """

    output: str
    variable: str
    end: int


def announced(system: str, line: str, step: str) -> Announced | None:
    """What a line in the log of a step sets; None when it sets nothing."""
    read = _READERS.get(system)
    return read(line, step) if read is not None else None


_SET_OUTPUT = re.compile(r'\s*::set-output\s+name=([^:,\s]+)[^:\n]*::')
_SET_VARIABLE = re.compile(r'##vso\[task\.setvariable\s+([^\]\n]*)\]', re.IGNORECASE)
_PROPERTY = re.compile(r'(\w+)\s*=\s*([^;]*)')


def _by_actions(line: str, step: str) -> Announced | None:
    """https://github.blog/changelog/2022-10-11-github-actions-deprecating-save-state-and-set-output-commands/"""
    match = _SET_OUTPUT.match(line)
    return Announced(f'{step}.{match[1]}', '', match.end()) if match else None


def _by_azure(line: str, step: str) -> Announced | None:
    """`$(x)` in later steps, `$(step.x)` for outputs; secrets are not in the environment.

    https://learn.microsoft.com/azure/devops/pipelines/process/set-variables-scripts
    """
    match = _SET_VARIABLE.search(line)
    if match is None:
        return None
    given = {name.lower(): value.strip() for name, value in _PROPERTY.findall(match[1])}
    name = given.get('variable', '').lower()
    if not name:
        return None
    if given.get('isoutput', '').lower() == 'true':
        name = f'{step}.{name}'
    is_secret = given.get('issecret', '').lower() == 'true'
    return Announced(name, '' if is_secret else name.upper().replace('.', '_'), match.end())


_READERS: dict[str, Callable[[str, str], Announced | None]] = {
    'azure': _by_azure,
    'github': _by_actions,
    'forgejo': _by_actions,
    'gitea': _by_actions,
}
