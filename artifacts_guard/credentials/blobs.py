"""Text that is encoded as a whole: runs of base64 or hex digits, and gzip inside of base64.

A run is found by what the encoding makes of a token's first three characters (`gate.BASE64_STEMS`), which
also tells how its groups lie, whatever stands before it.  Long runs are often wrapped at equal widths.
"""

from __future__ import annotations

import binascii
import re

from artifacts_guard.credentials.gate import BASE64_STEMS
from artifacts_guard.credentials.gate import may_hold_token
from artifacts_guard.record import Record
from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator

    from artifacts_guard.credentials.judging import Effort

LARGEST_INFLATED = 1 << 20

_GZIP = b'\x1f\x8b\x08'
_GZIP_STEM = 'H4sI'
_TO_STANDARD = str.maketrans('-_', '+/')

# The end of a wrapped line: itself, perhaps continued or quoted, or as `\n` in a string, then the indentation,
# perhaps that of a comment or a quotation.
_WRAP = lazy(r'(?:["\']?\\?\r?\n[ \t]{0,80}(?:(?:\#|//|>|\*|["\'])[ \t]{0,8})?|(?:\\{1,3}r)?\\{1,3}n)')
_NARROWEST = 40
_DIFFERENT = 8
_REACH = 120
_LOOKS = 64
_DECODING = 60


class Coding(Record):
    """An encoding of whole texts: its characters, its stems and how many characters of a group stand before
    each, the size of a group, and the shortest run that can hold a token.
    """

    name: str
    alphabet: str
    stems: dict[str, int]
    group: int
    shortest: int


class Blob(Record):
    """An encoded text in a document, from `start` to `end`, and what it says."""

    start: int
    end: int
    encoding: str
    text: str


CODINGS = (
    Coding(
        'base64',
        'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_',
        dict(BASE64_STEMS),
        4,
        32,
    ),
    Coding('hex', '0123456789ABCDEFabcdef', {'61615f': 0, '61615F': 0}, 2, 48),
)

Lines = list[tuple[int, int]]


def blobs(text: str, present: set[str], effort: Effort) -> Iterator[Blob]:
    """The encoded runs of a text that could hold a token, each decoded in every way that its stems allow.

    `present` are those of `gate.LITERALS` that stand in the text.
    """
    for coding in CODINGS:
        stems = [stem for stem in coding.stems if stem in present]
        if stems:
            yield from _blobs(text, coding, stems, effort)


def _blobs(text: str, coding: Coding, stems: list[str], effort: Effort) -> Iterator[Blob]:
    run = re.compile(f'[{re.escape(coding.alphabet)}]+')
    # looking ahead, so that a stem inside of another one is not passed over
    search = re.compile(f'(?=({"|".join(stems)}))').search
    at = 0
    while match := search(text, at):
        block = _block(text, match.start(), coding, run, at)
        at = block[-1][1]
        for lines in (block, block[:-1]):
            # a word below a run can look like its last line
            for phase in sorted(_phases(text, lines, coding, search)):
                if not effort.attempt():
                    return
                effort.spend(_DECODING)
                blob = _decoded(text, lines, phase, coding, effort)
                if blob:
                    yield blob


def _phases(
    text: str, lines: Lines, coding: Coding, search: Callable[[str, int, int], re.Match[str] | None]
) -> set[int]:
    """How many characters stand before the first whole group of a run, for each way in which its stems lie."""
    phases: set[int] = set()
    inside = looked = 0
    long_enough = sum([end - start for start, end in lines]) >= coding.shortest
    for start, end in lines:
        at = start
        while match := search(text, at, end):
            place, at = inside + match.start() - start, match.start() + 1
            if match[1] == _GZIP_STEM:
                phases.update({place} if place < coding.group else ())
            elif long_enough:
                phases.add((place - coding.stems[match[1]]) % coding.group)
            looked += 1
            if looked > _LOOKS:
                return set(range(coding.group))
        inside += end - start
    return phases


def _block(text: str, at: int, coding: Coding, run: re.Pattern[str], floor: int) -> Lines:
    """The lines of the run that an offset is in; nothing before `floor` is looked at."""
    match = run.match(text, at)
    block = [(_run_start(text, at, coding.alphabet, floor), match.end() if match else at + 1)]
    while above := _line_above(text, block[-1], coding.alphabet, floor):
        block.append(above)
    block.reverse()
    while below := _line_below(text, block[-1], run, len(block)):
        block.append(below)
    return block


def _run_start(text: str, at: int, alphabet: str, floor: int) -> int:
    step = 64
    while at > floor:
        part = text[max(floor, at - step) : at]
        left = len(part.rstrip(alphabet))
        at -= len(part) - left
        if left:
            break
        step *= 2
    # the letter of an escape in a string is none of the run
    return at + 1 if text[at - 1 : at] == '\\' and text[at : at + 1] in 'nrt' else at


def _line_above(text: str, line: tuple[int, int], alphabet: str, floor: int) -> tuple[int, int] | None:
    """The line that a wrapped run comes from: as wide or wider, or the first one, behind something else."""
    start = line[0]
    end = _end_above(text, start, floor)
    above = _run_start(text, end, alphabet, floor) if end > floor else end
    width = end - above
    if width < _NARROWEST or (width < line[1] - start and not _has_lead(text, above)):
        return None
    return (above, end) if len(set(text[above:end])) >= _DIFFERENT else None


def _end_above(text: str, start: int, floor: int) -> int:
    """Where the line above ends, when nothing but a wrap stands before an offset; else `floor`."""
    before = text[max(floor, start - _REACH) : start]
    if before.endswith('\\n'):
        core = before[:-2].rstrip('\\')
        return start - len(before) + len(core[:-1].rstrip('\\') if core.endswith('\\r') else core)
    core = before.rstrip(' \t"\'#>*')
    core = core[:-2].rstrip(' \t') if core.endswith('//') else core
    if not core.endswith('\n'):
        return floor
    core = core[:-1].removesuffix('\r').removesuffix('\\')
    return start - len(before) + len(core.rstrip('"\''))


def _line_below(text: str, line: tuple[int, int], run: re.Pattern[str], count: int) -> tuple[int, int] | None:
    width = line[1] - line[0]
    wrap = _WRAP.match(text, line[1]) if width >= _NARROWEST else None
    match = run.match(text, wrap.end()) if wrap else None
    if match is None or (
        match.end() - match.start() > width and not (count == 1 and _has_lead(text, line[0]))
    ):
        return None
    return match.span()


def _has_lead(text: str, at: int) -> bool:
    """Whether something else stands on the line before an offset."""
    start = max(text.rfind('\n', max(0, at - _REACH), at), at - _REACH)
    return bool(text[start + 1 : at].strip(' \t'))


def _decoded(text: str, lines: Lines, phase: int, coding: Coding, effort: Effort) -> Blob | None:
    joined = ''.join([text[start:end] for start, end in lines])[phase:]
    joined = joined[: effort.output(len(joined))]
    joined = joined[: len(joined) - len(joined) % coding.group] if coding.name == 'hex' else joined
    data = bytes.fromhex(joined) if coding.name == 'hex' else _from_base64(joined)
    encoding = coding.name
    if data.startswith(_GZIP):
        data = _inflated(data, effort)
        encoding = 'gzip+base64'
    if not may_hold_token(data):
        return None
    return Blob(lines[0][0], lines[-1][1], encoding, data.decode('utf-8', 'replace'))


def _from_base64(run: str) -> bytes:
    run = run.translate(_TO_STANDARD)
    if len(run) % 4 == 1:
        run = run[:-1]
    return binascii.a2b_base64(run + '=' * (-len(run) % 4))


def _inflated(data: bytes, effort: Effort) -> bytes:
    import zlib

    try:
        return zlib.decompressobj(31).decompress(data, max(1, effort.output(LARGEST_INFLATED)))
    except zlib.error:
        return b''
