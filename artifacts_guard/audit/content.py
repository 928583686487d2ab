"""What a shard says of a repository that could be looked at: one scan gives findings and advice."""

from __future__ import annotations

from artifacts_guard.audit.fingerprints import keyed
from artifacts_guard.audit.fingerprints import stored_form

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from typing import Any

    from artifacts_guard.advise import Answer
    from artifacts_guard.audit.model import Options
    from artifacts_guard.facts.collect import Collected
    from artifacts_guard.facts.model import Fact
    from artifacts_guard.facts.usages import Held
    from artifacts_guard.findings.finding import Result
    from artifacts_guard.inputs.tree import Tree
    from artifacts_guard.reports.advice.model import Credential
    from artifacts_guard.reports.advice.model import Proof
    from artifacts_guard.reports.model import Entry
    from artifacts_guard.settings import DeclaredKey
    from artifacts_guard.settings import Settings
    from artifacts_guard.text import Document


def content(tree: Tree, settings: Settings, options: Options, rules_root: str) -> dict[str, Any]:
    """Findings, credentials, tokens and what was left out, from one scan of a tree."""
    from artifacts_guard import reports
    from artifacts_guard.advise import answered
    from artifacts_guard.check import collected_of
    from artifacts_guard.check import judged
    from artifacts_guard.relevance import Relevance
    from artifacts_guard.reports.model import Report

    tree.exclude(settings.exclude)
    relevance = Relevance(tree)
    collected = collected_of(tree, relevance, settings)
    result = judged(tree, settings, relevance, collected, today=options.today, rules_root=rules_root)
    report = Report(result)
    say = report.text
    made = {
        'files': report.files,
        'pipelines': [{'path': t.path, 'system': t.system, 'jobs': t.jobs} for t in report.taken if t.system],
        'findings': list(map(_finding, report.entries)),
        'exclusions': _exclusions(report.suppressed, settings, say),
        'tokens': tokens(collected.facts, options.pepper, say),
        'exposures': _exposures(collected.facts, say),
        'untrusted': _untrusted(collected.facts, say),
        'skipped': [{'path': s.path, 'reason': s.reason, 'fatal': s.fatal} for s in report.skipped],
        'notes': list(report.notes),
        'dates': _dates(relevance.with_comments),
        **inventory_of(collected, settings, answered(tree, settings, relevance, collected)),
    }
    if options.sarif:
        made['sarif'] = _sarif(result, settings, rules_root, reports)
    return made


def inventory_of(collected: Collected, settings: Settings, answer: Answer) -> dict[str, Any]:
    """The credentials of a repository, what holds them, and what ties keys of the service to them."""
    from artifacts_guard.advise import names_of
    from artifacts_guard.reports.advice.model import told
    from artifacts_guard.reports.redaction import without_tokens

    return {
        'credentials': [_credential(one) for one in told(answer).credentials],
        'bindings': _bindings(collected.held, without_tokens),
        'key_names': {
            without_tokens(key): without_tokens(name)
            for key, name in sorted(names_of(collected.keys).items())
        },
        'declared': [declared(key) for key in settings.keys],
    }


def declared(key: DeclaredKey) -> dict[str, Any]:
    """A `[keys.NAME]` table of a policy."""
    from artifacts_guard.reports.redaction import without_tokens

    return {
        'name': without_tokens(key.name),
        'secret': without_tokens(key.secret),
        'scopes': list(map(without_tokens, key.scopes)),
        'owner': without_tokens(key.owner),
        'rotate_days': key.rotate_days,
        'accept': [
            {'scope': scope, 'until': until, 'why': without_tokens(why)} for scope, until, why in key.accept
        ],
        'path': key.path,
        'line': key.line,
    }


def _finding(entry: Entry) -> dict[str, Any]:
    from artifacts_guard.reports.json_ import finding

    return {**finding(entry), 'job': entry.job}


def _exclusions(
    suppressed: Iterable[Entry], settings: Settings, say: Callable[[str], str]
) -> list[dict[str, Any]]:
    """What keeps findings out of the report, with reason and end."""
    rows = []
    for entry in suppressed:
        hidden = entry.hidden
        spot = hidden.spot if hidden is not None and hidden.spot is not None else entry.spot
        reason = hidden.reason if hidden is not None else ''
        rows.append(_excluded('comment', entry.rule, reason, path=spot.path, line=spot.line))
    rows += [
        _excluded('excluded files', say(pattern), '', path=settings.path) for pattern in settings.exclude
    ]
    rows += [_excluded('ignored rule', say(rule), '', path=settings.path) for rule in settings.ignore]
    rows += [
        _excluded('ignored rule for files', f'{", ".join(rules)}: {say(pattern)}', '', path=settings.path)
        for pattern, rules in settings.per_path_ignores
    ]
    rows += [row for key in settings.keys for row in accepted(declared(key))]
    return rows


def accepted(table: dict[str, Any]) -> list[dict[str, Any]]:
    """The scopes that a declared key may keep, as exclusions."""
    return [
        _excluded(
            'accepted scope',
            f'{table["name"]}: {one["scope"]}',
            one['why'],
            one['until'],
            table['owner'],
            table['path'],
            table['line'],
        )
        for one in table['accept']
    ]


def _excluded(
    kind: str, what: str, reason: str, until: str = '', owner: str = '', path: str = '', line: int = 0
) -> dict[str, Any]:
    return {
        'kind': kind,
        'what': what,
        'reason': reason,
        'until': until,
        'owner': owner,
        'path': path,
        'line': line,
    }


def tokens(facts: Iterable[Fact], pepper: str, say: Callable[[str], str]) -> list[dict[str, Any]]:
    """Tokens that are spelled out.  `stored` names the key when the service's own hash of the token is known."""
    from artifacts_guard.facts.model import Credential

    rows: dict[tuple[str, int, str], dict[str, Any]] = {}
    for fact in facts:
        if not isinstance(fact, Credential) or fact.foreign:
            continue
        value = fact.place.text if fact.encoding == 'plain' else ''
        path, start = say(fact.place.path), fact.place.start
        rows[path, fact.place.span.start, fact.fingerprint] = {
            'path': path,
            'line': start.line,
            'column': start.column,
            'family': fact.family,
            'encoding': fact.encoding,
            'fingerprint': keyed(pepper, fact.fingerprint),
            'stored': keyed(pepper, stored_form(value) if value else ''),
        }
    return [rows[key] for key in sorted(rows)]


def _exposures(facts: Iterable[Fact], say: Callable[[str], str]) -> list[dict[str, Any]]:
    from artifacts_guard.facts.model import Exposure

    return _rows(
        {
            **_where(fact, say),
            'sink': fact.sink,
            'program': say(fact.program),
            'form': say(fact.form),
            'origin': say(fact.origin),
            'masked': fact.masked,
            'by_default': fact.by_default,
            'tenancy': fact.tenancy,
            'runner': say(fact.runner),
        }
        for fact in facts
        if isinstance(fact, Exposure)
    )


def _untrusted(facts: Iterable[Fact], say: Callable[[str], str]) -> list[dict[str, Any]]:
    from artifacts_guard.facts.model import UntrustedRun

    return _rows(
        {
            **_where(fact, say),
            'secret': say(fact.secret),
            'event': fact.event,
            'takes_proposal': fact.takes_proposal,
            'guard': say(fact.guard),
        }
        for fact in facts
        if isinstance(fact, UntrustedRun)
    )


def _bindings(held: Iterable[Held], say: Callable[[str], str]) -> list[dict[str, Any]]:
    return _rows({**_where(one, say), 'secret': say(one.credential[0])} for one in held)


def _where(fact: Fact, say: Callable[[str], str]) -> dict[str, Any]:
    return {
        'path': say(fact.place.path),
        'line': fact.place.line,
        'job': say(fact.job),
        'system': fact.system,
    }


def _rows(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in order, none twice."""
    found = {tuple(map(str, row.values())): row for row in rows}
    return [found[key] for key in sorted(found)]


def _credential(one: Credential) -> dict[str, Any]:
    return {
        'name': one.name,
        'description': one.words,
        'verdict': one.verdict,
        'exact': one.is_exact,
        'minimum': list(one.minimum),
        'ceiling': list(one.ceiling),
        'scopes': [
            {'scope': s.scope, 'state': s.state, 'witnesses': [_witness(proof) for proof in s.proofs]}
            for s in one.scopes
        ],
        'jobs': [
            {'job': j.name, 'path': j.path, 'line': j.line, 'system': j.system, 'minimum': list(j.minimum)}
            for j in one.jobs
        ],
        'unresolved': [_witness(proof) for proof in one.unresolved],
    }


def _witness(proof: Proof) -> dict[str, Any]:
    from artifacts_guard.reports.advice.json_ import witness

    return witness(proof)


def _dates(documents: Iterable[Document]) -> list[str]:
    """The days after which an ignore comment hides nothing more, and the shard is another."""
    from artifacts_guard.findings.comments import comments

    return sorted({one.until for document in documents for one in comments(document) if one.until})


def _sarif(result: Result, settings: Settings, rules_root: str, reports: Any) -> str:
    from artifacts_guard.engine import load
    from artifacts_guard.engine.selection import chosen
    from artifacts_guard.engine.texts import rule_texts

    rules = chosen(load.rules(settings.rules, rules_root), settings.select, settings.ignore)
    text: str = reports.render('sarif', result, rules=rule_texts(rules))
    return text
