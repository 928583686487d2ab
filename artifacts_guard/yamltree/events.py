"""The parsers' event streams: PyYAML's, which is libyaml's, or else ruamel.yaml's.

Facts they were chosen by: libyaml's parser reads 3 KB in about 0.13 ms, but PyYAML's C *composer*
recurses and crashes the process on 30,000 nested brackets; marks count code points.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

SCALAR, ALIAS, MAPPING, SEQUENCE, CLOSE, DOCUMENT, END, NOTHING = range(8)

_KINDS = {
    'ScalarEvent': SCALAR,
    'AliasEvent': ALIAS,
    'MappingStartEvent': MAPPING,
    'SequenceStartEvent': SEQUENCE,
    'MappingEndEvent': CLOSE,
    'SequenceEndEvent': CLOSE,
    'DocumentStartEvent': DOCUMENT,
    'DocumentEndEvent': NOTHING,
    'StreamStartEvent': NOTHING,
    'StreamEndEvent': END,
}

# what parsers refuse, or take for line ends that nobody else sees; in sets that compile fast
_UNREADABLE = (
    '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]',
    '[\u2028\u2029\ud800-\udfff]',
    '[\ufffe\uffff]',
)
_READABLE_ASCII = bytes([*b'\t\n\r', *range(0x20, 0x7F)])


class Events:
    """A stream of events: `next()` gives the next; `kinds` says by its class what it is.

    `error` is what `next` raises on text that is not YAML.
    """

    __slots__ = ('error', 'kinds', 'next')

    def __init__(self, next_event: Callable[[], Any], module: Any, error: type[Exception]) -> None:
        self.next = next_event
        self.kinds = {getattr(module, name): kind for name, kind in _KINDS.items()}
        self.error = error


def cleaned(text: str) -> str:
    """The text with all that parsers refuse replaced by U+FFFD, of the same length."""
    if text.isascii() and not text.encode('ascii').translate(None, _READABLE_ASCII):
        return text
    import re

    for pattern in _UNREADABLE:
        text = re.sub(pattern, '\ufffd', text)
    return text


def stream(text: str) -> Events:
    """The events of cleaned text."""
    try:
        return libyaml(text)
    except ImportError:
        return ruamel(text)


def libyaml(text: str) -> Events:
    """PyYAML's events; ImportError where it was built without libyaml."""
    from artifacts_guard.yamltree.libyaml import MODULE

    return Events(MODULE.CParser(text).get_event, MODULE, MODULE.YAMLError)


def ruamel(text: str) -> Events:
    """ruamel.yaml's events: the same, some thirty times slower."""
    from ruamel.yaml import YAML
    from ruamel.yaml import error
    from ruamel.yaml import events as module

    yaml = YAML(typ='safe', pure=True)
    _, parser = yaml.get_constructor_parser(text)
    return Events(parser.get_event, module, error.YAMLError)
