"""No secret in any report, wherever it stands."""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard.findings.finding import Edit
from artifacts_guard.findings.finding import Finding
from artifacts_guard.findings.finding import Fix
from artifacts_guard.findings.finding import Related
from artifacts_guard.findings.finding import Result
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.findings.finding import Suppression
from artifacts_guard.findings.finding import Taken
from artifacts_guard.reports import FORMATS
from artifacts_guard.reports import render
from artifacts_guard.reports.model import Report
from artifacts_guard.reports.redaction import Redactor
from artifacts_guard.secret import Secret
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests import tokens
from tests.reports import results

MINTERS: dict[str, Callable[[str], str]] = {
    'API key as issued': tokens.api_key,
    'API key as documented': tokens.documented_key,
    'agent token': tokens.agent_token,
    'claim token': tokens.claim_token,
    'hex key': tokens.hex_key,
    'session token': tokens.session,
}


def masked(value: str) -> str:
    return str(Secret(value, 'aa_k_' if value.startswith('aa_k_') else ''))


def everywhere(secret: str, *, known: bool) -> Result:
    """A result with a secret in every text there is.  `known`: its range was reported."""
    document = Document(f'dir/{secret}.sh', f'x="{secret}" y="{secret}"\n# {secret}\n')
    other = Document('other.yml', f'key: {secret}\nkey2: |\n  {secret}\n')
    place = Place(document, Span(0, 5))
    words = f'before {secret} after'
    trail = (
        Related(words, Place(other, Span(0, 3))),
        Related(words, Place(document, Span(3, 3 + len(secret)))),
    )
    edit = Edit(Place(document, Span(0, 1)), words)
    finding = Finding(
        'committed-token', 'error', 'low', words, place, words, words, trail, words, (words, words), secret,
        Fix(words, (edit,)), None, words,
    )  # fmt: skip
    hidden = finding.replace(suppression=Suppression('inline', words, Place(document, Span(0, 1))))
    fixed = finding.replace(fix=Fix(words, (edit.replace(text='harmless'),)))
    start = document.text.index(secret)
    ranges = [(document.path, Span(start, start + len(secret)), masked(secret))] if known else []
    return Result(
        (finding, fixed),
        (hidden,),
        (Taken(document.path, '', words, 1, words), Taken(secret, 'github', words, 1, words)),
        (Skipped(document.path, words),),
        notes=(words,),
        redactions=tuple(ranges),
    )


def assert_absent(secret: str, shown: str) -> None:
    """Neither the secret nor a telling part of it, plain or in the escapes of a format."""
    body = re.sub('^aa_[a-z]+_', '', secret)
    for text in (shown, urllib.parse.unquote(shown), shown.replace('\n', ''), shown.replace('\\', '')):
        assert secret not in text
        assert body[:12] not in text
        assert body[-12:] not in text


@pytest.mark.parametrize('name', FORMATS)
@pytest.mark.parametrize('mint', MINTERS.values(), ids=MINTERS.keys())
def test_a_known_secret_is_in_no_report(name: str, mint: Callable[[str], str]) -> None:
    secret = mint('everywhere')
    result = everywhere(secret, known=True)
    for options in ({}, {'color': True, 'width': 200, 'show_files': True, 'statistics': True}, {'width': 40}):
        assert_absent(secret, render(name, result, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize('name', FORMATS)
@pytest.mark.parametrize('mint', [mint for mint in MINTERS.values() if mint is not tokens.session])
def test_a_token_that_was_not_reported_is_in_no_report(name: str, mint: Callable[[str], str]) -> None:
    secret = mint('unreported')
    assert_absent(secret, render(name, everywhere(secret, known=False), show_files=True))


@pytest.mark.parametrize('width', range(40, 70))
def test_no_part_of_a_secret_at_the_edge_of_a_clipped_line(width: int) -> None:
    secret = tokens.api_key('edge')
    document = Document('x.sh', f'{"a" * 20} {secret} {"b" * 20} MARK {"c" * 20} {secret} {"d" * 300}\n')
    finding = results.finding(results.place(document, 'MARK'))
    first = document.text.index(secret)
    ranges = (('x.sh', Span(first, first + len(secret)), masked(secret)),)
    assert_absent(secret, render('text', Result((finding,), redactions=ranges), width=width))


@given(st.integers(0, 2000), st.integers(0, 2000))
@settings(max_examples=60, deadline=None)
def test_no_part_of_a_secret_at_the_edge_of_a_window(before: int, after: int) -> None:
    secret = tokens.api_key('window')
    document = Document(
        'x.sh', f'{"a" * before} {secret} {"b" * after} MARK {"c" * after} {secret} {"d" * before}\n'
    )
    result = Result((results.finding(results.place(document, 'MARK')),))
    for name in ('text', 'sarif'):
        assert_absent(secret, render(name, result, width=500))


def test_a_secret_over_several_lines() -> None:
    secret = tokens.session('lines', 60)
    broken = f'{secret[:20]}\n  {secret[20:40]}\n  {secret[40:]}'
    document = Document('x.txt', f'a {broken} b\n')
    span = Span(2, 2 + len(broken))
    result = Result((results.finding(Place(document, span)),), redactions=(('x.txt', span, masked(broken)),))
    shown = render('text', result)
    for part in (secret[:20], secret[20:40], secret[40:]):
        assert part not in shown
        assert part not in render('sarif', result)
    assert [line.split('│ ')[1] for line in shown.splitlines() if '│ ' in line] == [
        f'a {masked(broken)}', '  ^^^^^^', '…', '^', '… b', '^',
    ]  # fmt: skip


def test_the_mark_covers_what_stands_for_the_secret() -> None:
    secret = tokens.api_key('mark')
    document = Document('x.sh', f'T={secret} cmd\n')
    result = Result((results.finding(results.place(document, secret)),))
    source, mark = (line.split('│ ')[1] for line in render('text', result).splitlines() if '│ ' in line)
    assert source == f'T={masked(secret)} cmd'
    assert source[mark.index('^') : mark.rindex('^') + 1] == masked(secret)


def test_a_fix_that_writes_a_secret_is_not_shown() -> None:
    secret = tokens.api_key('fix')
    report = json.loads(render('json', everywhere(secret, known=True)))
    assert [finding['fix'] is None for finding in report['findings']] == [True, False]


@pytest.mark.parametrize(
    ('text', 'start', 'end', 'expected'),
    [
        ('ab SECRETVALUE cd', 0, 17, [(3, 14, '…')]),
        ('ab SECRETVALUE cd', 5, 8, [(3, 14, '…')]),
        ('ab SECRETVALUE cd', 0, 3, []),
        ('ab SECRETVALUE cd', 14, 17, []),
        ('ab SECRETVALUE SECRETVALUE', 0, 26, [(3, 14, '…'), (15, 26, '…')]),
    ],
)
def test_masks(text: str, start: int, end: int, expected: list[tuple[int, int, str]]) -> None:
    document = Document('x', text)
    redactor = Redactor([('x', Span(3, 14), '…')], {'x': document})
    assert redactor.masks(document, start, end) == expected


def test_overlapping_ranges_are_one() -> None:
    document = Document('x', 'abcdefghij')
    redactor = Redactor(
        [('x', Span(2, 5), 'A'), ('x', Span(4, 9), 'B'), ('x', Span(4, 6), 'C')], {'x': document}
    )
    assert redactor.masks(document, 0, 10) == [(2, 9, 'B')]


LEFT = {
    'a word of the family alone': 'the prefix aa_k_ and aa_live_',
    'an elided token': 'aa_live_... and aa_k_…',
    'a short body': 'aa_live_YOUR_KEY',
    'another word that ends like one': 'ncaa_live_log_of_the_season_of_2026',
}


@pytest.mark.parametrize('text', LEFT.values(), ids=LEFT.keys())
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redactor((), {}).text(text) == text


def test_short_values_are_redacted_in_their_range_only() -> None:
    document = Document('x', 'T=abc abc')
    redactor = Redactor([('x', Span(2, 5), '…')], {'x': document})
    assert redactor.masks(document, 0, 9) == [(2, 5, '…')]
    assert redactor.text('abc') == 'abc'


def test_renderers_get_no_result() -> None:
    report = Report(everywhere(tokens.api_key('report'), known=True))
    assert not [name for name in vars(report) if name in ('result', 'findings', 'redactions')]


def test_a_value_inside_a_token_does_not_break_it() -> None:
    token = tokens.api_key('inside')
    document = Document('x', f'{token[10:20]} Bearer {token}:{token[:9]}tail')
    literal, compound = Span(0, 10), Span(18, len(document.text))
    redactor = Redactor([('x', literal, '<literal>'), ('x', compound, '<compound>')], {'x': document})
    assert redactor.text(f'see {token} {document.text}') == f'see {masked(token)} <literal> Bearer <compound>'


def test_a_value_that_ends_inside_a_token_leaves_nothing_of_it() -> None:
    """A token in a file's name and one in its text have ranges of one path, and each is read in both."""
    token = tokens.api_key('in the name')
    path = f'3/{token}.txt'
    redactor = Redactor([(path, Span(0, 40), 'aa_live_…#1234')], {path: Document(path, path)})

    assert redactor.text(path) in (f'{Secret(token, "aa_k_")}.txt', 'aa_live_…#1234.txt')
    assert redactor.text(f'see {path}:1') == f'see {redactor.text(path)}:1'
