"""Here-documents and here-strings."""

from __future__ import annotations

import pytest

from artifacts_guard.shell.parser import parse
from tests.shell.dump import dump

CASES = (
    ('here-document', 'cat <<EOF\nbody $x\nEOF\nnext', "[cat << 'body '·\"$x\"·'⏎'] ; [next]"),
    ('quoted here-document', "cat <<'EOF'\nbody $x `y`\nEOF\nnext", "[cat << 'body $x `y`⏎'] ; [next]"),
    ('here-document quoted otherwise', 'cat <<"A B" <<\\C\na\nA B\n$c\nC', "[cat << 'a⏎' << '$c⏎']"),
    ('tabs are stripped', 'cat <<-EOF\n\ta\n\t\t$b\n\tEOF\nnext', "[cat <<- 'a⏎'·\"$b\"·'⏎'] ; [next]"),
    (
        'tabs are stripped in a quoted one',
        "cat <<-'EOF'\n\ta\n\t\tb\n\tEOF\nnext",
        "[cat <<- 'a⏎b⏎'] ; [next]",
    ),
    (
        'escapes in a here-document',
        'cat <<E\n\\$a \\`b \\\\ \\n "c" \\\nd\nE',
        '[cat << \'$a `b \\ \\n "c" d⏎\']',
    ),
    (
        'expansions in a here-document',
        'cat <<E\n${a:-"b"} $(c "d") `e` $((1))\nE',
        "[cat << \"${a :- 'b'}\"·' '·\"$([c 'd'])\"·' '·\"$([e])\"·' '·$(())·'⏎']",
    ),
    (
        'a here-document in a pipeline',
        'cat <<E | grep x && b\na\nE\nnext',
        "({[cat << 'a⏎'] | [grep x]} && [b]) ; [next]",
    ),
    ('a here-document and a file', 'cat <<E > f\na\nE', "[cat << 'a⏎' > f]"),
    (
        'a quoted here-document in a pipeline',
        'post <<\'JSON\' | vault kv put secret/x -\n{"a": 1}\nJSON\nnext',
        '{[post << \'{"a": 1}⏎\'] | [vault kv put secret/x -]} ; [next]',
    ),
    ('two on one line', 'a <<A b <<B c\n1\nA\n2\nB\nnext', "[a b c << '1⏎' << '2⏎'] ; [next]"),
    ('two commands on one line', 'a <<A; b <<B\n1\nA\n2\nB', "[a << '1⏎'] ; [b << '2⏎']"),
    ('within if', 'if a; then cat <<E; fi\nb\nE\nc', "<if [a] then [cat << 'b⏎']> ; [c]"),
    ('after a condition', 'while read a; do b; done <<E\nc\nE\nd', "<<while [read a] do [b]> << 'c⏎'> ; [d]"),
    ('within a substitution', 'x=$(cat <<E\na\nE\n) y', "[x=$([cat << 'a⏎']) y]"),
    ('within a substitution, closed by its parenthesis', 'x=$(cat <<E\na\nE) y', "[x=$([cat << 'a⏎']) y]"),
    ('within quotes within a substitution', 'x="$(cat <<E\na "b"\nE\n)"', '[x="$([cat << \'a "b"⏎\'])"]'),
    (
        'a document in a document',
        'cat <<A\n$(cat <<B\nb\nB\n)\nA\nnext',
        "[cat << \"$([cat << 'b⏎'])\"·'⏎'] ; [next]",
    ),
    ('an empty here-document', 'cat <<E\nE\nnext', '[cat << ε] ; [next]'),
    ('a delimiter like a word of the body', 'cat <<E\nE \n E\nE\nnext', "[cat << 'E ⏎ E⏎'] ; [next]"),
    ('a line that goes on past the delimiter', 'cat <<E \\\n  | b\na\nE', "{[cat << 'a⏎'] | [b]}"),
    ('a string that goes on past the delimiter', 'cat <<E "x\ny"\na\nE', "[cat 'x⏎y' << 'a⏎']"),
    ('with carriage returns', 'cat <<E\r\na\r\nE\r\nnext\r\n', "[cat << 'a\r⏎'] ; [next]"),
    ('here-strings', 'cat <<<"$x" <<< a\\ b', '[cat <<< "$x" <<< a·\' \'·b]'),
    ('shift is no here-document', '((a << 2)); echo $((1<<3))', '<test > ; [echo $(())]'),
)


@pytest.mark.parametrize(
    ('script', 'expected'), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_here_documents(script: str, expected: str) -> None:
    assert dump(parse(script)) == expected
