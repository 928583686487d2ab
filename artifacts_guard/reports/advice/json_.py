"""The answer as JSON, described by `data/advice.schema.json`."""

from __future__ import annotations

from artifacts_guard.reports.jsontext import dump

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from artifacts_guard.reports.advice.model import Credential
    from artifacts_guard.reports.advice.model import Proof
    from artifacts_guard.reports.advice.model import Scope
    from artifacts_guard.reports.advice.model import Told
    from artifacts_guard.reports.options import Options

VERSION = 1  # grows when something in the format goes or changes its meaning, not when something is added


def render(told: Told, options: Options) -> str:
    document: dict[str, Any] = {'version': VERSION}
    if told.changes is not None:
        document['changes'] = [
            {
                'kind': c.kind,
                'credential': c.name,
                'message': c.words,
                'witnesses': list(map(witness, c.proofs)),
            }
            for c in told.changes
        ]
    else:
        document['credentials'] = [_credential(one, told.explained) for one in told.credentials]
        document['untied_keys'] = [{'name': k.name, 'scopes': list(k.scopes)} for k in told.untied]
    document['scanned'] = {'files': told.files, 'notes': list(told.notes)}
    document['skipped'] = [{'path': p, 'reason': reason, 'fatal': fatal} for p, reason, fatal in told.skipped]
    return dump(document)


def _credential(one: Credential, explained: str) -> dict[str, Any]:
    return {
        'name': one.name,
        'description': one.words,
        'systems': list(one.systems),
        'verdict': one.verdict,
        'exact': one.is_exact,
        'minimum': list(one.minimum),
        'ceiling': list(one.ceiling),
        'scopes': [_scope(scope) for scope in one.scopes if explained in ('', scope.scope)],
        'granted': None if one.granted is None else list(one.granted),
        'excess': list(one.excess),
        'missing': list(one.missing),
        'grants': [
            {'source': g.source, 'name': g.name, 'scopes': list(g.scopes), 'path': g.path, 'line': g.line}
            for g in one.grants
        ],
        'jobs': [
            {
                'job': job.name,
                'path': job.path,
                'line': job.line,
                'system': job.system,
                'minimum': list(job.minimum),
                'ceiling': list(job.ceiling),
            }
            for job in one.jobs
        ],
        'unresolved': list(map(witness, one.unresolved)),
        'notes': list(one.notes),
        'commands': [{'step': a.title, 'description': a.words, 'command': a.command} for a in one.actions],
    }


def _scope(scope: Scope) -> dict[str, Any]:
    return {'scope': scope.scope, 'state': scope.state, 'witnesses': list(map(witness, scope.proofs))}


def witness(proof: Proof) -> dict[str, Any]:
    """A command that needs a scope."""
    return {
        'command': proof.command,
        'condition': proof.condition,
        'path': proof.path,
        'line': proof.line,
        'column': proof.column,
        'job': proof.job,
        'step': proof.step,
        'system': proof.system,
        'requests': list(proof.requests),
        'hops': [{'role': h.role, 'path': h.path, 'line': h.line, 'column': h.column} for h in proof.hops],
    }
