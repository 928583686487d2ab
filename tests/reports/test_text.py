"""The text report: the same words with and without colours, whatever the input."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard.findings.finding import Finding
from artifacts_guard.findings.finding import Related
from artifacts_guard.findings.finding import Result
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.findings.finding import Taken
from artifacts_guard.reports import render
from artifacts_guard.reports.visible import text_width
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests.reports import results

_STYLE = re.compile(r'\x1b\[[0-9;]*m')


def bare(text: str) -> str:
    """A coloured text without its styles."""
    return _STYLE.sub('', text)


def frame(text: str, start: int, end: int, width: int = 60, **fields: object) -> str:
    """The frame of one finding, from the source line on."""
    document = Document('x.sh', text)
    finding = results.finding(Place(document, Span(start, end)), message='m', **fields)
    shown = render('text', Result((finding,)), width=width).split('\n\n')[0]
    return shown.split('│\n', 1)[1]


@pytest.mark.parametrize('width', [40, 60, 80, 97, 120, 200])
@pytest.mark.parametrize('made', [results.publish, results.nothing], ids=['publish', 'nothing'])
def test_colours_change_no_word(made: object, width: int) -> None:
    result = made()  # type: ignore[operator]
    options = {'width': width, 'show_files': True, 'statistics': True, 'rules': results.RULES}
    plain = render('text', result, **options)
    coloured = render('text', result, color=True, **options)
    assert bare(coloured) == plain
    assert coloured != plain


def test_colours_do_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = render('text', results.publish(), color=True)
    for name, value in (('NO_COLOR', '1'), ('TERM', 'dumb'), ('COLUMNS', '20'), ('FORCE_COLOR', '1')):
        monkeypatch.setenv(name, value)
        assert render('text', results.publish(), color=True) == usual


@pytest.mark.parametrize('width', [60, 80, 97, 120])
def test_lines_keep_to_the_width(width: int) -> None:
    """All but the lines that name a path, which people click on."""
    for line in render('text', results.publish(), width=width).splitlines():
        assert text_width(line) <= width or '─ ' in line, line
        assert line == line.rstrip()


def test_a_mark_stands_under_its_text() -> None:
    assert frame('echo "$T" now\n', 5, 9) == '1 │ echo "$T" now\n  │      ^^^^'


def test_wide_characters_take_two_cells() -> None:
    assert frame('echo 日本 "$T"\n', 8, 12) == '1 │ echo 日本 "$T"\n  │           ^^^^'
    assert frame('echo 日本\n', 5, 7) == '1 │ echo 日本\n  │      ^^^^'


def test_combining_characters_take_none() -> None:
    assert frame('e\u0301 x\n', 3, 4) == '1 │ e\u0301 x\n  │   ^'


def test_a_combining_character_never_joins_the_frame() -> None:
    assert frame('\u0301x\n', 1, 2) == '1 │ \\u0301x\n  │       ^'


def test_tabulators_are_spaces() -> None:
    assert frame('\ta\tb\n', 3, 4) == '1 │     a   b\n  │         ^'


def test_control_characters_are_written_out() -> None:
    assert frame('a\x1b[31mb\x07\u202ec\r\n', 6, 7) == '1 │ a\\x1b[31mb\\x07\\u202ec\n  │          ^'


def test_an_empty_span_is_marked() -> None:
    assert frame('abc\n', 3, 3) == '1 │ abc\n  │    ^'
    assert frame('', 0, 0) == '1 │\n  │ ^'
    assert frame('abc\n', 4, 4) == '2 │\n  │ ^'


def test_a_span_over_lines_is_marked_on_each() -> None:
    text = 'cmd --token \\\n    "$T" end\n'
    assert frame(text, 4, 22) == ('1 │ cmd --token \\\n  │     ^^^^^^^^^\n2 │     "$T" end\n  │     ^^^^')


def test_of_a_span_over_many_lines_the_first_are_shown() -> None:
    assert frame('a\nb\nc\nd\ne\n', 0, 10).count('^') == 3


def test_long_lines_are_cut_around_the_mark() -> None:
    text = 'a' * 100 + ' MARK ' + 'b' * 100
    shown = frame(text, 101, 105, width=50)
    source, mark = shown.splitlines()
    assert text_width(source) == 50
    assert source.startswith('1 │ …a')
    assert source.endswith('b…')
    assert source[mark.index('^') : mark.rindex('^') + 1] == 'MARK'


def test_a_mark_longer_than_the_line_is_cut() -> None:
    source, mark = frame('x' * 300, 0, 300, width=50).splitlines()
    assert text_width(source) == text_width(mark) == 50
    assert source.endswith('x…')


def test_an_endless_line_is_shown_in_part() -> None:
    text = 'a' * 3_000_000 + 'MARK' + 'b' * 3_000_000
    source, mark = frame(text, 3_000_000, 3_000_004, width=50).splitlines()
    assert source[mark.index('^') : mark.rindex('^') + 1] == 'MARK'


def test_indentation_goes_before_text_does() -> None:
    text = ' ' * 30 + 'artifacts push --token x --file y\n'
    assert (
        frame(text, 45, 54, width=50) == '1 │ artifacts push --token x --file y\n  │                ^^^^^^^^^'
    )


def test_labels_stand_beside_or_below_the_mark() -> None:
    document = Document('x.sh', 'a "$T" b\n' + 'x' * 50 + ' "$T"\n')

    def shown(start: int, role: str) -> list[str]:
        place = Place(document, Span(start, start + 4))
        finding = results.finding(place, message='m', trail=(Related(role, place),))
        return render('text', Result((finding,)), width=60).split('\n\n')[0].splitlines()[4:]

    assert shown(2, 'short') == ['  │   ^^^^ short']
    assert shown(60, 'short') == ['  │' + ' ' * 46 + 'short ^^^^']
    assert shown(2, 'a label that is too long for what is left of it') == [
        '  │   ^^^^ a label that is too long for what is left of it'
    ]
    long = 'a label that is much too long for what is left of this line'
    assert shown(2, long) == [
        '  │   ^^^^',
        '  │ a label that is much too long for what is left of this',
        '  │ line',
    ]


def test_commands_to_ci_systems_are_broken() -> None:
    text = 'echo "##vso[task.setvariable variable=X]y" ##[section] ##teamcity[x]\n'
    document = Document('::set-output name=x::y.sh', text)
    message = 'runs ::add-mask::x and ##[error]y'
    finding = results.finding(Place(document, Span(0, 4)), message=message, why='a\n::stop-commands::x\nb')
    for name in ('text', 'concise', 'github', 'markdown', 'csv', 'junit', 'json', 'sarif', 'gitlab'):
        shown = render(name, Result((finding,)))
        assert '##vso[' not in shown
        assert '##[' not in shown
        assert '##teamcity[' not in shown
        assert not re.search(r'^\s*::(?!error file=)', shown, re.MULTILINE), shown


def test_repeats_are_explained_once() -> None:
    shown = render('text', results.publish())
    assert shown.count('process accounting') == 1
    assert shown.count('`artifacts push` is given') == 2


def test_few_related_places_are_shown() -> None:
    document = Document('x.sh', ''.join(f'line{index}\n' for index in range(10)))
    trail = tuple(Related(f'hop {index}', results.place(document, f'line{index}')) for index in range(7))
    finding = results.finding(results.place(document, 'line9'), trail=trail)
    shown = render('text', Result((finding,)))
    assert re.findall(r'hop \d', shown) == ['hop 0', 'hop 5', 'hop 6']
    assert '= trail: and 4 more places on the way' in shown


def test_the_summary_tells_what_was_not_looked_at() -> None:
    skipped = [Skipped(f'd/{index}.bin', 'binary file', fatal=False) for index in range(9)]
    shown = render('text', Result((), skipped=(*skipped, Skipped('x', 'permission denied'))))
    assert 'Not looked at: 10 files' in shown
    assert '  x: permission denied\n  d/0.bin, d/1.bin, d/2.bin and 6 more: binary file\n' in shown
    assert 'd/8.bin' in render('text', Result((), skipped=tuple(skipped)), show_files=True)


def test_files_without_jobs_are_listed_as_such() -> None:
    taken = (Taken('a.yml', 'github', 'workflow', 0), Taken('b.yml', '', '', 0, 'no pipeline'))
    shown = render('text', Result((), taken=taken), show_files=True)
    assert 'a.yml  GitHub Actions, workflow, no jobs\nb.yml  no pipeline\n' in shown


_ANY = st.text(st.characters(exclude_categories=()), max_size=60)
_NASTY = st.one_of(
    _ANY,
    st.text(st.sampled_from('a \t\n\r\x1b[]#:`|\u202e\u0301\u200d日🙂\ud800\udc80'), max_size=40),
    st.sampled_from(['##vso[x]', '::error::x', '\x1b]8;;http://x\x07', 'x' * 300, '']),
)


@given(_NASTY, _NASTY, _NASTY, st.integers(0, 80), st.integers(0, 80), st.integers(1, 100))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_shown(text: str, path: str, words: str, start: int, end: int, width: int) -> None:
    document = Document(path, text)
    span = Span(min(start, len(text)), min(max(start, end), len(text)))
    place = Place(document, span)
    finding = Finding(
        'r', 'error', 'low', words, place, words, words, (Related(words, place),), words, (words, path)
    )
    skipped = (Skipped(path, words),)
    result = Result((finding,), taken=(Taken(path, '', '', 0, words),), skipped=skipped, notes=(words,))
    plain = render('text', result, width=width, show_files=True)
    assert bare(render('text', result, color=True, width=width, show_files=True)) == plain
    for char in set(plain) - {'\n'}:
        assert unicodedata.category(char) not in ('Cc', 'Cf', 'Cs', 'Co', 'Cn', 'Zl', 'Zp'), repr(char)
