"""Tokens in a repository's history: in every object, in names of files and refs, each told once with where it came from.

objects → those that hold a token → where they come from → facts → findings → result
"""

from __future__ import annotations

import re

from artifacts_guard.credentials.gate import PLAIN
from artifacts_guard.credentials.gate import is_archive
from artifacts_guard.credentials.gate import may_be_encoded
from artifacts_guard.findings.finding import Result
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.inputs.origins import STAGED
from artifacts_guard.inputs.origins import UNREACHED
from artifacts_guard.inputs.origins import Origin
from artifacts_guard.record import Record
from artifacts_guard.searching import judged
from artifacts_guard.searching import redactions
from artifacts_guard.searching import searched
from artifacts_guard.text import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.credentials.find import Token
    from artifacts_guard.engine.model import Rule
    from artifacts_guard.facts.model import Credential
    from artifacts_guard.findings.finding import Finding
    from artifacts_guard.inputs.history import History
    from artifacts_guard.inputs.objects import Object
    from artifacts_guard.inputs.origins import Origins
    from artifacts_guard.inputs.tree import Tree
    from artifacts_guard.settings import Settings

_FEW = 2000  # objects that one process looks through sooner than a second one has started
_SHORT = 12  # digits of an id: git takes them, and they are not ambiguous in the largest repositories
_KINDS = ('blob', 'tree', 'commit', 'tag')
# the gate's question, which over so much is answered sooner by a pattern
_PLAIN = re.compile(b'|'.join(map(re.escape, PLAIN)))
_NOWHERE = Origin('', '', UNREACHED, 0)


class Looked(Record):
    """What was read: objects by kind and their bytes, and the ids of those that hold tokens, names in them, problems."""

    counts: tuple[tuple[str, int], ...]
    size: int
    hits: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    skipped: tuple[Skipped, ...]


class Sighting(Record):
    """A token in a document of the history.  `path` is the file's in its commit, or what is told in its place."""

    document: Document
    token: Token
    path: str
    origin: Origin


def check(
    tree: Tree,
    settings: Settings,
    *,
    pedantic: bool = False,
    no_ignores: bool = False,
    jobs: int = 1,
    today: str = '',
) -> Result:
    """Look for tokens in the history that a tree's source is.  The arguments are those of `check.check`."""
    from artifacts_guard.engine.load import rules
    from artifacts_guard.inputs.history import History

    past = tree.source
    assert isinstance(past, History)
    looked = _look(past, jobs)
    refs = past.refs()
    notes: list[str] = []
    sightings = _sightings(past, looked, refs, settings, notes)
    found, facts = _findings(sightings, settings, rules(settings.rules, tree.root), pedantic)
    hidden: tuple[Finding, ...] = ()
    if found and not no_ignores:
        from artifacts_guard.check import date_of_today
        from artifacts_guard.findings.suppressions import apply

        found, hidden, _ = apply(found, {}, today or date_of_today())
    return Result(
        found,
        hidden,
        skipped=(*past.skipped, *looked.skipped),
        size=looked.size,
        notes=tuple(notes),
        redactions=redactions(facts),
        objects=(*looked.counts, *((('ref', len(refs)),) if refs else ())),
    )


def _look(past: History, jobs: int) -> Looked:
    """Read all objects, in several processes where there are many."""
    import json

    from artifacts_guard.inputs.parallel import in_parallel

    shares = max(1, min(jobs, past.count // _FEW))
    if shares == 1:
        return _looked(past.share(0, 1))

    def work(share: int) -> bytes:
        looked = _looked(past.share(share, shares))
        skipped = [(one.path, one.reason) for one in looked.skipped]
        return json.dumps((looked.counts, looked.size, looked.hits, looked.names, skipped)).encode()

    parts = [json.loads(part) for part in in_parallel(work, shares)]
    counts = {kind: sum(dict(part[0])[kind] for part in parts) for kind in _KINDS}
    return Looked(
        tuple(counts.items()),
        sum(part[1] for part in parts),
        tuple((kind, name) for part in parts for kind, name in part[2]),
        tuple(dict.fromkeys(name for part in parts for name in part[3])),
        tuple(Skipped(path, reason) for part in parts for path, reason in part[4]),
    )


def _looked(objects: Iterable[Object]) -> Looked:
    counts = dict.fromkeys(_KINDS, 0)
    size = 0
    hits: list[tuple[str, str]] = []
    names: dict[str, None] = {}
    skipped: list[Skipped] = []
    for one in objects:
        if one.problem:
            skipped.append(Skipped(f'{one.kind or "object"} {one.name}', one.problem))
        if not one.kind:
            continue
        counts[one.kind] += 1
        size += len(one.data)
        if one.kind == 'tree':
            if b'aa_' in one.data:
                names.update(dict.fromkeys(_names(one)))
        elif (_may_hold_token(one.data) or is_archive(one.data)) and _holds_token(one.data):
            hits.append((one.kind, one.name))
    return Looked(tuple(counts.items()), size, tuple(hits), tuple(names), tuple(skipped))


def _names(tree: Object) -> Iterator[str]:
    """The names with a token in it that a tree gives to files and folders.

    `MODE NAME\\0` and the bytes of an id: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    """
    from artifacts_guard.credentials.find import tokens_in_name

    width, at = len(tree.name) // 2, 0
    while at < len(tree.data):
        end = tree.data.index(b'\0', at)
        name = tree.data[tree.data.index(b' ', at) + 1 : end]
        at = end + 1 + width
        if b'aa_' in name:
            text = name.decode('utf-8', 'surrogateescape')
            if tokens_in_name(text):
                yield text


def _may_hold_token(data: bytes) -> bool:
    if b'\0' in data:
        data = data.replace(b'\0', b'')
    return bool(_PLAIN.search(data)) or may_be_encoded(data)


def _holds_token(data: bytes) -> bool:
    return any(tokens for _, tokens in searched('', data, []))


def _sightings(
    past: History, looked: Looked, refs: tuple[tuple[str, str], ...], settings: Settings, notes: list[str]
) -> list[Sighting]:
    """Each token once for each path that it was in, from where it was first; by path and place."""
    from artifacts_guard.credentials.find import tokens_in_name
    from artifacts_guard.inputs.globs import matches

    found = [
        Sighting(document, token, name, Origin('', name, '', 0))
        for name, _ in refs
        if 'aa_' in name
        for document in [Document(name, name)]
        for token in tokens_in_name(name)
    ]
    if looked.hits or looked.names:
        kinds = {name: kind for kind, name in looked.hits}
        origins = past.origins(kinds, looked.names, lambda path: not matches(path, settings.exclude))
        found += _in_objects(past, kinds, refs, origins, notes)
        found += _in_names(looked.names, origins)
    return _first_of_each(found)


def _in_objects(
    past: History,
    kinds: dict[str, str],
    refs: tuple[tuple[str, str], ...],
    origins: Origins,
    notes: list[str],
) -> Iterator[Sighting]:
    tags = {oid: name for name, oid in refs}
    for one in past.objects(kinds):
        origin = origins.objects.get(one.name, _NOWHERE)
        if one.kind == 'tag' and one.name in tags:
            path = label = tags[one.name]
            origin = Origin('', path, '', 0)
        elif origin.path:
            path, label = origin.path, _label(origin)
        elif one.name in origins.passed_over:
            continue
        else:
            path = one.kind
            label = f'{one.kind}/{one.name[:_SHORT]}'
        for document, tokens in searched(path, one.data, notes):
            inner = document.path.removeprefix(path)  # the member of an archive
            document.path = label + inner
            for token in tokens:
                yield Sighting(document, token, path + inner, origin)


def _in_names(names: Iterable[str], origins: Origins) -> Iterator[Sighting]:
    from artifacts_guard.credentials.find import tokens_in_name

    for path, origin in sorted(origins.paths.items()):
        label = _label(origin)
        for token in tokens_in_name(label):
            yield Sighting(Document(label, label), token, path, origin)
    for name in names:
        if not any(name in path for path in origins.paths) and name not in origins.passed_over:
            for token in tokens_in_name(name):
                yield Sighting(Document(name, name), token, name, _NOWHERE)


def _label(origin: Origin) -> str:
    """How git names a file of a commit, or of the index: `git show` takes it."""
    return f'{origin.commit[:_SHORT]}:{origin.path}'


def _first_of_each(found: Iterable[Sighting]) -> list[Sighting]:
    """Of the versions of a file that hold the same token the first one."""
    first: dict[tuple[str, str], Sighting] = {}
    ordered = sorted(
        found, key=lambda one: (one.origin.state == UNREACHED, one.origin.order, one.document.path)
    )
    for one in ordered:
        first.setdefault((one.token.secret.fingerprint, one.path), one)
    chosen = {(key, one.document.path) for key, one in first.items()}
    return [one for one in ordered if ((one.token.secret.fingerprint, one.path), one.document.path) in chosen]


def _findings(
    sightings: list[Sighting], settings: Settings, known: tuple[Rule, ...], pedantic: bool
) -> tuple[tuple[Finding, ...], list[Credential]]:
    """What the rules say about the tokens, with where they come from, and the facts themselves."""
    from artifacts_guard.facts.credentials import spelled_out

    by_document = {one.document.path: one for one in sightings}
    facts = [fact for one in sightings for fact in spelled_out(one.document, one.token)]
    paths = {path: one.path for path, one in by_document.items()}
    found = judged(facts, settings, known, pedantic=pedantic, paths=paths)
    return tuple(
        one.replace(note='; '.join(filter(None, (one.note, _since(by_document[one.place.path].origin)))))
        for one in found
    ), facts


def _since(origin: Origin) -> str:
    """Since when the token is there, in words."""
    if origin.state == STAGED:
        return 'it is staged, and in no commit'
    if origin.state == UNREACHED:
        return (
            f'it came with commit {origin.commit[:_SHORT]}, to which no branch, tag, stash or reflog leads any more'
            if origin.commit
            else 'no commit has it: git keeps the object until it cleans up'
        )
    return f'it came with commit {origin.commit[:_SHORT]}' if origin.commit else ''
