"""Container images that jobs run in: whose they are, and whether they can change."""

from __future__ import annotations

import re

from artifacts_guard.ci.model import Use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Place

_DIGEST = re.compile(r'@sha256:[0-9a-fA-F]{64}$')


def is_pinned(name: str) -> bool:
    """Whether an image is named by its digest."""
    return bool(_DIGEST.search(name.strip()))


def image(name: str, place: Place, vendors: tuple[str, ...] = (), *, known: bool = True) -> Use | None:
    """The use of an image; None without a name.

    `vendors` are the CI system's own namespaces.  What nobody can know (`known` is False: the name
    has a part that a run fills in) is not said to be unpinned.
    """
    name = name.strip()
    if not name:
        return None
    own = name.removeprefix('docker.io/').partition('/')
    third_party = not (own[1] and own[0] in vendors)
    return Use('image', name, place, pinned=is_pinned(name) or not known, third_party=third_party)
