"""Where PowerShell and cmd differ from POSIX shells in what the interpreter does: names and scopes.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_scopes
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifacts_guard.flow.frame import Frame
    from artifacts_guard.flow.state import State
    from artifacts_guard.flow.state import Variable
    from artifacts_guard.flow.value import Chunk
    from artifacts_guard.flow.value import Excerpt

_SCOPES = ('local:', 'script:', 'global:')
ARGUMENTS = 'local:args'


def held(name: str, state: State) -> str:
    """The name under which a variable is held: PowerShell looks in outer scopes, Windows ignores case."""
    if name in state.variables:
        return name
    scope, mark, plain = name.partition(':')
    if mark:
        for other in _SCOPES:
            if other != f'{scope}:' and other + plain in state.variables:
                return other + plain
        return '@' if name == ARGUMENTS else name
    folded = name.upper()
    return next((n for n in state.variables if n.upper() == folded and ':' not in n), name)


def shown(name: str) -> str:
    """A variable's name as people write it."""
    return name.rpartition(':')[2]


def left(before: dict[str, Variable], after: dict[str, Variable]) -> dict[str, Variable]:
    """The variables after a PowerShell function has been left: its own are gone, the environment's stay."""
    kept = {name: held for name, held in before.items() if name.startswith('local:')}
    for name, held in after.items():
        if not name.startswith('local:'):
            kept[name] = held
            if ':' in name and before.get(name) is not held:
                kept[f'local:{shown(name)}'] = held
    return kept


def traced(
    frame: Frame, written: Excerpt, line: Sequence[Chunk], assigned: Sequence[Chunk]
) -> tuple[str, Sequence[Chunk]]:
    """How tracing was switched on, and what it prints of a command.

    cmd prints the command after expansion unless `@` stands before it; `Set-PSDebug -Trace 2` prints lines as they
    are written and what variables are set to.
    """
    if frame.dialect == 'pwsh':
        return 'Set-PSDebug', assigned
    hidden = frame.fragment.text[max(written.start - 8, 0) : written.start].rstrip(' \t(').endswith('@')
    return 'echo on', () if hidden else line
