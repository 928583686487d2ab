"""From fixed texts to files: their bytes, and writing them whole or not at all."""

from __future__ import annotations

import os

from artifacts_guard.inputs.files import Folder
from artifacts_guard.inputs.files import encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document

_PREFIX = b'.artifacts-guard-'
CHANGED = 'was changed meanwhile'


def rewritten(document: Document, data: bytes, text: str) -> bytes | None:
    """A new text with the mark and in the encoding of the file's bytes; None where these are not exactly its text."""
    try:
        body = document.text.encode(document.encoding)
        if not data.endswith(body) or len(data) - len(body) > 4:  # no byte order mark is longer
            return None
        return data[: len(data) - len(body)] + text.encode(document.encoding)
    except UnicodeEncodeError:
        return None


def replaced(root: str, path: str, old: bytes, new: bytes) -> str:
    """Put new bytes in the place of a file's, with its permissions; '' or why not.

    A file that is reached through a symbolic link, or no longer holds the old bytes, stays as it is.
    """
    content = Folder(root).read(path)
    if content.data is None:
        return content.problem
    if content.data != old:
        return CHANGED
    place = os.path.join(encoded(root), encoded(path))
    try:
        _write(place, new)
    except OSError as error:
        return f'cannot be written: {error.strerror}'
    return ''


def _write(place: bytes, data: bytes) -> None:
    import tempfile

    mode = os.stat(place).st_mode & 0o7777
    if not os.access(place, os.W_OK):
        raise PermissionError(13, 'it is read-only')
    descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(place), prefix=_PREFIX)
    try:
        with open(descriptor, 'wb') as stream:
            stream.write(data)
        os.chmod(temporary, mode)
        os.replace(temporary, place)
    except BaseException:
        os.unlink(temporary)
        raise
