from __future__ import annotations

import pytest

from artifacts_guard.findings.comments import comments
from artifacts_guard.text import Document


def one(text: str, path: str = 'ci.yml') -> str:
    """The comments of a text, each as `names|until|reason|alone`."""
    return '; '.join(
        f'{",".join(c.names)}|{c.until}|{c.reason}|{"alone" if c.alone else "beside"}{" quoted" if c.quoted else ""}'
        for c in comments(Document(path, text))
    )


READ = {
    'alone on a line': ('# artifacts-guard: ignore[token-flag] because R', 'token-flag||R|alone'),
    'at the end of a line': ('cmd # artifacts-guard: ignore[token-flag] because R', 'token-flag||R|beside'),
    'two rules': ('# artifacts-guard: ignore[rule-a, rule-b] because R', 'rule-a,rule-b||R|alone'),
    'names without spaces, one of them twice': ('# artifacts-guard: ignore[a,b,a] because R', 'a,b||R|alone'),
    'with a date': ('# artifacts-guard: ignore[a] until 2027-01-31 because R', 'a|2027-01-31|R|alone'),
    'a comma after the date': (
        '# artifacts-guard: ignore[a] until 2027-01-31, because R',
        'a|2027-01-31|R|alone',
    ),
    'without a reason': ('# artifacts-guard: ignore[a]', 'a|||alone'),
    'words that are no reason': ('# artifacts-guard: ignore[a] the VM is ours', 'a|||alone'),
    'a date that is none': ('# artifacts-guard: ignore[a] until soon because R', 'a|soon|R|alone'),
    'until without a date': ('# artifacts-guard: ignore[a] until because R', 'a|?|R|alone'),
    'a reason that speaks of a date': (
        '# artifacts-guard: ignore[a] because ok until 2027-01-31',
        'a||ok until 2027-01-31|alone',
    ),
    'no names': ('# artifacts-guard: ignore because R', '||R|alone'),
    'empty brackets': ('# artifacts-guard: ignore[] because R', '||R|alone'),
    'an open bracket': ('# artifacts-guard: ignore[a because R', '|||alone'),
    'more or less room': ('#artifacts-guard:ignore [ a ]  because  R  ', 'a||R|alone'),
    'C++': ('x(); // artifacts-guard: ignore[a] because R', 'a||R|beside'),
    'C++ right behind a statement': ('x();// artifacts-guard: ignore[a] because R', 'a||R|beside'),
    'C': ('/* artifacts-guard: ignore[a] because R */', 'a||R|alone'),
    'C before code': ('/* artifacts-guard: ignore[a] because R */ x();', 'a||R|beside'),
    'SQL': ('-- artifacts-guard: ignore[a] because R', 'a||R|alone'),
    'cmd': ('REM artifacts-guard: ignore[a] because R', 'a||R|alone'),
    'cmd, silent and small': ('@rem artifacts-guard: ignore[a] because R', 'a||R|alone'),
    'cmd at the end of a command': ('cmd & REM artifacts-guard: ignore[a] because R', 'a||R|beside'),
    'cmd with a label': (':: artifacts-guard: ignore[a] because R', 'a||R|alone'),
    'HTML': ('<!-- artifacts-guard: ignore[a] because R -->', 'a||R|alone'),
    'ini': ('; artifacts-guard: ignore[a] because R', 'a||R|alone'),
    'Helm': ('{{/* artifacts-guard: ignore[a] because R */}}', 'a||R|alone'),
    'Helm, trimming': ('{{- /* artifacts-guard: ignore[a] because R */ -}}', 'a||R|alone'),
    'PowerShell': ('<# artifacts-guard: ignore[a] because R #>', 'a||R|alone'),
    'a silent line of make': ('\t@# artifacts-guard: ignore[a] because R', 'a||R|alone'),
    'an entry that begins below its comment': ('  - # artifacts-guard: ignore[a] because R', 'a||R|alone'),
    'behind a byte order mark': ('\ufeff# artifacts-guard: ignore[a] because R', 'a||R|alone'),
    'with a carriage return': ('# artifacts-guard: ignore[a] because R\r\nx\r\n', 'a||R|alone'),
    'in a one-line YAML string': ('run: "cmd # artifacts-guard: ignore[a] because R"', 'a||R|beside'),
    'two on one line': (
        '# artifacts-guard: ignore[a] because R # artifacts-guard: ignore[b] because S',
        'a||R|alone; b||S|alone',
    ),
    'two on two lines': (
        '# artifacts-guard: ignore[a] because R\n  # artifacts-guard: ignore[b]\n',
        'a||R|alone; b|||alone',
    ),
}


@pytest.mark.parametrize(('text', 'expected'), READ.values(), ids=READ.keys())
def test_a_comment_is_read(text: str, expected: str) -> None:
    assert one(text) == expected


NOT_READ = {
    'no text at all': '',
    'another word': '# artifacts-guard: ignored[a] because R',
    'a word that goes on': '# artifacts-guard: ignore-me [a]',
    'another tool': '# other-guard: ignore[a] because R',
    'no comment marker': 'artifacts-guard: ignore[a] because R',
    'a string of code': "text = '# artifacts-guard: ignore[a] because R'",
    'code in prose': 'Write `# artifacts-guard: ignore[a] because R` above it.',
    'a fragment of a URL': 'https://x.example/#artifacts-guard: ignore[a]',
    'a URL': 'see http://artifacts-guard: ignore[a]',
    'a marker inside a word': 'x#artifacts-guard: ignore[a] because R',
    'a word that ends in rem': 'lorem artifacts-guard: ignore[a] because R',
}


@pytest.mark.parametrize('text', NOT_READ.values(), ids=NOT_READ.keys())
def test_no_comment_is_read(text: str) -> None:
    assert one(text) == ''


@pytest.mark.parametrize(
    ('path', 'text', 'expected'),
    [
        ('guide.md', '<!-- artifacts-guard: ignore[a] because R -->', 'a||R|alone'),
        ('guide.md', '# artifacts-guard: ignore[a] because R', 'a||R|alone quoted'),
        ('guide.md', '    cmd # artifacts-guard: ignore[a] because R', 'a||R|beside quoted'),
        ('guide.mdx', '{/* artifacts-guard: ignore[a] because R */}', 'a||R|alone'),
        ('guide.rst', '# artifacts-guard: ignore[a] because R', 'a||R|alone quoted'),
        ('ci.yml', '# artifacts-guard: ignore[a] because R', 'a||R|alone'),
    ],
)
def test_prose_shows_comments_of_other_languages(path: str, text: str, expected: str) -> None:
    assert one(text, path) == expected


def test_the_place_is_the_comment_without_what_surrounds_it() -> None:
    text = 'a: b   <!-- artifacts-guard: ignore[a] because R --> text\ncmd # artifacts-guard: ignore[b]  \n'
    assert [c.place.text for c in comments(Document('x', text))] == [
        '<!-- artifacts-guard: ignore[a] because R -->',
        '# artifacts-guard: ignore[b]',
    ]


def test_an_endless_line_is_read_in_linear_time() -> None:
    text = (
        'x' * 100_000
        + ' # artifacts-guard: ignore[a] because '
        + 'y' * 100_000
        + '# artifacts-guard: ignore[' * 20_000
    )
    found = comments(Document('x.txt', text))
    assert found[0].names == ('a',)
    assert len(found[0].reason) < 5000
