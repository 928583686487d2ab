"""Strings put together and replaced in part: texts, expressions and places stay right."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard import yamltree
from artifacts_guard.ci import fragments
from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from artifacts_guard.text import part
from artifacts_guard.text import whole

DOCUMENT = Document('ci.yml', 'run <<a>> and <<b>>!\nlast')
A = Reference('input', 'a')


def said(text: str) -> Template:
    return fragments.said(Place(DOCUMENT, Span(4, 9)), text)


def test_what_is_put_in_comes_from_what_it_stands_for() -> None:
    found = fragments.splice(whole(DOCUMENT), [Cut(4, 9, said('xyz')), Cut(14, 19, choices=(A, 'v'))])
    assert found.text == 'run xyz and <<b>>!\nlast'
    assert found.expressions == (Expression(12, 17, (A, 'v')),)
    places = {
        word: found.fragment.span(at, at + len(word))
        for word in ('xyz', '<<b>>', '!', 'last')
        if (at := found.text.index(word)) >= 0
    }
    assert places == {'xyz': Span(4, 9), '<<b>>': Span(14, 19), '!': Span(19, 20), 'last': Span(21, 25)}


def test_expressions_in_what_is_put_in_move_along() -> None:
    inner = said('-$-').replace(expressions=(Expression(1, 2, (A,)),))
    found = fragments.splice(whole(DOCUMENT), [Cut(4, 9, inner), Cut(14, 19, inner)])
    assert [(one.start, one.end) for one in found.expressions] == [(5, 6), (13, 14)]


def test_nothing_can_be_put_in() -> None:
    found = fragments.splice(whole(DOCUMENT), [Cut(4, 9, said('')), Cut(14, 19, said(''))])
    assert found.text == 'run  and !\nlast'
    assert found.fragment.span(9, 10) == Span(19, 20)


def test_lines_of_folded_text_keep_their_places() -> None:
    document = Document('ci.yml', 'script: >\n  one $A\n  two $B\n')
    folded = yamltree.parse(document)['script'].fragment
    at = folded.text.index('$A')
    found = fragments.splice(folded, [Cut(at, at + 2, choices=(A,))])
    assert found.text == 'one $A two $B\n'
    assert found.fragment.place(at, at + 2).line == 2
    assert found.fragment.place(found.text.index('$B'), len(found.text)).line == 3


@given(st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=6))
@settings(max_examples=100, deadline=None)
def test_cuts_change_only_what_they_cover(ranges: list[tuple[int, int]]) -> None:
    cuts, at = [], 0
    for one, other in sorted(ranges):
        start, end = max(min(one, other), at), max(one, other, at)
        if start <= 25 and end <= 25:
            cuts.append(Cut(start, end, said('#')))
            at = end
    text = whole(DOCUMENT)
    found = fragments.splice(text, cuts)
    expected, at = '', 0
    for cut in cuts:
        expected += text.text[at : cut.start] + '#'
        at = cut.end
    assert found.text == expected + text.text[at:]
    for index, letter in enumerate(found.text):
        span = found.fragment.span(index, index + 1)
        if letter != '#':
            assert DOCUMENT.text[span.start : span.end] == letter


def test_strings_as_lines_of_one_script() -> None:
    document = Document('ci.yml', 'if x\nthen y\nfi')
    parts = [
        Template(part(document, 0, 4)),
        Template(part(document, 5, 11), (Expression(5, 6, (A,)),)),
        Template(part(document, 12, 14)),
    ]
    found = fragments.joined(parts)
    assert found.text == 'if x\nthen y\nfi'
    assert found.expressions == (Expression(10, 11, (A,)),)
    assert found.fragment.place(12, 14).line == 3
    assert fragments.joined(parts[:1]) is parts[0]


def test_the_tail_of_a_string() -> None:
    value = Template(whole(DOCUMENT), (Expression(4, 9, (A,)), Expression(14, 19, (A,))))
    found = fragments.tail(value, 10)
    assert found.text == 'and <<b>>!\nlast'
    assert [(one.start, one.end) for one in found.expressions] == [(4, 9)]
    assert found.fragment.span(0, 3) == Span(10, 13)


def test_a_brace_closes_at_its_depth() -> None:
    marks = re.compile(r'\$\$|\$\{|\}')
    assert fragments.closing('${a:-${b}c} d}', 2, marks) == 11
    assert fragments.closing('${a $${ }', 2, marks) == 9
    assert fragments.closing('${a ${b}', 2, marks) == -1


def test_scalars_of_any_form() -> None:
    root = yamltree.parse(Document('ci.yml', 'a: [x, [y, {k: z}]]\nb: w\nc: {}\n'))
    assert [one.text for one in fragments.scalars(root['a'])] == ['x', 'y', 'z']
    assert [one.text for one in fragments.scalars(root['b'])] == ['w']
    assert fragments.scalars(root['c']) == fragments.scalars(root['none']) == []
