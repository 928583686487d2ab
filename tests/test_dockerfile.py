"""The lexer of Dockerfiles."""

from __future__ import annotations

import pytest

from artifacts_guard import dockerfile
from artifacts_guard.text import Document
from artifacts_guard.text import whole

INSTRUCTIONS = {
    'upper and lower case': ('FROM a\nrun b\n', ['FROM|a', 'RUN|b']),
    'a comment and an empty line': ('# c\n\nFROM a\n', ['FROM|a']),
    'lines that continue': ('RUN a \\\n  b\n', ['RUN|a   b']),
    'a comment between them': ('RUN a \\\n# c\n\n  b\n', ['RUN|a   b']),
    'flags': (
        'RUN --mount=type=secret,id=a --network=none b --c\n',
        ['RUN|b --c|--mount=type=secret,id=a|--network=none'],
    ),
    'another escape': ('# escape=`\nRUN a `\n b\\\nFROM c\n', ['RUN|a  b\\', 'FROM|c']),
    'a directive that comes too late': ('FROM a\n# escape=`\nRUN b `\n', ['FROM|a', 'RUN|b `']),
    'a here-document': ('RUN <<EOF\na\nb\nEOF\nRUN c\n', ['RUN|<<EOF|<a\nb\n>', 'RUN|c']),
    'a here-document without tabs': ('RUN <<-"E" x\n\ta\n\tE\n', ['RUN|<<-"E" x|<\ta\n>']),
    'two here-documents': ('COPY <<A <<B /x\n1\nA\n2\nB\n', ['COPY|<<A <<B /x|<1\n>|<2\n>']),
    'a here-string is none': ('RUN cat <<<A\nRUN b\n', ['RUN|cat <<<A', 'RUN|b']),
    'only RUN, COPY and ADD have them': ('LABEL a="<<EOF"\nRUN b\n', ['LABEL|a="<<EOF"', 'RUN|b']),
    'line ends of Windows': ('FROM a\r\nRUN b \\\r\n c\r\n', ['FROM|a', 'RUN|b  c']),
    'what is none': ('-- \n{}\n', []),
}


@pytest.mark.parametrize(('text', 'expected'), INSTRUCTIONS.values(), ids=INSTRUCTIONS)
def test_instructions(text: str, expected: list[str]) -> None:
    found = []
    for one in dockerfile.parse(Document('Dockerfile', text)).instructions:
        parts = [one.keyword, one.text.text, *(flag.text for flag in one.flags)]
        found.append('|'.join([*parts, *(f'<{h.body.text}>' for h in one.heredocs)]))
    assert found == expected


ARRAYS = {
    'a list of strings': ('["a", "b c"]', ['a', 'b c']),
    'an escaped quote': (r'["a\"b"]', [r'a\"b']),
    'an empty list': ('[]', []),
    'no list': ('a b', None),
    'single quotes are the form of a shell': ("['a']", None),
    'a test of the shell': ('[ -f a ] && b', None),
    'a list that is not closed': ('["a", "b"', None),
}


@pytest.mark.parametrize(('text', 'expected'), ARRAYS.values(), ids=ARRAYS)
def test_commands_in_json_form(text: str, expected: list[str] | None) -> None:
    ranges = dockerfile.array(whole(Document('Dockerfile', text)))
    assert (None if ranges is None else [text[a:b] for a, b in ranges]) == expected


WORDS = {
    'blanks divide': ('a  b\tc', ['a', 'b', 'c']),
    'not in quotes': ('A="b c" D=\'e f\'', ['A="b c"', "D='e f'"]),
    'nor behind an escape': (r'A=b\ c d', [r'A=b\ c', 'd']),
    'an escaped quote': (r'A="b\" c" d', [r'A="b\" c"', 'd']),
    'a quote that is not closed': ('a "b c', ['a', '"b c']),
    'nothing': ('  ', []),
}


@pytest.mark.parametrize(('text', 'expected'), WORDS.values(), ids=WORDS)
def test_words(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in dockerfile.words(text, '\\')] == expected


def test_a_word_on_a_continued_line_knows_its_line() -> None:
    (one,) = dockerfile.parse(Document('Dockerfile', 'ENV A=1 \\\n    # c\n    B=2\n')).instructions
    at = one.text.text.index('B=2')
    assert one.text.place(at, at + 3).line == 3
