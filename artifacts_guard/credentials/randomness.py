"""Telling what was drawn at random from what was made up.

A genuine body is drawn at random from an alphabet of k characters, so naming one of n characters
takes n·log2(k) bits, and no code does better for many of them: a code whose values' probabilities
add up to at most 1 saves b bits or more on at most 2^-b of all bodies, whatever their length and
alphabet (Kraft's inequality).  What people make up can be said in far fewer bits.  So a body is a
placeholder when one of these codes says it in at least 17 bits less than a random one takes:

- the character some places back, again or counted on (`xxxx`, `1234`, `a1b2c3`, `qwerty`, `abcabc`);
- words: letters as they follow each other in English and in identifiers, between separators,
  digits and capitals;
- words that examples are made of (`EXAMPLE`, `deadbeef`) amid anything.

The codes share one budget, through the bits it takes to name the code, so together they cost
at most 2^-17 = 7.7e-6 of all genuine keys.  A body with too few different characters is a
placeholder as well, where the union bound C(k, d)·(d/k)^n on having only d of them stays
below 2^-20 = 1e-6.  Together that is below 1e-5.

k is the size of the smallest usual alphabet that holds the body (10, 16, 36, 62, 64): for a key of a
larger one this only makes the test more careful.  Of long bodies the first 64 characters are
looked at, for which the bound holds just so.  Nothing beside the body is looked at: a random one
stays a token, whatever word stands next to it.
"""

from __future__ import annotations

from itertools import pairwise
from math import comb
from math import lgamma
from math import log
from math import log2
from operator import eq
from operator import ne

from artifacts_guard.credentials.formats import BODY
from artifacts_guard.credentials.letters import EXAMPLE_WORDS
from artifacts_guard.credentials.letters import FIRST
from artifacts_guard.credentials.letters import KEYBOARD_ROWS
from artifacts_guard.credentials.letters import NEXT
from artifacts_guard.credentials.letters import QUARTERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SAVED_BITS = 17
FEW_BITS = 20
LOOKED_AT = 64

_DIGITS = '0123456789'
_LOWER = 'abcdefghijklmnopqrstuvwxyz'
_UPPER = _LOWER.upper()
_ALPHABETS = (
    _DIGITS,
    _DIGITS + 'abcdef',
    _DIGITS + 'ABCDEF',
    _DIGITS + _LOWER,
    _DIGITS + _UPPER,
    _DIGITS + _LOWER + _UPPER,
    BODY,
    _DIGITS + _LOWER + _UPPER + '+/',
)
_PRINTABLE = 95

# Bits that name a code: the probabilities 2^-bits of all codes add up to at most 1.
_NAME_WORDS = 2
_NAME_EXAMPLES = 2
_NAME_NEAR = {1: 2, 2: 3}
_NAME_FAR = 8  # lags 3 to 32

_SAME, _UP, _DOWN, _KEY, _SWAPPED, _NEW = range(6)


def _steps() -> dict[str, int]:
    """What a pair of characters is to one another; each event lets one character follow another."""
    steps: dict[str, int] = {}
    for row in KEYBOARD_ROWS:
        for cased in (row, row.upper()):
            steps.update({a + b: _KEY for a, b in pairwise(cased)})
    for row in (_LOWER, _UPPER, _DIGITS):
        following = row[1:] + row[:1]
        steps.update({b + a: _DOWN for a, b in zip(row, following)})
        steps.update({a + b: _UP for a, b in zip(row, following)})
        steps.update({a + b.swapcase(): _SWAPPED for a, b in zip(row, following) if b.swapcase() != b})
    return steps


_STEP = _steps()

# Kinds of character, and how often each is taken to follow each before the body tells.
_KIND = str.maketrans(
    {**dict.fromkeys(_LOWER, 'l'), **dict.fromkeys(_UPPER, 'U'), **dict.fromkeys(_DIGITS, 'd')}
    | dict.fromkeys('_-', 's')
)
_KINDS = 'lUdso'
_FOLLOWS = {
    'l': (12, 1, 1, 2, 0.1),
    'U': (4, 4, 1, 1, 0.1),
    'd': (1, 1, 6, 2, 0.1),
    's': (4, 4, 1, 0.5, 0.1),
    'o': (1, 1, 1, 1, 4),
}
_FIRST_BITS = {letter: QUARTERS.index(quarters) / 4 for letter, quarters in zip(_LOWER, FIRST)}
_NEXT_BITS = {
    first + second: QUARTERS.index(quarters) / 4
    for first, row in zip(_LOWER, NEXT)
    for second, quarters in zip(_LOWER, row)
}
_WITHIN_WORD = ('ll', 'UU', 'Ul')


def predictable(body: str) -> bool:
    """Whether a body can be said in 17 bits less than a random one of its length takes."""
    bare = body.replace('-', '').replace('_', '')
    if alphabet_size(bare) <= 16:
        body = bare  # a UUID, or hex in groups: its dashes are not drawn
    body = body[:LOOKED_AT]
    if len(body) < 4:
        return True
    size = alphabet_size(body)
    return few_characters(body, size) or saved_bits(body, size) >= SAVED_BITS


def alphabet_size(body: str) -> int:
    """Size of the smallest usual alphabet that holds all characters of a body."""
    for alphabet in _ALPHABETS:
        if not body.strip(alphabet):
            return len(alphabet)
    return _PRINTABLE


def few_characters(body: str, size: int) -> bool:
    """Whether a random body has so few different characters less often than once in 2^20."""
    different = len(set(body))
    if different >= size:
        return False
    return log2(comb(size, different)) + len(body) * log2(different / size) <= -FEW_BITS


def saved_bits(body: str, size: int) -> float:
    """Bits that the best of the codes saves; below 0 for nearly every random body."""
    return len(body) * log2(size) - min(_lengths(body, size))


def _lengths(body: str, size: int) -> Iterator[float]:
    """Length of a body in each code that could be short, with the bits that name the code."""
    for lag, name in _NAME_NEAR.items():
        yield name + near_bits(body, size, lag)
    worthwhile = (SAVED_BITS + _NAME_FAR) / log2(size)
    for lag in range(3, len(body) // 2 + 1):
        same = sum(map(eq, body, body[lag:]))
        if same >= worthwhile:
            yield _NAME_FAR + far_bits(len(body), same, size, lag)
    kinds = _kinds(body)
    if size > 16 and 2 * sum(map(ne, kinds, kinds[1:])) <= len(kinds):
        yield _NAME_WORDS + words_bits(body, kinds)
    yield _NAME_EXAMPLES + examples_bits(body, size)


def near_bits(body: str, size: int, lag: int) -> float:
    """Bits of a body when each character is the one `lag` places back: the same, counted up or down,
    the next key, or a new one of `size`.  How often each happens is learned on the way.
    """
    counts = [0] * 6
    step = _STEP.get
    for before, char in zip(body, body[lag:]):
        counts[_SAME if before == char else step(before + char, _NEW)] += 1
    return (lag + counts[_NEW]) * log2(size) + _learned_bits(counts, (1,) * 6)


def far_bits(length: int, same: int, size: int, lag: int) -> float:
    """Bits of a body in which `same` characters are those `lag` places back and the others new."""
    chances = length - lag
    return (length - same) * log2(size) + log2((chances + 1) * comb(chances, same))


def _kinds(body: str) -> str:
    """The kind of each character: lower, UPPER, digit, separator or other."""
    kinds = body.translate(_KIND)
    return kinds if not kinds.strip('lUds') else ''.join([kind if kind in 'lUds' else 'o' for kind in kinds])


def words_bits(body: str, kinds: str) -> float:
    """Bits of a body written as words: kinds of character learned on the way, letters by the one before."""
    pairs = [a + b for a, b in zip('s' + kinds, kinds)]
    bits = sum(
        [
            _learned_bits([pairs.count(kind + after) for after in _KINDS], _FOLLOWS[kind])
            for kind in set('s' + kinds)
        ]
    )
    bits += log2(10) * kinds.count('d') + kinds.count('s') + log2(31) * kinds.count('o')
    lower = body.lower()
    for at, pair in enumerate(pairs):
        if pair in _WITHIN_WORD:
            bits += _NEXT_BITS[lower[at - 1 : at + 1]]
        elif pair[1] in 'lU':
            bits += _FIRST_BITS[lower[at]]
    return bits


def examples_bits(body: str, size: int) -> float:
    """Bits of a body in which words of examples stand, each in one case, amid any characters."""
    lower = body.lower()
    found = [word for word in EXAMPLE_WORDS if word in lower]
    words = at = spelled = 0
    while found and at < len(body):
        word = next((word for word in found if lower.startswith(word, at)), '')
        part = body[at : at + len(word)]
        if part and (part.islower() or part.isupper() or part.istitle()):
            words += 1
            spelled += len(part)
            at += len(part)
        else:
            at += 1
    single = len(body) - spelled
    return single * log2(size) + words * (6 + log2(3)) + _learned_bits([words, single], (1, 1))


def _learned_bits(counts: list[int], before: tuple[float, ...]) -> float:
    """Bits that tell which of some events happened each time, when each is as likely as it was so far,
    counting `before` in front: the Dirichlet-multinomial probability of one order of them.
    """
    total, start = sum(counts), sum(before)
    nats = lgamma(start + total) - lgamma(start)
    for count, first in zip(counts, before):
        if count:
            nats -= lgamma(first + count) - lgamma(first)
    return nats / log(2)
