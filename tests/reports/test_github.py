from __future__ import annotations

import re

from artifacts_guard.findings.finding import Result
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.reports import render
from artifacts_guard.reports.github import LIMIT
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests.reports import results


def shown(path: str = 'x.sh', text: str = 'cmd arg\n', span: Span | None = None, **fields: object) -> str:
    """The annotation of one finding."""
    finding = results.finding(Place(Document(path, text), span or Span(4, 7)), **fields)
    return render('github', Result((finding,))).splitlines()[0]


def many(numbers: dict[str, int]) -> list[str]:
    document = Document('x.sh', 'a\n' * 50)
    found = [
        results.finding(Place(document, Span(2 * index, 2 * index + 1)), level=level)
        for level, number in numbers.items()
        for index in range(number)
    ]
    return render('github', Result(tuple(found))).splitlines()


def test_an_annotation() -> None:
    assert shown(message='m') == '::error file=x.sh,line=1,endLine=1,col=5,endColumn=7,title=token-flag::m'
    assert shown(message='m', level='note').startswith('::notice ')
    assert shown(message='m', level='warning').startswith('::warning ')


def test_over_several_lines_there_are_no_columns() -> None:
    assert (
        shown(text='a\nb\n', span=Span(0, 3), message='m')
        == '::error file=x.sh,line=1,endLine=2,title=token-flag::m'
    )


def test_escapes() -> None:
    assert shown('a,b:c%d.sh', message='50% of\r\nit').startswith('::error file=a%2Cb%3Ac%25d.sh,')
    assert shown(message='50% of\r\nit').endswith('::50%25 of\\r\\nit')
    assert shown(message='m', why='a\nb').endswith('::m%0AWhy: a%0Ab')


def test_up_to_the_limit_all_are_annotations() -> None:
    lines = many({'error': LIMIT, 'warning': LIMIT})
    assert len(lines) == 2 * LIMIT + 1
    assert all(line.startswith('::') for line in lines[:-1])


def test_beyond_the_limit_the_rest_is_summarised() -> None:
    lines = many({'error': LIMIT + 3, 'note': 1})
    annotations = [line for line in lines if line.startswith(('::error', '::notice'))]
    assert sum(line.startswith('::error') for line in annotations) == LIMIT
    assert annotations[-1].startswith('::error title=artifacts-guard::4 more errors: ')
    group = lines[
        lines.index('::group::artifacts-guard: findings without an annotation') + 1 : lines.index(
            '::endgroup::'
        )
    ]
    assert len(group) == 4
    assert all(re.match(r'x\.sh:\d+:1: error\[token-flag\] ', line) for line in group)


def test_what_could_not_be_checked_is_one_annotation() -> None:
    skipped = (
        Skipped('a.yml', 'permission denied'),
        Skipped('b,c', '50% :: read'),
        Skipped('x', 'y', fatal=False),
    )
    assert render('github', Result((), skipped=skipped)).splitlines() == [
        '::warning title=artifacts-guard::Not checked: 2 files%0Aa.yml: permission denied%0Ab,c: 50%25 :: read',
        'No findings.',
    ]


def test_of_many_files_that_could_not_be_checked_few_are_named() -> None:
    skipped = tuple(Skipped(f'{number:04}.yml', 'denied') for number in range(5000))
    annotation, _ = render('github', Result((), skipped=skipped)).splitlines()
    assert '::Not checked: 5,000 files%0A0000.yml: denied' in annotation
    assert annotation.endswith('0009.yml: denied%0Aand 4,990 more')


def test_what_could_not_be_checked_takes_the_place_of_one_warning() -> None:
    document = Document('x.sh', 'a\n' * 50)
    found = [results.finding(Place(document, Span(2 * n, 2 * n + 1)), level='warning') for n in range(LIMIT)]
    lines = render('github', Result(tuple(found), skipped=(Skipped('a.yml', 'denied'),))).splitlines()
    assert sum(line.startswith('::warning') for line in lines) == LIMIT
    assert any('::2 more warnings: ' in line for line in lines)


def test_it_ends_with_the_numbers() -> None:
    assert many({'error': 2, 'note': 1})[-1] == 'Found 2 errors and 1 note in 1 file.'
    assert render('github', Result(())) == 'No findings.\n'
