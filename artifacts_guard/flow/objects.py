"""Values of what only PowerShell has: lists, tables, members, operators, script blocks, splatting."""

from __future__ import annotations

import re

from artifacts_guard.flow import dialects
from artifacts_guard.flow import members
from artifacts_guard.flow import structures
from artifacts_guard.flow.combinations import MOST
from artifacts_guard.flow.combinations import combined
from artifacts_guard.flow.state import UNSET
from artifacts_guard.flow.state import Defined
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import known
from artifacts_guard.flow.value import literal
from artifacts_guard.flow.value import opaque
from artifacts_guard.flow.value import unknown
from artifacts_guard.shell import objects
from artifacts_guard.shell import syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from artifacts_guard.flow.expand import Piece
    from artifacts_guard.flow.frame import Frame
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.state import State
    from artifacts_guard.flow.value import Chunk
    from artifacts_guard.flow.value import Value

    Fields = tuple[Field, ...]

_HOLE = re.compile(r'\{(\d{1,3})(?:[,:][^{}]*)?\}|\{\{|\}\}')


def pieces(run: Interpreter, part: objects.Part, state: State, frame: Frame, split: bool) -> list[Piece]:
    """What a part contributes to a word; `split`: on a command's line, where a list is several words."""
    if isinstance(part, objects.List) and part.commas and split:
        return [_with_commas(fields) for fields in _listed(run, part.words, state, frame)]
    return _READERS[type(part)](run, part, state, frame)


def _with_commas(fields: Fields) -> Value:
    chunks: list[Chunk] = []
    for number, field in enumerate(fields):
        chunks += [structures.COMMA, *field.chunks] if number else field.chunks
    return tuple(chunks)


def _listed(run: Interpreter, words: tuple[syntax.Word, ...], state: State, frame: Frame) -> list[Fields]:
    return run.expander.command_lines(words, state, frame)


def spread(run: Interpreter, word: syntax.Word, state: State, frame: Frame) -> list[Fields]:
    """All lists of elements that an expression can give."""
    part = word.parts[0] if len(word.parts) == 1 else None
    if isinstance(part, objects.List):
        return _listed(run, part.words, state, frame)
    return run.expander.fields(word, state, frame)


def _list(run: Interpreter, part: objects.List, state: State, frame: Frame) -> list[Piece]:
    return [list(fields) for fields in _listed(run, part.words, state, frame)]


def _script_block(run: Interpreter, part: objects.ScriptBlock, state: State, frame: Frame) -> list[Piece]:
    """A script block is a function without a name; its value is a name that nothing else has."""
    span = frame.fragment.span(part.start, part.end)
    name = f'{{{frame.path}:{span.start}}}'
    held = state.functions.get(name)
    if held is None or held.body is not part.body or held.frame is not frame:
        state.functions[name] = Defined(part.body, frame)
    return [literal(name, frame.excerpt(part.start, part.end))]


def _splat(run: Interpreter, part: objects.Splat, state: State, frame: Frame) -> list[Piece]:
    place = frame.excerpt(part.start, part.end)
    found: list[Piece] = []
    for alternative in run.look_up(part.name, state, frame, place):
        fields = alternative or ()
        options = structures.options(fields[0].chunks, place) if len(fields) == 1 else None
        found.append(list(fields if options is None else options))
    return found


def _table(run: Interpreter, part: objects.Table, state: State, frame: Frame) -> list[Piece]:
    choices: list[list[tuple[Value, Value]]] = []
    for name, word in part.entries:
        key = run.expander.values(name, state, frame)[0]
        choices.append([(key, value) for value in _entry_values(run, word, state, frame)])
    return [structures.table(entries) for entries in combined(choices)]


def _entry_values(run: Interpreter, word: syntax.Word, state: State, frame: Frame) -> list[Value]:
    part = word.parts[0] if len(word.parts) == 1 else None
    listed = isinstance(part, objects.List)
    return [
        structures.sequence(f.chunks for f in fields) if listed or len(fields) > 1 else _only(fields)
        for fields in spread(run, word, state, frame)
    ]


def _only(fields: Fields) -> Value:
    return fields[0].chunks if fields else EMPTY


def _member(run: Interpreter, part: objects.Member, state: State, frame: Frame) -> list[Piece]:
    """The steps of a member path, from the value of the object on."""
    place = frame.excerpt(part.start, part.end)
    target = part.target.parts[0] if len(part.target.parts) == 1 else None
    if (
        isinstance(target, syntax.Parameter)
        and part.steps[0].name.isdecimal()
        and part.steps[0].arguments is None
    ):
        return _indexed(run, part, target, state, frame)
    values = [
        _followed(run, v, part.steps, state, frame, part)
        for v in run.expander.values(part.target, state, frame)
    ]
    found: list[Piece] = list(dict.fromkeys(values))
    return found or [unknown(written=place)]


def _indexed(
    run: Interpreter, part: objects.Member, target: syntax.Parameter, state: State, frame: Frame
) -> list[Piece]:
    """`$list[0]` and the members of that element."""
    place = frame.excerpt(part.start, part.end)
    index = int(part.steps[0].name)
    found: list[Piece] = []
    for alternative in run.look_up(target.name, state, frame, place):
        fields = alternative or ()
        value = _only(fields[index : index + 1]) if len(fields) > 1 else _only(fields)
        if len(fields) == 1:
            value = structures.element(value, part.steps[0].name, place)
        found.append(_followed(run, value, part.steps[1:], state, frame, part))
    return found


def _followed(
    run: Interpreter,
    value: Value,
    steps: tuple[objects.Step, ...],
    state: State,
    frame: Frame,
    part: objects.Member,
) -> Value:
    place = frame.excerpt(part.start, part.end)
    for step in steps:
        given: Value = EMPTY
        for word in step.arguments or ():
            given += run.expander.values(word, state, frame)[0]
        value = members.member(value, step.name, given if step.arguments is not None else None, place)
    return value


def _operation(run: Interpreter, part: objects.Operation, state: State, frame: Frame) -> list[Piece]:
    place = frame.excerpt(part.start, part.end)
    if part.operator == 'choice':
        run.expander.values(part.words[0], state, frame)
        either: list[Piece] = []
        for word in part.words[1:]:
            either += [list(fields) for fields in spread(run, word, state, frame)]
        return either[:MOST]
    choices = [spread(run, word, state, frame) for word in part.words]
    found: list[Piece] = []
    for operands in combined(choices):
        if part.operator == '+':
            found.append(_sum(part, operands))
        elif part.operator == '-f':
            found.append(_formatted(operands))
        elif part.operator == '-join':
            found.append(_joined(operands))
        else:
            carried = tuple(c for fields in operands for f in fields for c in f.chunks)
            run.world.reads(run.context, carried, place)
            found.append(opaque(carried) if part.operator == 'carry' and carried else unknown(written=place))
    return found


def _sum(part: objects.Operation, operands: tuple[Fields, ...]) -> Piece:
    """Texts are joined, tables too; with a list among them all are elements."""
    listed = any(len(word.parts) == 1 and isinstance(word.parts[0], objects.List) for word in part.words)
    if listed or len(operands[0]) != 1 or any(len(fields) > 1 for fields in operands):
        return [field for fields in operands for field in fields]
    tables = [structures.entries(_only(fields)) for fields in operands]
    if all(held is not None for held in tables):
        return structures.table((key, value) for held in tables for _, value, key in held or ())
    return tuple(c for fields in operands for f in fields for c in f.chunks)


def _formatted(operands: tuple[Fields, ...]) -> Value:
    """`'{0} {1}' -f a, b`."""
    pattern = _only(operands[0])
    given = [field.chunks for fields in operands[1:] for field in fields]
    words = known(pattern)
    if words is None:
        return opaque((*pattern, *(c for value in given for c in value)))
    written = pattern[0].written if pattern else None
    chunks: list[Chunk] = [c for c in pattern if c.sources]
    last = 0
    for hole in _HOLE.finditer(words):
        chunks += literal(words[last : hole.start()], written) if hole.start() > last else EMPTY
        last = hole.end()
        if hole[1] is None:
            chunks += literal(hole[0][0], written)
        elif int(hole[1]) < len(given):
            chunks += given[int(hole[1])]
    return (*chunks, *literal(words[last:], written)) if last < len(words) else tuple(chunks)


def _joined(operands: tuple[Fields, ...]) -> Value:
    separator = _only(operands[-1])
    chunks: list[Chunk] = []
    for number, field in enumerate(operands[0]):
        chunks += [*separator, *field.chunks] if number else field.chunks
    return tuple(chunks)


_READERS: dict[type, Callable[[Interpreter, Any, State, Frame], list[Piece]]] = {
    objects.List: _list,
    objects.ScriptBlock: _script_block,
    objects.Splat: _splat,
    objects.Table: _table,
    objects.Member: _member,
    objects.Operation: _operation,
}


def assigned_values(run: Interpreter, node: syntax.Assignment, state: State, frame: Frame) -> list[Fields]:
    """All values that `$name = value` or `$name.member = value` can give a variable."""
    place = frame.excerpt(node.start, node.end)
    if isinstance(node.value, syntax.Array):
        given = _listed(run, node.value.words, state, frame)
    elif node.value is None:
        given = [()]
    else:
        given = run.expander.fields(node.value, state, frame)
    if not node.index:
        return given
    name = dialects.held(node.name, state)
    held = state.variables[name].alternatives if name in state.variables else UNSET
    path = node.index.split('.')
    found: list[Fields] = []
    for alternative in held:
        before = _only(alternative or ())
        for fields in given:
            new = structures.sequence(f.chunks for f in fields) if len(fields) > 1 else _only(fields)
            found.append((Field(structures.updated(before, path, new, place), place),))
    return found[:MOST]
