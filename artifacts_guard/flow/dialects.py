"""Where PowerShell and cmd differ from POSIX shells in what the interpreter does: names and scopes.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_scopes
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.state import State
    from artifacts_guard.flow.state import Variable

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
