"""systemd units that run programs: `*.service`, with their drop-ins and timers.

https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html,
https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html
A unit runs on a machine of many; its output goes to the journal, which masks nothing.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import link
from artifacts_guard.ci import model
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.fragments import tail
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Trigger
from artifacts_guard.ci.systemd import words
from artifacts_guard.text import part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.link import Library
    from artifacts_guard.ci.systemd.words import Entry
    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Place
    from artifacts_guard.text import Tree

NAME = 'systemd'
# for docs/systems.md
UNDERSTANDS = ('drop-ins and timers of the tree', '`EnvironmentFile` of the tree', 'credentials')
UNRESOLVED = ('environment files of the machine',)
HOSTS = 'shared: a machine of many'
SHELLS = 'none: the command line is started as it is'
MASKS = False

_CLAIM = re.compile(r'^[ \t]*\[Service\][ \t]*$', re.MULTILINE)
# in the order in which they run
_COMMANDS = (
    'ExecCondition',
    'ExecStartPre',
    'ExecStart',
    'ExecStartPost',
    'ExecReload',
    'ExecStop',
    'ExecStopPost',
)
_PREFIXES = '@-:+!|'
_CREDENTIALS = ('LoadCredential', 'LoadCredentialEncrypted', 'SetCredential', 'SetCredentialEncrypted')
_ASSIGNMENT = re.compile(r'[ \t]*([A-Za-z_]\w*)[ \t]*=[ \t]*(.*)$')
_EVIDENCE = 'a systemd unit: its machine has other users and jobs'


def claims(document: Document) -> bool:
    """By its name and its section."""
    return bool(_CLAIM.search(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    """A unit as one job."""
    library = link.library(tree)
    name = document.path.rpartition('/')[2]
    found = _Settings(document, library)
    place = found.place or part(document, 0, 0).whole()
    triggers = tuple(_triggers(document, library)) or found.installed
    job = Job(
        name,
        place,
        Runner(model.SHARED, 'systemd', _EVIDENCE),
        steps=tuple(found.steps()),
        env=tuple(found.env(name)),
        triggers=triggers,
    )
    return Pipeline(document, NAME, kind='unit', jobs=(job,), triggers=triggers, masks=False)


class _Settings:
    """What a unit and its drop-ins say; an empty value takes back what was said before."""

    def __init__(self, document: Document, library: Library) -> None:
        self._library = library
        self._lists: dict[str, list[Entry]] = {}
        self.place: Place | None = None
        self.installed: tuple[Trigger, ...] = ()
        for one in (document, *_drop_ins(document, library)):
            for entry in words.entries(one):
                if entry.section == 'Service':
                    self._add(entry)
                elif entry.section == 'Install' and entry.key in ('WantedBy', 'RequiredBy'):
                    text = entry.value.text.strip()
                    self.installed = (Trigger(model.OTHER, text, entry.value.whole()),)

    def _add(self, entry: Entry) -> None:
        self.place = self.place or entry.value.whole()
        if entry.value.text.strip():
            self._lists.setdefault(entry.key, []).append(entry)
        else:
            self._lists[entry.key] = []

    def _values(self, key: str) -> list[Fragment]:
        return [entry.value for entry in self._lists.get(key, ())]

    def steps(self) -> Iterator[Step]:
        """A step for each command line.  Variables of a file that is not in the tree are not known."""
        reference = 'variable' if self._values('EnvironmentFile') else 'env'
        directories = self._values('WorkingDirectory')
        directory = self._plain(directories[-1]) if directories else None
        for key in _COMMANDS:
            for value in self._values(key):
                for command in _commands(value, reference):
                    place = command.words[0].place
                    yield Step(
                        key, place, (command,), directory=directory, may_fail='-' in _marks(value.text)
                    )

    def _plain(self, value: Fragment) -> Template | None:
        found = words.words(value)
        return found[0] if found else None

    def env(self, name: str) -> Iterator[Binding]:
        """Variables of the unit, then of the files that it names, which win."""
        for value in self._values('Environment'):
            for word in words.words(value):
                key, mark, _ = word.text.partition('=')
                if mark and key.isidentifier():
                    yield Binding(key, tail(word, len(key) + 1), 'job', word.place)
        for value in self._values('EnvironmentFile'):
            path = value.text.strip().removeprefix('-').lstrip('/')
            document = self._library.document(path) if path and '%' not in path else None
            if document is not None:
                yield from _from_file(document)
        for key in _CREDENTIALS:
            if values := self._values(key):
                folder = said(values[0].whole(), f'/run/credentials/{name}')
                yield Binding('CREDENTIALS_DIRECTORY', folder, 'job', values[0].whole())
                break


def _drop_ins(document: Document, library: Library) -> list[Document]:
    """https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html: `UNIT.d/*.conf`"""
    folder = f'{document.path}.d/'
    paths = [path for path in library.paths() if path.startswith(folder) and path.endswith('.conf')]
    return [found for path in sorted(paths) if (found := library.document(path)) is not None]


def _triggers(document: Document, library: Library) -> Iterator[Trigger]:
    """The timer that is named like the unit."""
    timer = library.document(f'{document.path.removesuffix(".service")}.timer')
    if timer is not None:
        for entry in words.entries(timer):
            if entry.section == 'Timer' and entry.key.startswith('On') and entry.value.text.strip():
                yield Trigger(model.SCHEDULE, f'{entry.key}={entry.value.text.strip()}', entry.value.whole())


def _marks(text: str) -> str:
    """The marks before a program: `-` lets it fail, `:` keeps variables as they are written."""
    text = text.lstrip(' \t')
    return text[: len(text) - len(text.lstrip(_PREFIXES))]


def _commands(value: Fragment, reference: str) -> Iterator[Argv]:
    """The command lines of a value, which a word `;` separates."""
    expands = ':' not in _marks(value.text)
    line: list[Template] = []
    for word in [*words.words(value, variables=expands, reference=reference), None]:
        # an escaped `\;` is a word of its own making: its text is no longer than its place
        if word is not None and not (word.text == ';' and word.place.text == ';'):
            line.append(word)
            continue
        command = _command(line)
        if command:
            yield Argv(tuple(command), command[0].place)
        line = []


def _command(line: list[Template]) -> list[Template]:
    """A command line without the marks before its program; `@` says that its second word is another name."""
    if not line:
        return []
    first = line[0]
    marks = len(first.text) - len(first.text.lstrip(_PREFIXES))
    rest = line[2:] if '@' in first.text[:marks] else line[1:]
    program = tail(first, marks) if marks else first
    return [program, *rest] if program.text else []


def _from_file(document: Document) -> Iterator[Binding]:
    """https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile="""
    for line in range(1, document.line_count() + 1):
        span = document.line_span(line)
        match = _ASSIGNMENT.match(document.text[span.start : span.end].rstrip())
        if match:
            value = part(document, span.start + match.start(2), span.start + match.end(2))
            place = part(document, span.start + match.start(1), span.start + match.end()).whole()
            yield Binding(match[1], _unquoted(value), 'job', place)


def _unquoted(value: Fragment) -> Template:
    text = value.text
    if len(text) > 1 and text[0] == text[-1] and text[0] in '"\'':
        value = value.slice(1, len(text) - 1)
    return splice(value, ())
