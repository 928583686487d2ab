"""Strings in pipelines that could be secrets of any kind: what detect-secrets' detectors say, when that is asked for."""

from __future__ import annotations

from artifacts_guard import ci
from artifacts_guard.ci.model import Hop
from artifacts_guard.facts.model import Suspect
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Tree


def suspects(tree: Tree) -> Iterator[Suspect]:
    """One for each value and place, in all files that are pipelines by their name.

    The service's own tokens are not among them: these are credentials.
    """
    from artifacts_guard.credentials import allow
    from artifacts_guard.credentials import generic
    from artifacts_guard.credentials.formats import family_by_prefix

    for path in dict.fromkeys(path for path, _ in ci.candidates(tree.paths())):
        document = tree.document(path)
        if document is None:
            continue
        for one in generic.suspects(document):
            if family_by_prefix(one.secret.reveal()) or allow.is_allowed(document, one.span):
                continue
            place = Place(document, one.span)
            yield Suspect(
                place,
                (Hop('spelled out here', place),),
                confidence='low',
                doubt='it is told by its form or by its name only',
                kind=one.kind,
                redacted=str(one.secret),
                made_up=one.made_up,
            )
