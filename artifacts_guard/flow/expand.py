"""Word expansion: from a word of the syntax tree to the fields it can become.

Follows POSIX 2.6 (parameter, command, arithmetic expansion; field splitting; quote removal), over
sets of values instead of values.
"""

from __future__ import annotations

from itertools import chain

from artifacts_guard.flow.combinations import combined
from artifacts_guard.flow.dialects import shown
from artifacts_guard.flow.state import Alternative
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import known
from artifacts_guard.flow.value import literal
from artifacts_guard.flow.value import opaque
from artifacts_guard.flow.value import spelled
from artifacts_guard.flow.value import through
from artifacts_guard.flow.value import unknown
from artifacts_guard.flow.value import without_sources
from artifacts_guard.shell import syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol
    from typing import TypeAlias
    from typing import TypeGuard

    from artifacts_guard.flow.frame import Frame
    from artifacts_guard.flow.state import State
    from artifacts_guard.flow.value import Excerpt
    from artifacts_guard.flow.value import Value
    from artifacts_guard.shell import objects

    # What one part of a word contributes: text that joins its neighbours, or whole fields.
    Piece: TypeAlias = 'Value | list[Field]'

    class Evaluator(Protocol):
        """What expansion asks of the interpreter."""

        def look_up(
            self, name: str, state: State, frame: Frame, place: Excerpt
        ) -> tuple[Alternative, ...]: ...
        def capture(self, body: syntax.Block, state: State, frame: Frame) -> tuple[Value, ...]: ...
        def process(self, part: syntax.ProcessSubstitution, state: State, frame: Frame) -> Value: ...
        def pieces(self, part: objects.Part, state: State, frame: Frame, split: bool) -> list[Piece]: ...


_BLANKS = ' \t\n'
_MOST_CHUNKS = 400  # of one value
_SHORT = 8  # so few first characters show the family of a token, not its body
_SPECIAL = frozenset('?$!#-_')


class Expander:
    """Expands words for one interpreter."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator

    def fields(self, word: syntax.Word, state: State, frame: Frame) -> list[tuple[Field, ...]]:
        """All lists of fields that a word of a command line can become."""
        place = frame.excerpt(word.start, word.end)
        if len(word.parts) == 1 and _is_plain(word.parts[0]):  # most words
            part = word.parts[0]
            return [(Field(literal(part.text, frame.excerpt(part.start, part.end)), place),)]
        choices = [self._pieces(part, state, frame, split=True) for part in word.parts]
        results = [tuple(_assemble(combination, word.parts, place)) for combination in combined(choices)]
        return results if len(results) == 1 else list(dict.fromkeys(results))

    def values(self, word: syntax.Word | None, state: State, frame: Frame) -> tuple[Value, ...]:
        """All values of a word where no splitting happens: assignments, here-documents, targets."""
        if word is None:
            return (EMPTY,)
        choices = [self._pieces(part, state, frame, split=False) for part in word.parts]
        results = []
        for combination in combined(choices):
            chunks: list[Chunk] = []
            for piece in combination:
                chunks += _glued(piece)
            results.append(compact(chunks))
        return tuple(results if len(results) == 1 else dict.fromkeys(results)) or (EMPTY,)

    def command_lines(
        self, words: Iterable[syntax.Word], state: State, frame: Frame
    ) -> list[tuple[Field, ...]]:
        """All argument lists that a command's words can become."""
        choices = [self.fields(word, state, frame) for word in words]
        return [tuple(chain.from_iterable(combination)) for combination in combined(choices)]

    # parts

    def _pieces(self, part: syntax.Part, state: State, frame: Frame, *, split: bool) -> list[Piece]:
        place = frame.excerpt(part.start, part.end)
        if isinstance(part, syntax.Text):
            return [literal(part.text, place)]
        if isinstance(part, syntax.Parameter):
            return self._parameter(part, state, frame, place, split=split)
        if isinstance(part, syntax.Substitution):
            return list(self.evaluator.capture(part.body, state, frame))
        if isinstance(part, syntax.Opaque):
            values = frame.values[part.index] if part.index < len(frame.values) else (unknown(written=place),)
            return list(values)
        if isinstance(part, syntax.ProcessSubstitution):
            return [self.evaluator.process(part, state, frame)]
        if isinstance(part, syntax.Arithmetic):
            for inner in part.substitutions:
                self.evaluator.capture(inner.body, state, frame)
            return [unknown(written=place)]
        return self.evaluator.pieces(part, state, frame, split)

    def _parameter(
        self, part: syntax.Parameter, state: State, frame: Frame, place: Excerpt, *, split: bool
    ) -> list[Piece]:
        if part.operator in {'length', 'keys', 'names'} or part.name in _SPECIAL:
            return [unknown(written=place)]
        every = part.name in {'@', '*'} or part.index in {'@', '*'}
        joined = part.quoted and (part.name == '*' or part.index == '*')
        alternatives = self.evaluator.look_up(part.name, state, frame, place)
        if part.operator == 'indirect':
            alternatives = self._indirect(alternatives, state, frame, place)
        pieces: list[Piece] = []
        for alternative in alternatives:
            fields = alternative or ()  # look_up has put a value in for what nobody sets
            if not every:
                fields = _element(fields, part.index)
            pieces += self._operated(part, fields, state, frame, every, split)
        if every and (not split or joined):
            pieces = [_joined(p) if isinstance(p, list) else p for p in pieces]
        return pieces

    def _indirect(
        self, alternatives: tuple[Alternative, ...], state: State, frame: Frame, place: Excerpt
    ) -> tuple[Alternative, ...]:
        found: list[Alternative] = []
        for alternative in alternatives:
            name = known(alternative[0].chunks) if alternative else None
            if name and name.isidentifier():
                found += self.evaluator.look_up(name, state, frame, place)
            else:
                found.append((Field(unknown(written=place), place),))
        return tuple(found)

    def _operated(
        self,
        part: syntax.Parameter,
        fields: tuple[Field, ...],
        state: State,
        frame: Frame,
        every: bool,
        split: bool,
    ) -> list[Piece]:
        """What an operator makes of one alternative of the parameter."""
        operator = part.operator
        plain: Piece = list(fields) if every else _value(fields)
        if operator in {':-', '-', ':=', '='}:
            empty = not fields or (operator[0] == ':' and known(_value(fields)) == '')
            other = self._argument(part, state, frame, split)
            if empty:
                return other
            return [plain, *other] if _doubtful(fields) else [plain]
        if operator in {':+', '+'}:
            if not fields or (operator[0] == ':' and known(_value(fields)) == ''):
                return [EMPTY]
            other = self._argument(part, state, frame, split)
            return [*other, EMPTY] if _doubtful(fields) else other
        if operator in {'', ':?', '?', '@', 'indirect'}:
            return [plain]
        if every:
            return [plain]
        value = _value(fields)
        if operator == ':':
            return [_substring(value, part, self, state, frame)]
        return [opaque(value) if value else EMPTY]

    def _argument(self, part: syntax.Parameter, state: State, frame: Frame, split: bool) -> list[Piece]:
        if part.argument is None:
            return [EMPTY]
        if split and not part.quoted:
            return [list(choice) for choice in self.fields(part.argument, state, frame)]
        return list(self.values(part.argument, state, frame))


def _value(fields: tuple[Field, ...]) -> Value:
    return fields[0].chunks if fields else EMPTY


def _doubtful(fields: tuple[Field, ...]) -> bool:
    """Whether a value may be unset or empty: nothing in it is known."""
    return all(chunk.text is None for field in fields for chunk in field.chunks)


def _element(fields: tuple[Field, ...], index: str) -> tuple[Field, ...]:
    if index in {'', '0'} or len(fields) <= 1:
        return fields[:1]
    if index.isdecimal():
        return fields[int(index) : int(index) + 1]
    # which element is not known: all they carry
    return (Field(tuple(c for f in fields for c in opaque(f.chunks)), fields[0].written),)


def _substring(value: Value, part: syntax.Parameter, expander: Expander, state: State, frame: Frame) -> Value:
    length = known(expander.values(part.second, state, frame)[0]) if part.second else None
    if length is not None and length.strip().isdecimal() and int(length) <= _SHORT:
        return without_sources(value)
    return opaque(value) if value else EMPTY


def _joined(fields: list[Field]) -> Value:
    chunks: list[Chunk] = []
    for index, field in enumerate(fields):
        if index:
            chunks.append(Chunk(' '))
        chunks += field.chunks
    return tuple(chunks)


def _glued(piece: Piece) -> Value:
    return _joined(piece) if isinstance(piece, list) else piece


def _assemble(pieces: Iterable[Piece], parts: tuple[syntax.Part, ...], place: Excerpt) -> list[Field]:
    """Fields of a word from what its parts contribute: joined where they touch, split where unquoted."""
    done: list[Field] = []
    current: list[Chunk] | None = None
    where = place
    for piece, part in zip(pieces, parts):
        if isinstance(piece, list):
            for index, field in enumerate(piece):
                if index:
                    if current is not None:
                        done.append(Field(tuple(current), where))
                    current, where = [], field.written
                if current is None:
                    current, where = [], field.written
                current += field.chunks
            continue
        if getattr(part, 'quoted', True) or _is_plain(part):
            current = [*(current or ()), *piece]
            continue
        current = _split(piece, current, done, place)
    if current is not None:
        done.append(Field(compact(current), where))
    return done


def _is_plain(part: syntax.Part) -> TypeGuard[syntax.Text]:
    """Text that is not split: only the words inside ${x:+a b} hold blanks that split."""
    return isinstance(part, syntax.Text) and (part.quoted or not _blank(part.text))


def _blank(text: str) -> bool:
    return any(blank in text for blank in _BLANKS)


def _split(
    piece: Value, current: list[Chunk] | None, done: list[Field], place: Excerpt
) -> list[Chunk] | None:
    """Field splitting of an unquoted value; returns the field that stays open."""
    for chunk in piece:
        if chunk.text is None or not _blank(chunk.text):
            if chunk.text != '':
                current = [*(current or ()), chunk]
            continue
        words = chunk.text.split()
        if chunk.text[0] in _BLANKS and current is not None:
            done.append(Field(tuple(current), place))
            current = None
        for index, word in enumerate(words):
            if index and current is not None:
                done.append(Field(tuple(current), place))
                current = None
            current = [*(current or ()), Chunk(word, chunk.written, chunk.sources)]
        if words and chunk.text[-1] in _BLANKS and current is not None:
            done.append(Field(tuple(current), place))
            current = None
    return current


def compact(chunks: list[Chunk]) -> Value:
    """A value of very many parts keeps only what it carries."""
    return spelled(tuple(chunks)) if len(chunks) <= _MOST_CHUNKS else opaque(tuple(chunks))


def assigned(
    name: str, alternatives: Iterable[tuple[Field, ...]], place: Excerpt
) -> tuple[tuple[Field, ...], ...]:
    """Alternatives after an assignment: their sources have one more hop."""
    role = f'assigned to {shown(name)}'
    return tuple(
        tuple(Field(through(f.chunks, role, place), f.written) for f in alternative)
        for alternative in alternatives
    )
