"""The answer as styled lines: one paragraph per credential, a line per scope with its witnesses, and what to do."""

from __future__ import annotations

from artifacts_guard.advisor.model import CONDITIONAL
from artifacts_guard.advisor.model import POSSIBLE
from artifacts_guard.advisor.model import REQUIRED
from artifacts_guard.advisor.model import UNNEEDED
from artifacts_guard.reports.prose import prose
from artifacts_guard.reports.summary import count
from artifacts_guard.reports.summary import listed
from artifacts_guard.reports.summary import system_name
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.reports.advice.model import Change
    from artifacts_guard.reports.advice.model import Credential
    from artifacts_guard.reports.advice.model import Proof
    from artifacts_guard.reports.advice.model import Told
    from artifacts_guard.reports.options import Options
    from artifacts_guard.reports.prose import Line

_NARROWEST, _WIDEST = 60, 110
_STEP = 40  # characters of a step's name
_PROOFS = 3  # witnesses of a scope that are shown, unless it is the one asked about
_STATE = {REQUIRED: 'good', CONDITIONAL: 'good', POSSIBLE: 'warning', UNNEEDED: 'dim'}
_SIGN = {REQUIRED: '+', CONDITIONAL: '+', POSSIBLE: '?', UNNEEDED: ' '}
# how each verdict reads
_VERDICTS = {
    'exact': ('the key has what it needs, and no more', 'good'),
    'over': ('the key has more than it needs', 'warning'),
    'under': ('the key lacks what it needs: the service will refuse', 'error'),
    'over and under': ('the key has what it does not need, and lacks what it needs', 'error'),
    'undeclared': ('what the key holds is not known', 'dim'),
    'personal': ('a key of a person, not of an automation', 'dim'),
    'unused': ('no use of it was found', 'warning'),
}
_TELLING = 'declare its secret under [keys.NAME] in the configuration'


def lines(told: Told, options: Options) -> Iterator[Line]:
    """The whole report."""
    width = min(max(options.width, _NARROWEST), _WIDEST)
    if told.changes is not None:
        yield from _changes(told.changes, width)
    else:
        for credential in told.credentials:
            yield from _credential(credential, told.explained, width)
            yield ()
        if not told.credentials:
            yield (('No command here uses Agent Artifacts.', ''),)
            yield ()
        for key in told.untied:
            scopes = ', '.join(key.scopes)
            yield from _said(
                f'The key {key.name} ({scopes}) is tied to no secret here: {_TELLING}.', '', width
            )
        yield from _afterwards(told, width)
    yield from _ending(told, width)


def _credential(one: Credential, explained: str, width: int) -> Iterator[Line]:
    yield from _head(one)
    for scope in one.scopes:
        if explained and scope.scope != explained:
            continue
        style = _STATE[scope.state]
        mark, words = _SIGN[scope.state], scope.state
        if scope.scope in one.excess:
            mark, words, style = '-', f'{scope.state}, granted: take it away', 'warning'
        elif scope.scope in one.missing:
            mark, words, style = '!', f'{scope.state}, not granted', 'error'
        elif scope.state == UNNEEDED and not explained:
            continue
        yield ('  ', ''), (f'{mark} {scope.scope:<22} ', style), (words, style)
        yield from _proofs(scope.proofs, width, everything=bool(explained))
    if explained:
        return
    if one.ceiling == () and one.verdict != 'unused':
        yield (('    no scope is needed', ''),)
    for proof in one.unresolved:
        text = f'not followed: {proof.command} ({proof.path}:{proof.line}). What it asks of the service is not known.'
        yield from _said(text, '  ? ', width, 'warning')
    for note in one.notes:
        yield from _said(note, '  = ', width)
    yield from _plan(one, width)


def _head(one: Credential) -> Iterator[Line]:
    words, style = _VERDICTS[one.verdict]
    where = listed([system_name(system) for system in one.systems]) or 'no pipeline'
    jobs = count(len(one.jobs), 'job')
    yield (visible(one.name), 'strong'), (f'  {visible(where)}, {jobs}', 'dim')
    held = '' if one.granted is None else f'granted {len(one.granted)}, '
    exact = 'exact' if one.is_exact else f'at least: {len(one.unresolved)} not followed'
    yield ('  ', ''), (f'{held}needed {len(one.minimum)} ({exact}): ', ''), (words, style)


def _proofs(proofs: tuple[Proof, ...], width: int, *, everything: bool) -> Iterator[Line]:
    shown = proofs if everything else proofs[:_PROOFS]
    for proof in shown:
        yield ('      ', ''), (f'{visible(proof.path)}:{proof.line}:{proof.column}', 'path'), *_job(proof)
        hops = [
            hop
            for hop in proof.hops
            if hop.role != 'job' and (hop.path, hop.line) != (proof.path, proof.line)
        ]
        for hop in hops:
            yield (
                ('        ', ''),
                (f'{visible(hop.role)}, ', 'dim'),
                (f'{visible(hop.path)}:{hop.line}', 'path'),
            )
        sent = f'  {proof.requests[0]}' if proof.requests else ''
        yield ('        ', ''), (visible(proof.command), 'code'), (visible(sent), 'dim')
        if proof.condition:
            yield from _said(proof.condition, '        ', width, 'related')
    if len(proofs) > len(shown):
        yield ((f'      and {count(len(proofs) - len(shown), "more place")}', 'dim'),)


def _job(proof: Proof) -> tuple[tuple[str, str], ...]:
    if not proof.job:
        return (('  run by no pipeline', 'dim'),)
    step = f', step {_clip(visible(proof.step))}' if proof.step else ''
    return ((f'  job {visible(proof.job)}{step}', 'dim'),)


def _clip(name: str) -> str:
    """A step's name; one that has none goes by its whole script."""
    return name if len(name) <= _STEP else f'{name[: _STEP - 2]} …'


def _plan(one: Credential, width: int) -> Iterator[Line]:
    """The command that makes the least key; what follows is the same for all keys, and said at the end."""
    create = next((action for action in one.actions if action.title == 'create'), None)
    if create is None or one.verdict == 'exact':
        return
    yield from _said(create.words, '  > ', width, 'label')
    yield from _command(create.command)


def _command(command: str) -> Iterator[Line]:
    """A command for copying: in its own lines, whatever the width."""
    for line in command.splitlines():
        yield ('      ', ''), (visible(line), 'code')


def _afterwards(told: Told, width: int) -> Iterator[Line]:
    """How a new key takes the place of the old one."""
    planned = [one for one in told.credentials if one.actions and one.verdict != 'exact']
    if not planned or told.explained:
        return
    yield (('Then, for each key', 'strong'),)
    for action in planned[0].actions[1:]:
        yield from _said(action.words, '  > ', width, 'label')
        yield from _command(action.command)
    yield from _said('If the token may have leaked, revoke it before anything else.', '  > ', width, 'label')
    yield ()


def _changes(changes: tuple[Change, ...], width: int) -> Iterator[Line]:
    if not changes:
        yield (('Nothing needs other scopes than before.', 'good'),)
    for change in changes:
        style = 'good' if change.kind == 'shrunk' else 'error'
        yield (f'{change.kind}: ', style), (visible(change.name), 'strong')
        yield from _said(change.words, '  ', width)
        yield from _proofs(change.proofs, width, everything=True)
    yield ()


def _said(text: str, start: str, width: int, style: str = '') -> Iterator[Line]:
    """A sentence with a sign in front of it; further lines stand below the first."""
    indent = ' ' * len(start)
    for index, line in enumerate(prose(text, width - len(start))):
        runs = tuple((words, inner or style) for words, inner in line)
        yield (start if not index else indent, style or 'dim'), *runs


def _ending(told: Told, width: int) -> Iterator[Line]:
    looked = f'Looked at {count(told.files, "file")}.'
    yield from _said(looked, '', width)
    for path, reason, _ in told.skipped:
        yield from _said(f'Not looked at: {path}: {reason}', '', width, 'warning')
    for note in told.notes:
        yield from _said(note, '', width, 'dim')
