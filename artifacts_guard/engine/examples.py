"""Running the examples of a rule: what is marked in them must be found, and nothing else."""

from __future__ import annotations

from artifacts_guard.engine.run import findings
from artifacts_guard.engine.samples import prepared
from artifacts_guard.engine.samples import settings
from artifacts_guard.facts.model import IgnoreComment
from artifacts_guard.text import Document
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence

    from artifacts_guard.engine.model import Rule
    from artifacts_guard.engine.rule import Example
    from artifacts_guard.engine.samples import Prepared
    from artifacts_guard.facts.model import Fact
    from artifacts_guard.findings.finding import Finding
    from artifacts_guard.settings import Settings

    Analyse = Callable[[dict[str, str], Settings], list[Fact]]
    Repair = Callable[[dict[str, str], Sequence[Finding]], dict[str, str]]

TODAY = '2026-01-01'  # for ignore comments with a date: an example must hold for ever


def run(rule: Rule, example: Example, analyse: Analyse, repair: Repair | None = None) -> list[str]:
    """What is different from what an example expects, in sentences; [] when it holds.

    Only this rule speaks, whatever its status.  `analyse` turns documents and settings into facts;
    `repair`, when given, applies fixes, and its outcome is compared with the example's `fixed`.
    """
    seed = f'{rule.id}/{example.name}'
    expected = prepared(example.documents, seed)
    facts = analyse(expected.documents, settings(example.settings))
    if rule.fact == 'ignore-comment':
        facts = _ignore_comments(expected.documents, facts)
    found = findings(facts, (rule,), pedantic=example.pedantic, select=(rule.id,))
    differences = _differences(expected, found)
    if example.level:
        differences += [
            f'{_where(one)}: the level is {one.level}, not {example.level}'
            for one in found
            if one.level != example.level
        ]
    if repair and example.fixed:
        wanted = prepared(example.fixed, seed).documents
        repaired = repair(expected.documents, found)
        differences += [
            f'{path}: the fix gives another text' for path in wanted if repaired.get(path) != wanted[path]
        ]
    if example.known_gap:
        return [] if differences else ['it holds now: take its known_gap out']
    return [expected.hidden(each) for each in differences]


def _ignore_comments(texts: dict[str, str], facts: list[Fact]) -> list[Fact]:
    """Facts about ignore comments: there are some only after all built-in rules have spoken."""
    from artifacts_guard.engine.load import builtin
    from artifacts_guard.findings.suppressions import apply

    documents = {path: Document(path, text) for path, text in texts.items()}
    documents.update((fact.place.path, fact.place.document) for fact in facts)
    _, _, ineffective = apply(findings(facts, builtin(), pedantic=True), documents, TODAY)
    return [
        IgnoreComment(each.place, rules=each.rules, state=each.state, until=each.until)
        for each in ineffective
    ]


def _differences(expected: Prepared, found: Sequence[Finding]) -> list[str]:
    """Pairs each mark with one finding: first equal spans, then findings that lie within the mark."""
    left = list(found)
    missed: list[tuple[str, Span]] = []
    for path, spans in expected.marks.items():
        here = [one for one in left if one.place.path == path]
        for span in spans:
            match = _match(span, here)
            if match is None:
                missed.append((path, span))
            else:
                here.remove(match)
                left.remove(match)
    differences = []
    for path, span in missed:
        words = _words(expected.documents[path], span)
        near = [one for one in left if one.place.path == path and _overlap(one.place.span, span)]
        if near:
            left.remove(near[0])
            differences.append(f'{_where(near[0])}: found {_found_words(near[0])}, but {words} is marked')
        else:
            line = expected.documents[path].count('\n', 0, span.start) + 1
            differences.append(f'{path}:{line}: {words} is marked, but was not found')
    return differences + [f'{_where(one)}: found {_found_words(one)}, which is not marked' for one in left]


def _match(mark: Span, found: Sequence[Finding]) -> Finding | None:
    for one in found:
        if one.place.span == mark:
            return one
    for one in found:
        if mark.start <= one.place.span.start and one.place.span.end <= mark.end:
            return one
    return None


def _overlap(left: Span, right: Span) -> bool:
    return left.start < right.end and right.start < left.end


def _where(one: Finding) -> str:
    return f'{one.place.path}:{one.place.line}'


def _found_words(one: Finding) -> str:
    return _words(one.place.document.text, one.place.span)


def _words(text: str, span: Span) -> str:
    return repr(text[span.start : span.end])
