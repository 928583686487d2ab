from __future__ import annotations

import re

import pytest

from artifacts_guard.findings.finding import Finding
from artifacts_guard.findings.suppressions import apply
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TODAY = '2026-06-15'
_MARK = re.compile(r'\[\|(?P<level>[EWN]):(?P<rule>[\w-]+)\|\]')
_LEVELS = {'E': 'error', 'W': 'warning', 'N': 'note'}


def check(text: str, path: str = 'ci.yml', inactive: tuple[str, ...] = ()) -> list[str]:
    """What is left of the findings marked in a text (`[|W:rule|]`), and of its comments, as `line state rules`."""
    places, out, last = [], '', 0
    for mark in _MARK.finditer(text):
        out += text[last : mark.start()]
        last = mark.end()
        places.append((len(out), _LEVELS[mark['level']], mark['rule']))
    document = Document(path, out + text[last:])
    findings = [
        Finding(rule, level, 'high', 'm', Place(document, Span(at, at + 1))) for at, level, rule in places
    ]
    kept, hidden, ineffective = apply(findings, {path: document}, TODAY, inactive=inactive)
    assert len(kept) + len(hidden) == len(findings)
    assert all(f.suppression and f.suppression.kind == 'inline' for f in hidden)
    return [
        *[f'{f.place.line} {f.rule}{" (" + f.note + ")" if f.note else ""}' for f in kept],
        *[f'{i.place.line} {i.state} {",".join(i.rules)}' for i in ineffective],
    ]


HIDDEN = {
    'at the end of the line': 'cmd [|W:a|]x # artifacts-guard: ignore[a]',
    'alone on the line before': '# artifacts-guard: ignore[a]\ncmd [|W:a|]x',
    'an error with a reason': '# artifacts-guard: ignore[a] because R\ncmd [|E:a|]x',
    'two rules on one line': '# artifacts-guard: ignore[a, b] because R\ncmd [|E:a|]x [|W:b|]y',
    'one rule twice on a line': '# artifacts-guard: ignore[a] because R\ncmd [|E:a|]x [|E:a|]y',
    'two comments, one below the other': (
        '# artifacts-guard: ignore[a] because R\n# artifacts-guard: ignore[b] because R\ncmd [|E:a|]x [|W:b|]y'
    ),
    'one comment above, one beside': (
        '# artifacts-guard: ignore[a] because R\ncmd [|E:a|]x [|W:b|]y # artifacts-guard: ignore[b]'
    ),
    'a reason in the second of two': '# artifacts-guard: ignore[a]\ncmd [|E:a|]x # artifacts-guard: ignore[a] because R',
    'until a later day': '# artifacts-guard: ignore[a] until 2026-06-16 because R\ncmd [|E:a|]x',
    'until today': '# artifacts-guard: ignore[a] until 2026-06-15 because R\ncmd [|E:a|]x',
    'a note without a reason': 'cmd [|N:a|]x # artifacts-guard: ignore[a]',
    'above a continued command': '# artifacts-guard: ignore[a]\nartifacts push \\\n  --file x \\\n  [|W:a|]--token y',
    'behind a continued command': 'artifacts push \\\n  [|W:a|]--token y \\\n  --file x # artifacts-guard: ignore[a]',
    'above a body in quotes': '# artifacts-guard: ignore[a]\ncurl -d \'{\n  [|W:a|]"publicEdit": true}\' x',
    'above a here-document': '# artifacts-guard: ignore[a]\ncurl -d @- <<EOF\n[|W:a|]{}\nEOF\n',
    'above a folded scalar': '# artifacts-guard: ignore[a]\n- run: >-\n    artifacts push\n    [|W:a|]--token x\n',
    'beside a folded scalar': '- run: >- # artifacts-guard: ignore[a]\n    artifacts push\n    [|W:a|]--token x\n',
    'inside a block of commands': '- run: |\n    x\n    # artifacts-guard: ignore[a]\n    [|W:a|]y\n    z\n',
    'inside a Dockerfile command': 'RUN x \\\n# artifacts-guard: ignore[a]\n  [|W:a|]y \\\n  z\n',
    'HTML inside a script': 'cat <<EOF\n<!-- artifacts-guard: ignore[a] -->\n[|W:a|]x\nEOF\n',
    'C++ inside YAML': '- script: |\n    // artifacts-guard: ignore[a]\n    [|W:a|]x()\n',
    'Windows line ends': '# artifacts-guard: ignore[a] because R\r\ncmd [|E:a|]x\r\n',
    'the comment that is unused on purpose': 'cmd # artifacts-guard: ignore[a, unused-ignore] because R',
    'an unused comment, by the one above': '# artifacts-guard: ignore[unused-ignore]\n# artifacts-guard: ignore[a]\ncmd',
    'an expired comment, by the one above': (
        '# artifacts-guard: ignore[expired-ignore]\ncmd # artifacts-guard: ignore[a] until 2020-01-01 because R'
    ),
}


@pytest.mark.parametrize('text', HIDDEN.values(), ids=HIDDEN.keys())
def test_hidden(text: str) -> None:
    assert check(text) == []


LEFT = {
    'another rule': ('cmd [|W:a|]x # artifacts-guard: ignore[b]', ['1 a', '1 unused b']),
    'another line': ('# artifacts-guard: ignore[a]\n\ncmd [|W:a|]x', ['3 a', '1 unused a']),
    'the line before a comment at the end of a line': (
        'cmd [|W:a|]x\ncmd # artifacts-guard: ignore[a]',
        ['1 a', '2 unused a'],
    ),
    'the line after a comment at the end of a line': (
        'cmd # artifacts-guard: ignore[a]\ncmd [|W:a|]x',
        ['2 a', '1 unused a'],
    ),
    'the second line after': ('# artifacts-guard: ignore[a]\ncmd [|W:a|]x\ncmd [|W:a|]x', ['3 a']),
    'a name that is not a rule': ('cmd [|W:a|]x # artifacts-guard: ignore[a, aa]', ['1 unused aa']),
    'case matters': ('cmd [|W:a|]x # artifacts-guard: ignore[A]', ['1 a', '1 unused A']),
    'no name hides nothing': ('cmd [|W:a|]x # artifacts-guard: ignore because R', ['1 a', '1 unused ']),
    'empty brackets hide nothing': ('cmd [|W:a|]x # artifacts-guard: ignore[]', ['1 a', '1 unused ']),
    'an asterisk hides nothing': ('cmd [|W:a|]x # artifacts-guard: ignore[*]', ['1 a', '1 unused *']),
    'an error without a reason': (
        '# artifacts-guard: ignore[a]\ncmd [|E:a|]x',
        ['2 a (the ignore comment on line 1 hides no error without a reason: add `because` and the reason)'],
    ),
    'an error without, a warning needs none': (
        '# artifacts-guard: ignore[a, b]\ncmd [|E:a|]x [|W:b|]y',
        ['2 a (the ignore comment on line 1 hides no error without a reason: add `because` and the reason)'],
    ),
    'an expired one': (
        '# artifacts-guard: ignore[a] until 2026-06-14 because R\ncmd [|W:a|]x',
        ['2 a (the ignore comment on line 1 expired on 2026-06-14)', '1 expired a'],
    ),
    'an expired one above nothing': (
        '# artifacts-guard: ignore[a] until 2020-02-29 because R\ncmd',
        ['1 expired a'],
    ),
    'a date that is none': (
        '# artifacts-guard: ignore[a] until 2026-02-30 because R\ncmd [|W:a|]x',
        [
            '2 a (the ignore comment on line 1 hides nothing: `2026-02-30` is no date, write it as 2027-01-31)',
            '1 unused a',
        ],
    ),
    'a date in another form': (
        '# artifacts-guard: ignore[a] until 20270131 because R\ncmd [|W:a|]x',
        [
            '2 a (the ignore comment on line 1 hides nothing: `20270131` is no date, write it as 2027-01-31)',
            '1 unused a',
        ],
    ),
    'the rest of a block of commands': (
        '# artifacts-guard: ignore[a]\n- run: |\n    [|W:a|]x\n',
        ['3 a', '1 unused a'],
    ),
    'a continued line above the comment': (
        'RUN [|W:a|]x \\\n# artifacts-guard: ignore[a]\n  [|W:a|]y\n',
        ['1 a'],
    ),
    'at the end of the document': ('cmd [|W:a|]x\n# artifacts-guard: ignore[a]', ['1 a', '2 unused a']),
    'an ignored ignore that is used': (
        '# artifacts-guard: ignore[a, unused-ignore] because R\ncmd [|W:a|]x',
        ['1 unused unused-ignore'],
    ),
    'an expired one does not excuse itself': (
        '# artifacts-guard: ignore[a, expired-ignore] until 2020-01-01 because R\ncmd',
        ['1 expired a,expired-ignore'],
    ),
}


@pytest.mark.parametrize(('text', 'expected'), LEFT.values(), ids=LEFT.keys())
def test_left(text: str, expected: list[str]) -> None:
    assert check(text) == expected


def test_nothing_is_said_of_rules_that_did_not_run() -> None:
    assert check('cmd # artifacts-guard: ignore[piling-push, a]', inactive=('piling-push',)) == ['1 unused a']
    assert check('cmd # artifacts-guard: ignore[piling-push]', inactive=('piling-push',)) == []


def test_illustrations_in_prose_may_hide_and_are_not_reported() -> None:
    assert check('    # artifacts-guard: ignore[a] because R\n    cmd [|E:a|]x', 'guide.md') == []
    assert check('    # artifacts-guard: ignore[a] because R\n', 'guide.md') == []
    assert check('<!-- artifacts-guard: ignore[a] because R -->\n', 'guide.md') == ['1 unused a']


def test_the_reason_and_the_place_go_with_the_finding() -> None:
    document = Document('x.sh', 'cmd # artifacts-guard: ignore[a] because the VM is ours\n')
    finding = Finding('a', 'error', 'high', 'm', Place(document, Span(0, 3)))
    _, (hidden,), _ = apply([finding], {}, TODAY)
    assert hidden.suppression is not None
    assert hidden.suppression.reason == 'the VM is ours'
    assert hidden.suppression.place is not None
    assert hidden.suppression.place.start.column == 5
    assert hidden.replace(suppression=None) == finding


def test_comments_of_documents_without_findings_are_reported_in_order() -> None:
    documents = {
        p: Document(p, '# artifacts-guard: ignore[a]\n# artifacts-guard: ignore[b]\n\n')
        for p in ('z.sh', 'b.sh')
    }
    _, _, ineffective = apply([], documents, TODAY)
    assert [(i.place.path, i.place.line) for i in ineffective] == [
        ('b.sh', 1),
        ('b.sh', 2),
        ('z.sh', 1),
        ('z.sh', 2),
    ]


def test_a_note_is_kept_beside_the_new_one() -> None:
    document = Document('x.sh', 'cmd # artifacts-guard: ignore[a]\n')
    finding = Finding('a', 'error', 'high', 'm', Place(document, Span(0, 3)), note='first')
    (kept,), _, _ = apply([finding], {}, TODAY)
    assert kept.note.startswith('first; the ignore comment on line 1 ')


def test_many_comments_stay_quick() -> None:
    text = "# artifacts-guard: ignore[a]\n'x\n" * 5000
    document = Document('x.sh', text)
    finding = Finding('b', 'error', 'high', 'm', Place(document, Span(0, 3)))
    kept, _, ineffective = apply([finding], {'x.sh': document}, TODAY)
    assert len(kept) == 1
    assert len(ineffective) == 5000
