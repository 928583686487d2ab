"""Texts made to be slow: time linear in their size, whatever they repeat, and no exception.

Each regular expression by itself, and the engine as a whole, on a megabyte.  Times are those of this process, the best
of three, so that a busy machine does not fail the test.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from artifacts_guard.credentials import allow
from artifacts_guard.credentials import blobs
from artifacts_guard.credentials import broken
from artifacts_guard.credentials import contexts
from artifacts_guard.credentials import encodings
from artifacts_guard.credentials import gate
from artifacts_guard.credentials import generic
from artifacts_guard.credentials import homes
from artifacts_guard.credentials import matching
from artifacts_guard.credentials.find import search
from artifacts_guard.text import Document
from tests import tokens

MEGABYTE = 1_000_000
MOST_SECONDS = 0.05
SECONDS_FOR_ALL = 0.25
NOISE = 3  # other processes slow this one down


def repeated(unit: str) -> str:
    return (unit * (MEGABYTE // len(unit) + 1))[:MEGABYTE]


HOSTILE = {
    'one letter': repeated('a'),
    'spaces, and a quoted letter now and then': repeated(' ' * 990 + '"x",\n'),
    'backslashes': repeated('\\'),
    'quotes': repeated('"\'`'),
    'prefixes': repeated('aa_k_'),
    'documented prefixes': repeated('aa_live_'),
    'beginnings in quotes': repeated('aa_k_" + "'),
    'spaces between quotes': repeated('aa_k_"' + ' ' * 60 + '+' + ' ' * 60 + '"'),
    'percent': repeated('%61%61%5F%6B%5F'),
    'unicode escapes': repeated('\\u0061\\u0061\\u005f\\u006b\\u005f'),
    'entities': repeated('&#97;&#97;&#95;&#107;&#95;'),
    'stems of base64': repeated('YWFf'),
    'gzip headers': repeated('H4sI' + 'A' * 60 + ' '),
    'stems of hex': repeated('61615f'),
    'lines of base64': repeated('YWFf' * 19 + '\n'),
    'continued lines': repeated('aa_k_\\\n'),
    'NULs': repeated('a\0a\0_\0k\0_\0'),
    'zero-width characters': repeated('aa_k_\u200b'),
    'colours': repeated('aa_k_\x1b[31m'),
    'quoted-printable': repeated('aa_k_=\n'),
}


def best_seconds(run: Callable[[], object], times: int = 3) -> float:
    best = 60.0
    for _ in range(times):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
        if best < MOST_SECONDS:
            break
    return best


@pytest.mark.parametrize('name', HOSTILE)
def test_the_engine_takes_linear_time(name: str) -> None:
    document = Document('x', HOSTILE[name])

    assert best_seconds(lambda: search(document)) < SECONDS_FOR_ALL


@pytest.mark.parametrize('name', HOSTILE)
def test_the_gate_takes_linear_time(name: str) -> None:
    data = HOSTILE[name].encode()

    assert best_seconds(lambda: gate.may_matter(data)) < SECONDS_FOR_ALL


@pytest.mark.parametrize('name', HOSTILE)
def test_twice_the_text_takes_no_more_than_three_times_as_long(name: str) -> None:
    """Where the time shows at all."""
    text = HOSTILE[name]
    half = best_seconds(lambda: search(Document('x', text[: MEGABYTE // 2])))

    assert best_seconds(lambda: search(Document('x', text))) < 3 * half + MOST_SECONDS


# patterns that go over whole texts or lines, and those that are tried at one place only
SEARCHED: dict[str, re.Pattern[str]] = {
    'issued tokens': matching._ISSUED,
    'documented keys': matching._DOCUMENTED,
    'beginnings': broken._BEGUN,
    'runs': broken._RUN,
    'UTF-16': encodings.joined('utf-16').pattern,
    'allowlist comments': allow._ON_LINE,
    'token fields': re.compile(homes._TOKEN_FIELD),
    'quoted base64': generic._QUOTED_BASE64,
    'quoted hex': generic._QUOTED_HEX,
    'telling names': generic._NAMED,
    'vendors': re.compile(r'(?<![a-z0-9])armor_api'),
}
TRIED: dict[str, re.Pattern[str]] = {
    'behind a quote': broken._BEHIND_QUOTE,
    'folding': broken._FOLDING,
    'escapes on the left': contexts._ESCAPED,
    'words on the left': contexts._WORD_END,
    'wraps': blobs._WRAP,
    'comments for the next line': allow._NEXT_LINE,
    **{escape.encoding: encodings.escaped(escape.encoding).pattern for escape in encodings.ESCAPES},
    **{
        f'{escape.encoding}, further': encodings.escaped(escape.encoding).further
        for escape in encodings.ESCAPES
    },
    **{kind: encodings.joined(kind).pattern for kind in ('sure', 'likely', 'proven', 'wrapped', 'folded')},
    **{
        f'{kind}, further': encodings.joined(kind).further
        for kind in ('sure', 'likely', 'proven', 'wrapped', 'folded')
    },
}


@pytest.mark.parametrize('name', SEARCHED)
def test_a_search_for_each_regular_expression_takes_linear_time(name: str) -> None:
    slow = {}
    for hostile, text in HOSTILE.items():
        seconds = best_seconds(lambda text=text: sum(1 for _ in SEARCHED[name].finditer(text)))  # type: ignore[misc]
        if seconds > NOISE * MOST_SECONDS:
            slow[hostile] = seconds
    assert slow == {}


@pytest.mark.parametrize('name', TRIED)
def test_a_try_of_each_regular_expression_takes_constant_time(name: str) -> None:
    """At a thousand places of each text."""
    slow = {}
    for hostile, text in HOSTILE.items():
        match = TRIED[name].match
        seconds = best_seconds(lambda text=text, match=match: [match(text, at) for at in range(0, 5000, 5)])  # type: ignore[misc]
        if seconds > NOISE * MOST_SECONDS:
            slow[hostile] = seconds
    assert slow == {}


def test_a_token_behind_the_noise_is_still_found_in_plain_form() -> None:
    key = tokens.api_key('behind')
    for name, text in HOSTILE.items():
        found = search(Document('x', f'{text}\n"{key}"\n'))
        assert [token.secret.reveal() for token in found.tokens] == [key], name


def test_what_was_cut_short_is_said() -> None:
    assert search(Document('x', HOSTILE['beginnings in quotes'])).notes == (
        'too many beginnings of tokens: the rest was searched in plain form only',
    )
    assert search(Document('x', HOSTILE['one letter'])).notes == ()


def test_two_thousand_broken_tokens_are_all_found() -> None:
    every = [tokens.api_key(str(seed)) for seed in range(2000)]
    text = '\n'.join(f'"{key[:20]}" + "{key[20:]}"' for key in every)

    assert [token.secret.reveal() for token in search(Document('x', text)).tokens] == every
