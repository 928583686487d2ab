"""Texts of Python and JavaScript in, the values and calls of the model out."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard import code
from artifacts_guard.code import model
from artifacts_guard.code.model import Node


def shown(node: object) -> str:
    """A node or statement in short words; `_` is not known."""
    if isinstance(node, model.Text):
        return '"' + ''.join(p if isinstance(p, str) else '{' + shown(p) + '}' for p in node.parts) + '"'
    if isinstance(node, model.Name):
        return node.name
    if isinstance(node, model.Member):
        return f'{shown(node.value)}.{node.name}'
    if isinstance(node, model.Item):
        return f'{shown(node.value)}[{shown(node.key) if node.key else "*"}]'
    if isinstance(node, model.Call):
        words = [*map(shown, node.arguments), *(f'{name}={shown(value)}' for name, value in node.named)]
        return f'{shown(node.function)}({", ".join(words)})'
    if isinstance(node, model.Sequence):
        return f'[{", ".join(map(shown, node.items))}]'
    if isinstance(node, model.Spread):
        return f'*{shown(node.value)}'
    if isinstance(node, model.Table):
        return '{' + ', '.join(f'{shown(k) + ": " if k else "**"}{shown(v)}' for k, v in node.entries) + '}'
    return _composed(node)


def _composed(node: object) -> str:
    if isinstance(node, model.Sum):
        return ' + '.join(map(shown, node.nodes))
    if isinstance(node, model.Choice):
        return f'({" | ".join(map(shown, node.nodes))})'
    if isinstance(node, model.Function):
        given_ = ' '.join(p.name + {'rest': '*', 'named': '**'}.get(p.kind, '') for p in node.parameters)
        return f'{node.name}<{given_}>({block(node.body)})'
    if isinstance(node, model.Assign):
        return f'{shown(node.target)} {"+" * node.added}= {shown(node.value)}'
    if isinstance(node, model.Branch):
        return f'either({" / ".join(map(block, node.bodies))})'
    if isinstance(node, model.Return):
        return f'return {shown(node.value)}'
    if isinstance(node, model.Class):
        return f'class {node.name}({" ".join(map(shown, node.methods))}; {block(node.body)})'
    if isinstance(node, model.Import):
        return f'{node.alias} of {node.module}:{node.name}'
    if isinstance(node, model.Main):
        return f'main({block(node.body)})'
    assert isinstance(node, Node)
    return '_' if not node.nodes else f'_({", ".join(map(shown, node.nodes))})'


def block(body: tuple[model.Statement, ...]) -> str:
    return '; '.join(map(shown, body))


def read(text: str, language: str) -> str:
    program = code.read(text, language)
    assert isinstance(program, model.Program)
    return block(program.body)


PYTHON = {
    'strings': ('x = \'a\' "b"', 'x = "ab"'),
    'bytes': ("x = b'a'", 'x = "a"'),
    'f-strings': ("f'a{b.c}d'", '"a{b.c}d"'),
    'lists and what is spread': ('[a, *b]', '[a, *b]'),
    'tables': ("{'a': 1, **b}", '{"a": _, **b}'),
    'calls': ('a.b(c, *d, e=f, **g)', 'a.b(c, *d, e=f, =g)'),
    'sums': ("a + 'b' + c", 'a + "b" + c'),
    'choices': ('a or b if c else d', '((a | b) | d)'),
    'awaited': ('await a()', 'a()'),
    'functions': ('def a(b, *c, d=1, **e):\n  return b', 'a<b c* d e**>(return b)'),
    'branches': ('if a:\n  b\nelif c:\n  d', 'a; either(b / c; either(d / ))'),
    'loops': ('for a in b:\n  c', 'either(a = b[*]; c)'),
    'entered': ('with a() as b:\n  c', 'b = a(); c'),
    'the main part': ('if __name__ == "__main__":\n  a()', 'main(a())'),
    'imports': ('import a.b, c as d\nfrom .e import f as g', 'a of a:; d of c:; g of .e:f'),
    'classes': ('class A:\n  b = 1\n  def c(self): return self.b', 'class A(c<self>(return self.b); b = _)'),
}


@pytest.mark.parametrize(('text', 'expected'), PYTHON.values(), ids=PYTHON)
def test_python(text: str, expected: str) -> None:
    assert read(text, code.PYTHON) == expected


JAVASCRIPT = {
    'strings': (r'x = "a\"b" + ' + r"'c\n'", 'x = "a"b" + "c\n"'),
    'templates': ('x = `a${b.c}d${`${e}`}`', 'x = "a{b.c}d{"{e}"}"'),
    'comments': ('a() // b(\'\n/* c(" */ d()', 'a(); d()'),
    'patterns': ('x = /["\'`/]\\/(/g\ny = a / b / c', 'x = _; y = _(_(a, b), c)'),
    'lists and what is spread': ('[a, ...b]', '[a, *b]'),
    'tables': (
        "x = { a: 1, b, 'c': d, ...e, f() { return g } }",
        'x = {"a": _, "b": b, "c": d, **e, "f": <>(return g)}',
    ),
    'calls over lines': ('a\n  .b(c)\n  ?.d(e)', 'a.b(c).d(e)'),
    'lines without a semicolon': ('const a = b\nc()\nlet d = e', 'a = b; c(); d = e'),
    'choices': ('x = a ? b : c ?? d', 'x = (b | (c | d))'),
    'made with new': ('const a = new B.C(d)', 'a = B.C(d)'),
    'functions': (
        'async function a(b, ...c) { return b }\nconst d = async (e) => e()',
        'a<b c*>(return b); d = <e>(return e())',
    ),
    'a callback': ('a.map(b => { c(b) })', 'a.map(<b>(c(b)))'),
    'branches': ('if (a) b()\nelse { c() }', 'a; either(b() / c())'),
    'loops': ('for (const a of b) { c(a) }', 'either(a = b[*]; c(a))'),
    'a switch': ('switch (a) { case 1: b(); break; default: c() }', 'a; either(b(); break / c())'),
    'attempts': ('try { a() } catch (e) { b() } finally { c() }', 'a(); either(b()); c()'),
    'imports': (
        "import a, { b as c } from 'd'\nimport * as e from 'f'",
        'a of d:default; c of d:b; e of f:',
    ),
    'taken apart': ('const { a, b: c } = d', 'a = d.a; c = d.b'),
    'exports': ('export const a = b; export default function c() {}', 'a = b; c<>()'),
    'tagged templates': ('await $`a ${b}`', '$("a {b}")'),
    'classes': (
        'class A extends B { #c = 1; constructor(d) { this.e = d } async f() { return g } }',
        'class A(constructor<d>(this.e = d) f<>(return g); this.#c = _)',
    ),
    'types': (
        'interface A {\n  b: string\n}\ntype C =\n  | { d: E }\n  | null\nconst f: Map<string, G> = h<I>(j) as K\nl!.m()',
        'f = h(j); l.m()',
    ),
    'typed functions': ('function a(b?: string, c = 1): Promise<void> { d() }', 'a<b c>(d())'),
    'the interpreter line': ('#!/usr/bin/env node\na()', 'a()'),
}


@pytest.mark.parametrize(('text', 'expected'), JAVASCRIPT.values(), ids=JAVASCRIPT)
def test_javascript(text: str, expected: str) -> None:
    assert read(text, code.JAVASCRIPT) == expected


UNREADABLE = {
    'Python with an open bracket': ('x = 1\nf(\n', code.PYTHON, 6),
    'Python 2': ('print "x"\n', code.PYTHON, 0),
    'a NUL': ('x\0', code.PYTHON, 0),
    'a line as programs make them': ('x = "' + 'a' * 9000 + '"', code.PYTHON, 0),
    'brackets without end': ('[' * 9000, code.JAVASCRIPT, 0),
}


@pytest.mark.parametrize(('text', 'language', 'offset'), UNREADABLE.values(), ids=UNREADABLE)
def test_what_can_not_be_read_says_so(text: str, language: str, offset: int) -> None:
    found = code.read('\n'.join(text[i : i + 4000] for i in range(0, len(text), 4000)) if language == code.JAVASCRIPT else text, language)  # fmt: skip

    assert isinstance(found, code.Unreadable)
    assert (found.offset, bool(found.message)) == (offset, True)


LANGUAGES = {
    'a/x.py': 'python',
    'x.mjs': 'javascript',
    'x.ts': 'javascript',
    'x.d.ts': '',
    'py': '',
    'x.sh': '',
}


@pytest.mark.parametrize(('path', 'language'), LANGUAGES.items())
def test_languages(path: str, language: str) -> None:
    assert code.language(path) == language


def nodes(thing: object) -> list[Node]:
    if isinstance(thing, tuple):
        return [node for one in thing for node in nodes(one)]
    found = [thing] if isinstance(thing, Node) else []
    return found + [n for name in getattr(thing, '_fields', ()) for n in nodes(getattr(thing, name))]


@pytest.mark.parametrize('language', [code.PYTHON, code.JAVASCRIPT])
def test_nodes_know_where_they_stand(language: str) -> None:
    text = 'é = ["ü", a.b(c)]\nd(é)\n'
    program = code.read(text, language)

    assert {text[n.start : n.end] for n in nodes(program)} >= {
        'é',
        '["ü", a.b(c)]',
        '"ü"',
        'a.b(c)',
        'c',
        'd(é)',
    }


PIECES = ['(', ')', '{', '}', '[', ']', '`', '${', '"', "'", '/', 'a', '=>', 'async', 'function', 'class', 'if', 'else', ',', ';',
          '\n', '.', '?', ':', '<', '>', '=', '+', 'as', 'import', 'from', 'case', 'switch', 'const', 'return', '...', 'new', '!', '//']  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_text_is_read_or_refused(pieces: list[str]) -> None:
    text = ' '.join(pieces)

    for language in (code.PYTHON, code.JAVASCRIPT):
        found = code.read(text, language)
        for node in nodes(found):
            assert 0 <= node.start <= node.end <= len(text)


def test_our_own_source_is_read() -> None:
    with open(ast.__file__, encoding='utf-8') as file:
        assert read(file.read(), code.PYTHON)
