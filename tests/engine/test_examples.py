"""Running examples: marks against findings, with an analysis made by hand."""

from __future__ import annotations

import re
from typing import Any

import pytest

from artifacts_guard.engine import examples
from artifacts_guard.engine import samples
from artifacts_guard.engine.rule import Example
from artifacts_guard.facts.model import Exposure
from artifacts_guard.facts.model import Fact
from artifacts_guard.findings.finding import Finding
from artifacts_guard.settings import Settings
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests.engine.made import BY_TENANCY
from tests.engine.made import rule

RULE = rule(level=BY_TENANCY)


def analyse(files: dict[str, str], settings: Settings) -> list[Fact]:
    """A flag is wherever `--token` and a word stand; its host is shared if the settings name any."""
    tenancy = settings.hosts[0].tenancy if settings.hosts else 'unknown'
    documents = [Document(path, text) for path, text in files.items()]
    return [
        Exposure(Place(d, Span(m.start(), m.end())), sink='flag', program='artifacts', tenancy=tenancy)
        for d in documents
        for m in re.finditer(r'--token \S+', d.text)
    ]


def example(**fields: Any) -> Example:
    return Example(**({'name': 'an example', 'path': 'a.sh'} | fields))


RIGHT: list[tuple[str, Example]] = [
    ('the mark is the span', example(text='artifacts [|--token x|] push\n')),
    ('the mark covers the span', example(text='[|artifacts --token x push|]\n')),
    ('two marks, in two lines', example(text='[|--token x|]\n  [|--token y|]\n')),
    ('two marks on one line', example(text='[|--token x|] && [|--token y|]\n')),
    ('a mark over two lines', example(text='[|artifacts \\\n  --token x|]\n')),
    ('marks in two files', example(path='', files={'a': '[|--token x|]', 'b': 'y\n[|--token x|]', 'c': ''})),
    ('no marks, nothing found', example(text='artifacts push\n')),
    ('the level', example(text='[|--token x|]', level='warning')),
    ('the level with settings', example(
        text='[|--token x|]', level='error', settings={'hosts': [{'pattern': '*', 'tenancy': 'shared'}]})),
    ('a known gap', example(text='[|--tokens x|]', known_gap='not seen yet')),
]  # fmt: skip


@pytest.mark.parametrize('made', [r[1] for r in RIGHT], ids=[r[0] for r in RIGHT])
def test_what_is_marked_is_found(made: Example) -> None:
    assert examples.run(RULE, made, analyse) == []


WRONG: list[tuple[str, Example, list[str]]] = [
    ('a mark at which nothing is', example(text='x\n[|artifacts push|]\n'),
     ["a.sh:2: 'artifacts push' is marked, but was not found"]),
    ('something that is not marked', example(text='artifacts --token x\n'),
     ["a.sh:1: found '--token x', which is not marked"]),
    ('a mark of a part', example(text='--token [|x|]\n'), ["a.sh:1: found '--token x', but 'x' is marked"]),
    ('a mark beside', example(text='[|artifacts|] --token x\n'),
     ["a.sh:1: 'artifacts' is marked, but was not found", "a.sh:1: found '--token x', which is not marked"]),
    ('one mark for two', example(text='[|--token x --token y|]\n'), ["a.sh:1: found '--token y', which is not marked"]),
    ('a mark in another file', example(path='', files={'a': '[|x|]', 'b': '--token x'}),
     ["a:1: 'x' is marked, but was not found", "b:1: found '--token x', which is not marked"]),
    ('another level', example(text='[|--token x|]', level='error'), ['a.sh:1: the level is warning, not error']),
    ('a gap that is closed', example(text='[|--token x|]', known_gap='not seen yet'),
     ['it holds now: take its known_gap out']),
]  # fmt: skip


@pytest.mark.parametrize(('made', 'expected'), [r[1:] for r in WRONG], ids=[r[0] for r in WRONG])
def test_each_difference_is_told_in_words(made: Example, expected: list[str]) -> None:
    assert examples.run(RULE, made, analyse) == expected


def test_a_pedantic_example_asks_for_everything() -> None:
    fussy = RULE.replace(pedantic={})

    assert examples.run(fussy, example(text='[|--token x|]', pedantic=True), analyse) == []
    assert examples.run(fussy, example(text='--token x'), analyse) == []


@pytest.mark.parametrize('status', ['preview', 'stable', 'deprecated'])
def test_a_rule_of_any_status_speaks_in_its_examples(status: str) -> None:
    assert examples.run(RULE.replace(status=status), example(text='[|--token x|]'), analyse) == []


def test_a_fix_is_compared_with_what_the_example_says() -> None:
    def repair(files: dict[str, str], found: Any) -> dict[str, str]:
        assert all(isinstance(one, Finding) for one in found)
        return {path: text.replace(' --token x', '') for path, text in files.items()}

    right = example(text='artifacts [|--token x|] push\n', fixed={'a.sh': 'artifacts push\n'})
    wrong = example(text='artifacts [|--token x|] push\n', fixed={'a.sh': 'artifacts\n'})

    assert examples.run(RULE, right, analyse, repair) == []
    assert examples.run(RULE, wrong, analyse, repair) == ['a.sh: the fix gives another text']


def test_ignore_comments_are_judged_after_all_rules() -> None:
    about = rule(
        id='unused-ignore', fact='ignore-comment', when={'state': 'unused'}, message='x', group='scan'
    )
    text = '[|# artifacts-guard: ignore[token-flag] because of that|]\necho\n# artifacts-guard: ignore[token-flag] because of this\n--token x\n'

    assert examples.run(about, example(text=text), analyse) == []


# marks and tokens


def test_marks_are_taken_out_and_told() -> None:
    assert samples.unmark('a [|b|] c\n[|d [|e|] f|]') == (
        'a b c\nd e f',
        (Span(2, 3), Span(6, 11), Span(8, 9)),
    )
    assert samples.unmark('no marks') == ('no marks', ())
    assert samples.unmark('here [||]') == ('here ', (Span(5, 5),))


SHAPES = {
    'api-key': r'aa_k_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]',
    'documented-key': r'aa_live_[A-Za-z0-9]{32}',
    'agent-token': r'aa_at_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]',
    'claim-token': r'aa_claim_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]',
    'session': r'[A-Za-z0-9]{32}',
}


@pytest.mark.parametrize('kind', samples.TOKENS)
def test_a_placeholder_becomes_a_token_of_the_right_form(kind: str) -> None:
    text = f'x @{kind}@ y @{kind}-1@ z @{kind}@'

    first, second, third = re.findall(SHAPES[kind], samples.prepared({'a': text}, 'seed').documents['a'])

    assert first == third != second
    assert first == samples.token(kind, 'seed')
    assert first != samples.token(kind, 'another seed')


def test_marks_hold_with_tokens_in_them() -> None:
    made = samples.prepared({'a': 'T=[|@api-key@|]\n'}, 'seed')

    (span,) = made.marks['a']
    assert made.documents['a'][span.start : span.end] == samples.token('api-key', 'seed')


def test_a_difference_shows_no_token() -> None:
    differences = examples.run(RULE, example(text='--token @api-key@ [|@session@|]'), analyse)

    assert differences == [
        "a.sh:1: '@session@' is marked, but was not found",
        "a.sh:1: found '--token @api-key@', which is not marked",
    ]


def test_pages_show_no_whole_token() -> None:
    assert samples.shown('@api-key@ @documented-key-2@ @session@') == 'aa_k_… aa_live_… <session>'


def test_what_looks_like_a_placeholder_and_is_none_stays() -> None:
    text = 'npx @agent-artifacts/cli@0.1.1 me@example.org actions/checkout@v4 @@ @Api@ @a b@'

    assert samples.prepared({'a': text}, 'seed').documents['a'] == text
    assert samples.problems({'a': text}, (), {}) == []
    assert samples.problems({'a': 'a@b@c'}, (), {}) == ['unknown placeholder @b@']
