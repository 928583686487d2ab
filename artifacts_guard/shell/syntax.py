"""The syntax tree of a shell script (bash and POSIX sh).

Words are as in POSIX: a `Word` is one field before expansion, made of parts.  `start` and `end`
are offsets in the script's text.  Quote removal is done: `Text.text` is what the shell sees.
"""

from __future__ import annotations

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from artifacts_guard.shell import objects


# Parts of a word


class Text(Record):
    """Literal characters, after quote removal.  `quoted`: no splitting, globbing or tilde."""

    start: int
    end: int
    text: str
    quoted: bool = False


class Parameter(Record):
    """`$name`, `${name}` and all its operators.

    `operator` is '' or one of `:-` `-` `:+` `+` `:?` `?` `:=` `=` `#` `##` `%` `%%` `/` `//` `/#` `/%` `:`
    (substring) `^` `^^` `,` `,,` `@` (transformation), `length` for `${#name}`, `keys` for `${!name[@]}`,
    `names` for `${!name*}`, `indirect` for `${!name}`.  `argument` is the word after the operator
    (for `/` the pattern; the replacement is in `second`; for `:` offset and length).
    `index` is the subscript as written (`@`, `*`, `0`, `$i`), or ''.  Opaque ranges in the name, and what a
    subscript expands, follow as parts of their own within the range of this one.
    """

    start: int
    end: int
    name: str
    operator: str = ''
    argument: Word | None = None
    second: Word | None = None
    index: str = ''
    quoted: bool = False


class Substitution(Record):
    """`$( … )` or backquotes."""

    start: int
    end: int
    body: Block
    quoted: bool = False


class ProcessSubstitution(Record):
    """`<( … )` or `>( … )`."""

    start: int
    end: int
    body: Block
    direction: str


class Arithmetic(Record):
    """`$(( … ))`: carries numbers only.  `substitutions` are the command substitutions inside."""

    start: int
    end: int
    substitutions: tuple[Substitution, ...] = ()


class Opaque(Record):
    """Text that the CI system replaces before the shell sees it; `index` counts the ranges given to the parser."""

    start: int
    end: int
    index: int
    quoted: bool = False


Part: TypeAlias = 'Text | Parameter | Substitution | ProcessSubstitution | Arithmetic | Opaque | objects.Part'


class Word(Record):
    """One field before expansion.  An empty string in quotes is one `Text` with ''."""

    start: int
    end: int
    parts: tuple[Part, ...]


class Array(Record):
    """`( … )` on the right of an assignment.  Elements with a subscript (`[k]=v`) are listed by value."""

    start: int
    end: int
    words: tuple[Word, ...]


class Assignment(Record):
    """`name=value`, `name+=value`, `name[i]=value`; `value` is None for a bare name in a declaration.

    `pasted` are opaque ranges within the name, and what a subscript expands (commands, opaque ranges).
    """

    start: int
    end: int
    name: str
    value: Word | Array | None
    append: bool = False
    index: str = ''
    pasted: tuple[Part, ...] = ()


class Redirection(Record):
    """`operator` is one of `<` `>` `>>` `>|` `&>` `&>>` `>&` `<&` `<>` `<<<` `<<` `<<-`.

    `descriptor` is the number in front (None: the default).  For a here-document, `target` is its
    body (a `Word` whose parts are quoted; a single `Text` when its delimiter was quoted).
    """

    start: int
    end: int
    operator: str
    target: Word | None
    descriptor: int | None = None


# Commands


class Simple(Record):
    """Assignments, words and redirections, as written.  `words` may be empty."""

    start: int
    end: int
    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirections: tuple[Redirection, ...] = ()


class Declaration(Record):
    """`export`, `local`, `declare`, `typeset`, `readonly`: `options` are words such as `-x`, `-p`."""

    start: int
    end: int
    keyword: str
    options: tuple[Word, ...]
    assignments: tuple[Assignment, ...]
    redirections: tuple[Redirection, ...] = ()


class Pipe(Record):
    """Commands joined by `|` or `|&` (`with_errors`, one flag per bar)."""

    start: int
    end: int
    commands: tuple[Command, ...]
    negated: bool = False
    with_errors: tuple[bool, ...] = ()


class AndOr(Record):
    """`left && right` or `left || right`.  Long runs of one operator are balanced, which means the same."""

    start: int
    end: int
    left: Command
    operator: str
    right: Command


class Background(Record):
    """A command followed by `&`."""

    start: int
    end: int
    command: Command


class Block(Record):
    """Commands in sequence."""

    start: int
    end: int
    commands: tuple[Command, ...]


class Subshell(Record):
    start: int
    end: int
    body: Block


class Group(Record):
    start: int
    end: int
    body: Block


class If(Record):
    """`branches` are (condition, body) for `if` and each `elif`; `otherwise` is the `else`."""

    start: int
    end: int
    branches: tuple[tuple[Block, Block], ...]
    otherwise: Block | None = None


class While(Record):
    """`while` or `until`."""

    start: int
    end: int
    condition: Block
    body: Block


class For(Record):
    """`for name in words` (`words` None: over "$@"), also `select`.

    The name is '' for `for (( … ))`, whose words are what its expressions expand.
    """

    start: int
    end: int
    name: str
    words: tuple[Word, ...] | None
    body: Block


class Case(Record):
    """`items` are (patterns, body)."""

    start: int
    end: int
    subject: Word
    items: tuple[tuple[tuple[Word, ...], Block], ...]


class Function(Record):
    start: int
    end: int
    name: str
    body: Command


class Test(Record):
    """`[[ … ]]` or `(( … ))`: builtins that start no process.  `words` are what they expand."""

    start: int
    end: int
    words: tuple[Word, ...]


class Redirected(Record):
    """A compound command with redirections."""

    start: int
    end: int
    command: Command
    redirections: tuple[Redirection, ...]


Command: TypeAlias = (
    'Simple | Declaration | Pipe | AndOr | Background | Block | Subshell | Group | If | While | For'
    ' | Case | Function | Test | Redirected | objects.Try | objects.Sections'
)


class Tree(Record):
    """A parsed script.  `errors` are ranges that could not be parsed; `complete`: none was left out."""

    body: Block
    errors: tuple[tuple[int, int], ...] = ()
    complete: bool = True
