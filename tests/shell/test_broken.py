"""What no shell accepts: every command is still found, and the place of the error is told."""

from __future__ import annotations

import pytest

from artifacts_guard.shell.parser import parse
from tests.shell.dump import dump

CASES = (
    ('a substitution that is none', 'echo ${{ a.b }} c', "[echo '${{ a.b }}' c] !5-15"),
    ('a bad name', 'echo ${a b} c', "[echo '${a b}' c] !5-11"),
    ('a quote that nothing closes', "a\necho it's\nb", "[a] ; [echo it's] ; [b] !9-11"),
    (
        'a double quote that nothing closes',
        'a\necho "b $(c)\nd "e"\nf',
        "[a] ; [echo 'b '·\"$([c])\"·'⏎d '·e\"] ; [f] !19-20",
    ),
    ('an unclosed substitution', 'a $(b\nc', '[a $([b] ; [c])] !2-4'),
    ('an unclosed if', 'if a; then b\nc', '<if [a] then [b] ; [c]> !0-2'),
    ('a missing then', 'if a; b; fi; c', '<if [a] ; [b] then > ; [c] !0-2'),
    (
        'a missing fi in a loop',
        'while a; do if b; then c; done; d',
        '<while [a] do <if [b] then [c]>> ; [d] !12-14',
    ),
    (
        'closing words that nothing opened',
        'a; fi; b; done; c ) d',
        '[a] ; [b] ; [c] ; [d] !3-6 !10-15 !18-19',
    ),
    (
        'operators without commands',
        '&& a; b | ; c && ; ; d',
        '[a] ; {[b]} ; [c] ; [d] !0-2 !8-9 !14-16 !19-20',
    ),
    ('an unclosed test', '[[ -n $a ] \nb; c', '<test -n $a ]> ; [b] ; [c] !0-2'),
    ('a parenthesis in a command', 'echo a(b) c\nd', '[echo a b] ; [c] ; [d] !6-7 !8-9'),
    ('a redirection to nothing', 'a >\nb', '[a > ?] ; [b] !2-3'),
    ('an unclosed here-document', 'a <<E\nb', "[a << 'b'] !2-5"),
    ('an unclosed array', 'a=(b\nc', '[a=(b c)] !2-3'),
    ('a case without end', 'case a in b) c', '<case a in b) [c]> !0-4'),
    ('a function without body', 'a()\n', '<function a > !0-3'),
    (
        'text in another language',
        'const a = (b) => { return `x ${b}` };\nfoo(a);',
        '[const a = b] ; [= return $([x $b]) } > {] ; [foo a] !10-11 !12-13 !41-42 !43-45',
    ),
)


@pytest.mark.parametrize(
    ('script', 'expected'), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_broken_scripts(script: str, expected: str) -> None:
    assert dump(parse(script)) == expected
