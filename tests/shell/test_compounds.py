"""Compound commands and functions."""

from __future__ import annotations

import pytest

from artifacts_guard.shell.parser import parse
from tests.shell.dump import dump

CASES = (
    ('subshell and group', '(a; b); { c; d; }', '<subshell [a] ; [b]> ; <group [c] ; [d]>'),
    ('subshell without blanks', '(a)|(b)&&{ c;}', '({<subshell [a]> | <subshell [b]>} && <group [c]>)'),
    ('nested parentheses', '((a); b)', '<subshell <subshell [a]> ; [b]>'),
    ('if', 'if a; then b; fi', '<if [a] then [b]>'),
    (
        'if with all parts',
        'if a\nthen b\nelif c; d; then e; else f; fi',
        '<if [a] then [b] elif [c] ; [d] then [e] else [f]>',
    ),
    (
        'if with a compound condition',
        'if ! { a; } && [[ b ]]; then (c) fi',
        '<if (!{<group [a]>} && <test b>) then <subshell [c]>>',
    ),
    (
        'while and until',
        'while a; do b; done; until c; do d; done',
        '<while [a] do [b]> ; <while [c] do [d]>',
    ),
    (
        'while read from a process',
        'while read -r a; do b "$a"; done < <(c)',
        '<<while [read -r a] do [b "$a"]> < <([c])>',
    ),
    ('for over words', 'for a in b "$c" d*; do e; done', '<for a in b "$c" d* do [e]>'),
    (
        'for over the arguments',
        'for a; do b; done; for a do b; done; for a\ndo b; done',
        '<for a do [b]> ; <for a do [b]> ; <for a do [b]>',
    ),
    ('for over "$@"', 'for a in "$@"\ndo b\ndone', '<for a in "$@" do [b]>'),
    ('for over nothing', 'for a in; do b; done', '<for a in  do [b]>'),
    (
        'for in the manner of C',
        'for ((i=0; i<$n; i++)); do a; done; for ((;;)) { b; }',
        '<for  in $n do [a]> ; <for  in  do [b]>',
    ),
    ('for with braces', 'for a in b; { c; }', '<for a in b do [c]>'),
    ('select', 'select a in b c; do d; break; done', '<for a in b c do [d] ; [break]>'),
    (
        'case',
        'case $a in\n  b) c;;\n  (d|"e f"*) g; h;;\n  *) ;;\nesac',
        "<case $a in b) [c] ;; d|'e f'·*) [g] ; [h] ;; *) >",
    ),
    ('case that falls through', 'case a in b) c;& d) e;;& f) esac', '<case a in b) [c] ;; d) [e] ;; f) >'),
    (
        'case with extended globs and classes',
        'case a in @(b|c)) d;; [[:digit:]]*) e;; esac',
        '<case a in @(b|c)) [d] ;; [[:digit:]]*) [e]>',
    ),
    ('case on one line in a substitution', 'a=$(case b in c) d;; esac)', '[a=$(<case b in c) [d]>)]'),
    ('case of reserved words', 'case in in in) a;; fi) b;; esac', '<case in in in) [a] ;; fi) [b]>'),
    (
        'functions',
        'a() { b; }; c () ( d ); function e { f; }; function g() { h; }',
        '<function a <group [b]>> ; <function c <subshell [d]>> ; <function e <group [f]>> ; <function g <group [h]>>',
    ),
    (
        'a function over lines with redirection',
        'a()\n{\n  b\n} >f 2>&1',
        '<function a <<group [b]> > f 2>& 1>>',
    ),
    ('a function of another compound', 'a() if b; then c; fi', '<function a <if [b] then [c]>>'),
    ('names of functions', 'a-b.c:d() { e; }', '<function a-b.c:d <group [e]>>'),
    ('test', '[[ -n $a && ( $b == c* || ! -e "$d" ) ]]', '<test -n $a $b == c* -e "$d">'),
    (
        'test with a regular expression',
        '[[ $a =~ ^(b|c d)+[[:space:]]"$e"$ ]] && f',
        '(<test $a =~ ^(b|c d)+[[:space:]]·"$e"·$> && [f])',
    ),
    ('test with comparisons', '[[ a < b || c > d ]]', '<test a b c d>'),
    ('test over lines', '[[ a == b &&\n  c == d ]]', '<test a == b c == d>'),
    ('arithmetic command', '((a = $b + $(c)))', '<test $b·$([c])>'),
    (
        'redirections on compounds',
        '{ a; } >b; (c) 2>&1 | d; if e; then f; fi <g; while h; do i; done >>j',
        '<<group [a]> > b> ; {<<subshell [c]> 2>& 1> | [d]} ; <<if [e] then [f]> < g> ; <<while [h] do [i]> >> j>',
    ),
    ('coprocesses', 'coproc a; coproc N { b; }; coproc { c; }', '[a] & ; <group [b]> & ; <group [c]> &'),
    (
        'a pipe of compounds',
        '{ a; } | while b; do c; done | (d)',
        '{<group [a]> | <while [b] do [c]> | <subshell [d]>}',
    ),
)


@pytest.mark.parametrize(
    ('script', 'expected'), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_compound_commands(script: str, expected: str) -> None:
    assert dump(parse(script)) == expected
