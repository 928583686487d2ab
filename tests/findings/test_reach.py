from __future__ import annotations

import pytest

from artifacts_guard.findings.reach import first_line
from artifacts_guard.findings.reach import last_line
from artifacts_guard.text import Document

# a command or entry begins on the first line; `>` marks the last line that belongs to it
LAST = {
    'one line': ['> artifacts push', 'artifacts push'],
    'continued lines': ['artifacts push \\', '  --file x \\', '>   --token "$T"', 'next'],
    'an escaped backslash does not continue': ['> echo \\\\', 'next'],
    'PowerShell': ['artifacts push `', '>   --token $T', 'next'],
    'cmd': ['artifacts push ^', '>   --token %T%', 'next'],
    'a comment that ends in a backslash': ['> # artifacts push \\', 'next'],
    'a body in quotes': ["curl -d '{", '  "publicEdit": true', ">   }' https://x.example", 'next'],
    'a body in double quotes with escapes': [
        'curl -d "{',
        '  \\"publicEdit\\": true',
        '>   }" https://x.example',
        'next',
    ],
    'a quote and a continued line': [
        'curl \\',
        "  -d '{",
        '  "a": 1',
        ">   }' \\",
        '> https://x.example',
        'next',
    ],
    'a here-document': ['curl -d @- <<EOF', '{"publicEdit": true}', '> EOF', 'next'],
    'a quoted, indented here-document': [
        "  curl -d @- <<-'END' | cat",
        '  {"publicEdit": true}',
        '>   END',
        'next',
    ],
    'two here-documents': ['paste <(cat <<A', '1', 'A', ') - <<B', '2', 'B', 'next'],
    'a here-string is one line': ['> artifacts push --token-stdin <<< "$T"', 'next'],
    'a here-document that never ends': ['> curl <<EOF', '{', '}'],
    'a shift is no here-document': ['> x = 1 << y', 'next'],
    'a quote that never ends': ["> curl '{", 'x', 'y'],
    'an apostrophe in plain text': ["> - name: Don't panic", "  run: echo 'x'"],
    'a quote in a comment': ["> artifacts push # isn't it", "echo 'x'"],
    'a folded scalar': ['- run: >-', '    artifacts push', '>     --token "$T"', '  env:'],
    'a folded scalar with a comment': ['run: > # a comment', '>   artifacts push', 'env:'],
    'a block of lines is not one command': ['> - run: |', '    artifacts push', '    artifacts push'],
    'a plain scalar on two lines': ['- artifacts push --file x', '>     --token "$T"', '- next'],
    'a value on two lines': ['  run: artifacts push', '>     --token "$T"', '  env: x'],
    'a list in brackets': ['args: [push,', '>   --token, $T]', 'next:'],
    'a mapping below its key': ['> env:', '  KEY: x'],
    'a mapping below a list item': ['> - env:', '    KEY: x'],
    'a mapping below an anchor': ['> job: &job', '  script: x'],
    'an entry of a mapping': ['> - name: x', '  run: y'],
    'a key with a comment': ['> env: # for all', '  KEY: x'],
}


@pytest.mark.parametrize('lines', LAST.values(), ids=LAST.keys())
def test_the_last_line(lines: list[str]) -> None:
    marked = [index for index, line in enumerate(lines, 1) if line.startswith('> ')]
    expected = marked[-1] if marked else 3
    document = Document('x.yml', '\n'.join(line.removeprefix('> ') for line in lines))
    assert last_line(document, 1) == expected


def test_yaml_is_folded_in_yaml_only() -> None:
    assert last_line(Document('notes.txt', 'run: artifacts push\n  --token x\n'), 1) == 1


@pytest.mark.parametrize(('line', 'expected'), [(1, 1), (2, 2), (3, 2), (4, 2), (5, 5)])
def test_the_first_line(line: int, expected: int) -> None:
    assert first_line(Document('x.sh', 'a\nb \\\nc \\\nd\ne\n'), line) == expected


@pytest.mark.parametrize(
    'text', ["'\n" * 5000, '<<A\n' * 5000, 'x \\\n' * 5000, '- a\n    b\n' * 5000, "'" + 'x' * 10**6]
)
def test_hostile_text_ends_soon(text: str) -> None:
    document = Document('x.yml', text)
    last = document.line_count()
    assert max(1, last - 200) <= first_line(document, last) <= last
    assert 1 <= last_line(document, 1) <= 202
