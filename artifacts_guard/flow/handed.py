"""What steps hand on to later steps of their job, and jobs to later jobs."""

from __future__ import annotations

from fnmatch import fnmatchcase
from itertools import takewhile

from artifacts_guard.ci import outputs
from artifacts_guard.flow.state import Variable
from artifacts_guard.flow.value import MARK
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import text
from artifacts_guard.flow.value import through

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.frame import Context


class Handed:
    """What one job hands on: variables for its later steps, outputs of its steps, commands that the shells of
    later steps run first, and variables that it reports to later jobs.  `withheld` are outputs that are not put
    into environments.
    """

    def __init__(self) -> None:
        self.variables: dict[str, Variable] = {}
        self.outputs: dict[str, Value] = {}
        self.withheld: set[str] = set()
        self.sourced: Value = ()
        self.reported: dict[str, Variable] = {}

    def by_file(self, context: Context, variable: str, content: Value, written: Excerpt) -> None:
        """Take what a step writes to a file that a variable of the system names."""
        kind = outputs.FILES.get(variable)
        if kind == outputs.SOURCED:
            self.sourced += through(content, 'handed on to later steps here', written)
        elif kind is not None:
            for name, value in named_lines(content):
                moved = through(value, f'handed on as {name} here', written)
                if kind == outputs.OUTPUTS:
                    self.outputs[f'{_identifier(context)}.{name}'] = moved
                else:
                    self.variables[name] = _variable(moved, written)

    def by_report(self, content: Value, written: Excerpt) -> None:
        """Take what a step writes to a file that is a report of variables."""
        for name, value in named_lines(content):
            moved = through(value, f'reported as {name} here', written)
            self.reported[name] = _variable(moved, written)

    def by_log(self, context: Context, content: Value, written: Excerpt) -> None:
        """Take what a step prints for its system to read."""
        for line in _lines(content):
            found = outputs.announced(context.pipeline.system, _beginning(line), _identifier(context))
            if found is None:
                continue
            moved = through(_behind(line, found.end), f'handed on as {found.output} here', written)
            self.outputs[found.output] = moved
            if found.variable:
                self.variables[found.variable] = _variable(moved, written)
            else:
                self.withheld.add(found.output)


def _identifier(context: Context) -> str:
    return context.step.identifier if context.step is not None else ''


def _variable(value: Value, written: Excerpt) -> Variable:
    return Variable(((Field(value, written),),), True)


def is_report(path: Value, directory: str, patterns: tuple[str, ...]) -> bool:
    """Whether a file is one that the job reports; a pattern is relative to the folder that jobs start in."""
    if not patterns:
        return False
    name = _relative(text(path))
    names = (name, _relative(f'{directory}/{name}'))
    return any(fnmatchcase(name, _relative(pattern)) for name in names for pattern in patterns)


def _relative(path: str) -> str:
    """A path without the folder that it begins with when only the system knows that (`$CI_PROJECT_DIR/x`)."""
    parts: list[str] = []
    for part in path.replace('\\', '/').removeprefix(f'{MARK}/').split('/'):
        if part == '..':
            del parts[-1:]
        elif part not in {'', '.'}:
            parts.append(part)
    return '/'.join(parts)


def named_lines(value: Value) -> list[tuple[str, Value]]:
    """`NAME=value` lines of a text; for `NAME<<DELIMITER` the lines up to the delimiter."""
    named: list[tuple[str, Value]] = []
    lines = _lines(value)
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        head = _beginning(line)
        name, mark, _ = head.partition('=')
        if '<<' in name:
            name, delimiter = head.split('<<', 1)
            body: list[Chunk] = []
            while index < len(lines) and _beginning(lines[index]) != delimiter.strip():
                body += lines[index]
                index += 1
            named.append((name.strip(), tuple(body)))
        elif mark:
            named.append((name.strip(), _behind(line, len(name) + 1)))
    return named


def _lines(value: Value) -> list[list[Chunk]]:
    lines: list[list[Chunk]] = [[]]
    for chunk in value:
        if chunk.text is None or '\n' not in chunk.text:
            lines[-1].append(chunk)
            continue
        for number, words in enumerate(chunk.text.split('\n')):
            if number:
                lines.append([])
            if words:
                lines[-1].append(chunk.replace(text=words))
    return [line for line in lines if line]


def _beginning(line: list[Chunk]) -> str:
    """The text of a line up to the first part that is not known."""
    return ''.join(chunk.text or '' for chunk in takewhile(lambda chunk: chunk.text is not None, line))


def _behind(line: list[Chunk], length: int) -> Value:
    """A line without its first characters."""
    rest: list[Chunk] = []
    for chunk in line:
        words = chunk.text
        if words is None or not length:
            rest.append(chunk)
            continue
        if len(words) > length:
            rest.append(chunk.replace(text=words[length:]))
        length = max(0, length - len(words))
    return tuple(rest)
