"""From bytes to text, without losing an ASCII character whatever the encoding turns out to be."""

from __future__ import annotations

from artifacts_guard.text import Document

# the longest first: a UTF-32 mark begins like a UTF-16 one
_MARKS = (
    (b'\xff\xfe\0\0', 'utf-32-le'),
    (b'\0\0\xfe\xff', 'utf-32-be'),
    (b'\xef\xbb\xbf', 'utf-8'),
    (b'\xff\xfe', 'utf-16-le'),
    (b'\xfe\xff', 'utf-16-be'),
)
# encoding, width of a unit, which of its bytes are 0 for an ASCII character
_WIDE = (
    ('utf-32-le', 4, (1, 2, 3)),
    ('utf-32-be', 4, (0, 1, 2)),
    ('utf-16-le', 2, (1,)),
    ('utf-16-be', 2, (0,)),
)
_SAMPLE = 4096
_ASCII_SHARE = 0.5  # of the units at least, for NULs to be a sign of wide text
_RATIO = 10  # of NULs where an ASCII character has them to NULs where it has none, at least


def decode(path: str, data: bytes) -> Document | None:
    """The text of a file as a document; None when it is binary.

    A byte order mark decides first and is no part of the text; then NUL bytes, which stand at
    fixed places in wide text and anywhere in binary data; then whether the rest is UTF-8.  What
    is not is read as Latin-1, or with replacement characters when most of it is UTF-8.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _document(path, data[len(mark) :], encoding)
    if b'\0' not in data:
        return _narrow(path, data)
    wide = _wide_encoding(data)
    return _document(path, data, wide) if wide else None


def shown(path: str) -> str:
    """A path as people see it: control characters and bytes that are no UTF-8 as escapes."""
    if path.isprintable():
        return path
    raw = path.encode('utf-8', 'surrogateescape').decode('utf-8', 'backslashreplace')
    return ''.join(c if c.isprintable() else c.encode('unicode_escape').decode('ascii') for c in raw)


def _document(path: str, data: bytes, encoding: str) -> Document | None:
    try:
        return Document(path, data.decode(encoding), encoding=encoding)
    except UnicodeDecodeError:
        if encoding == 'utf-8':
            return _narrow(path, data)
    text = data.decode(encoding, 'replace')
    return Document(
        path, text, encoding=encoding, complete=False, note=f'not all of it is {encoding.upper()}'
    )


def _narrow(path: str, data: bytes) -> Document:
    try:
        return Document(path, data.decode('utf-8'))
    except UnicodeDecodeError:
        text = data.decode('utf-8', 'replace')
    replaced = text.count('\ufffd')
    if len(text) - replaced == len(text.encode('ascii', 'ignore')):  # no UTF-8 in it at all
        return Document(path, data.decode('latin-1'), encoding='latin-1', note='not UTF-8, read as Latin-1')
    return Document(path, text, complete=False, note=f'{replaced} characters are no UTF-8')


def _wide_encoding(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, by where the NULs stand in the first units; '' for neither."""
    sample = data[:_SAMPLE]
    for encoding, width, zeros in _WIDE:
        units = len(sample) // width
        if not units:
            continue
        nuls = [sample[place : units * width : width].count(0) for place in range(width)]
        expected = min(nuls[place] for place in zeros)
        others = max(count for place, count in enumerate(nuls) if place not in zeros)
        if expected >= units * _ASCII_SHARE and expected >= _RATIO * others:
            return encoding
    return ''
