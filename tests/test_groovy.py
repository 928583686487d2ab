"""Groovy text in, strings with their places and calls out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard import groovy
from artifacts_guard.groovy import Item
from artifacts_guard.text import Document
from artifacts_guard.text import Fragment


def only_string(text: str) -> Item:
    items, problem = groovy.parse(text)
    assert problem is None
    (found,) = [item for item in items if item.kind == groovy.STRING]
    return found


STRINGS = {
    'single quotes': (r"'make all'", 'make all', ()),
    'no holes in single quotes': ("'echo $X ${Y}'", 'echo $X ${Y}', ()),
    'an escaped quote': (r"'it\'s'", "it's", ()),
    'a backslash': (r"'tools\\x.cmd'", r'tools\x.cmd', ()),
    'a line end by its escape': (r"'a\nb'", 'a\nb', ()),
    'a letter by its number': (r"'\u0041'", 'A', ()),
    'an escape that is none': (r"'\q'", r'\q', ()),
    'three quotes': ("'''a\n'b'\n'''", "a\n'b'\n", ()),
    'a line that goes on': ("'''a \\\n  b'''", 'a   b', ()),
    'a backslash for the shell': ('"""a \\\\\n b"""', 'a \\\n b', ()),
    'braces': ('"a ${env.X} b"', 'a ${env.X} b', ('env.X',)),
    'a bare name': ('"a $X b"', 'a $X b', ('X',)),
    'a bare name with a member': ('"$env.X/y"', '$env.X/y', ('env.X',)),
    'an escaped dollar': (r'"\$X ${Y}"', '$X ${Y}', ('Y',)),
    'quotes in braces': ('"${env.N ?: \'}"\'}"', "${env.N ?: '}\"'}", ("env.N ?: '}\"'",)),
    'braces in braces': ('"${list.collect { it }} x"', '${list.collect { it }} x', ('list.collect { it }',)),
    'a dollar alone': ('"5$ $(date)"', '5$ $(date)', ()),
    'dollar slashy': ('$/a "b" $$c $/ ${d}/$', 'a "b" $c / ${d}', ('d',)),
    'slashy behind an operator': ('x = /a b/', 'a b', ()),
}


@pytest.mark.parametrize(('text', 'value', 'codes'), STRINGS.values(), ids=STRINGS)
def test_strings(text: str, value: str, codes: tuple[str, ...]) -> None:
    found = only_string(text)
    assert found.text == value
    assert tuple(hole.code for hole in found.holes) == codes


NO_STRINGS = {
    'a division': 'x = total / 2 / count',
    'a comment': "// don't",
    'a block comment': "/* it's */",
    'the interpreter line': "#!/usr/bin/env groovy's",
}


@pytest.mark.parametrize('text', NO_STRINGS.values(), ids=NO_STRINGS)
def test_what_is_no_string(text: str) -> None:
    items, problem = groovy.parse(text)
    assert problem is None
    assert [item for item in items if item.kind == groovy.STRING] == []


def test_a_strings_letters_lead_back_to_the_document() -> None:
    text = 'sh """\n  a \\\\\n  --token ${KEY}\n"""'
    found = only_string(text)
    fragment = Fragment(Document('Jenkinsfile', text), found.text, found.pieces)
    at = found.text.index('--token')
    assert fragment.place(at, at + 7).text == '--token'
    assert fragment.place(at, at + 7).line == 3
    (hole,) = found.holes
    assert fragment.place(hole.start, hole.end).text == '${KEY}'


PROBLEMS = {
    'a bracket that is never closed': ('node {\n', 5),
    'a bracket that closes nothing': ('}\n', 0),
    'a bracket of another kind': ('f(1]', 3),
    'a string over a line end': ("sh 'make\n", 3),
    'a long string without end': ("sh '''make\n", 3),
}


@pytest.mark.parametrize(('text', 'offset'), PROBLEMS.values(), ids=PROBLEMS)
def test_problems(text: str, offset: int) -> None:
    problem = groovy.parse(text)[1]
    assert problem is not None
    assert problem.offset == offset


def shown(text: str) -> list[str]:
    """Each statement's calls as `name(name=first…)`, with `{}` for each block."""
    items, _ = groovy.parse(text)
    found = []
    for statement in groovy.statements(items):
        for call in groovy.calls(statement):
            words = ', '.join((f'{a.name}=' if a.name else '') + a.items[0].text for a in call.arguments)
            found.append(f'{call.name}({words}){"{}" * len(call.closures)}')
    return found


CALLS = {
    'a command': ("sh 'make'", ['sh(make)']),
    'parentheses': ("sh('make')", ['sh(make)']),
    'names': ("sh script: 'make', returnStdout: true", ['sh(script=make, returnStdout=true)']),
    'over lines': ("sh(\n  script: 'make',\n  label: 'x'\n)", ['sh(script=make, label=x)']),
    'a comma at the end of a line': ("sh script: 'make',\n   label: 'x'", ['sh(script=make, label=x)']),
    'a block': ("stage('a') { sh 'b' }", ['stage(a){}']),
    'a block on the next line': ("stage('a')\n{ sh 'b' }", ['stage(a){}']),
    'a block behind named arguments': ("lock(resource: 'a') { b() }", ['lock(resource=a){}']),
    'blocks by name': ('parallel a: { x() }, b: { y() }', ['parallel(a={, b={)']),
    'an assigned value': ("def x = sh(script: 'a').trim()", ['sh(script=a)', 'trim()']),
    'two on a line': ("sh 'a'; sh 'b'", ['sh(a)', 'sh(b)']),
    'a condition and its statement': ("if (x) sh 'a'\nelse sh 'b'", ['if(x)', 'sh(a)', 'sh(b)']),
    'a condition and its block': ('if (x) { a() } else { b() }', ['if(x){}', '(){}']),
    'a chain over lines': ("docker.image('a')\n  .inside { b() }", ['docker.image(a)', 'inside(){}']),
    'a list': ("withEnv(['A=1']) { b() }", ['withEnv([){}']),
}


@pytest.mark.parametrize(('text', 'calls'), CALLS.values(), ids=CALLS)
def test_calls(text: str, calls: list[str]) -> None:
    assert shown(text) == calls


NO_CALLS = {
    'a declaration': "String x = 'a'",
    'a definition': "def x = 'a'",
    'an assignment': "x = 'a'",
    'a name': 'x',
    'an import': 'import hudson.model',
}


@pytest.mark.parametrize('text', NO_CALLS.values(), ids=NO_CALLS)
def test_what_is_no_call(text: str) -> None:
    assert shown(text) == []


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='ab\'"$/{}()[]\\\n ;=.,:*?', max_size=60))
def test_any_text_is_read(text: str) -> None:
    items, _ = groovy.parse(text)
    for item in items:
        assert 0 <= item.start <= item.end <= len(text)
    for statement in groovy.statements(items):
        for call in groovy.calls(statement):
            assert call.start <= call.end


def test_deep_brackets_are_cut() -> None:
    items, problem = groovy.parse('{' * 5000 + '}' * 5000)
    assert problem is None
    assert len(items) == 1
