"""Dockerfiles: what stays in an image, and what runs while it is built.

https://docs.docker.com/reference/dockerfile/.  ARG and ENV are bindings of level `image`: they
are in its history or configuration.  A mounted secret is bound for one instruction only.
"""

from __future__ import annotations

import re

from artifacts_guard import dockerfile
from artifacts_guard.ci import interpreters
from artifacts_guard.ci import model
from artifacts_guard.ci import substitution
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.text import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.dockerfile import Instruction
    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Tree

NAME = 'docker'
# for docs/systems.md
UNDERSTANDS = (
    'stages, `ARG` and `ENV` over several lines',
    'here-documents',
    'secrets mounted for one instruction',
)
UNRESOLVED = ('base images',)
HOSTS = 'unknown: the file does not say where the image is built'
SHELLS = 'sh, or what `SHELL` says'
MASKS = False

_FROM = re.compile(r'^[ \t]*from[ \t]+\S', re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(r'[A-Za-z_][\w.-]*')
_OLD_ENV = re.compile(r'([A-Za-z_]\w*)[ \t]+(?=\S)')
_SHELL = Shell('sh', False, False)
_COMMANDS = ('CMD', 'ENTRYPOINT')
_RUNNER = Runner(model.UNKNOWN, '', 'the file does not say where the image is built')


def claims(document: Document) -> bool:
    """A Dockerfile has a FROM."""
    return bool(_FROM.search(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    """One job: each command of the build, with the arguments and variables set before it."""
    file = dockerfile.parse(document)
    build = _Build(file.escape)
    for instruction in file.instructions:
        build.add(instruction)
    build.finish()
    place = whole(document).whole()
    job = Job(document.path, place, _RUNNER, tuple(build.steps), automation=False)
    return Pipeline(document, NAME, kind='image', jobs=(job,), masks=False)


class _Build:
    """The state of a build: that of the stage, and that of the stages before by their names."""

    def __init__(self, escape: str) -> None:
        self.steps: list[Step] = []
        self._escape = escape
        self._global: dict[str, Binding] = {}
        self._started = False
        self._stages: dict[str, tuple[Binding, ...]] = {}
        self._stage = ''
        self._arguments: list[Binding] = []
        self._variables: list[Binding] = []
        self._order: list[Binding] = []
        self._unseen = False
        self._shell = _SHELL
        self._inherited: tuple[Binding, ...] = ()

    def add(self, instruction: Instruction) -> None:
        keyword, text = instruction.keyword, instruction.text
        if keyword == 'FROM':
            self._from(text)
        elif keyword == 'ARG':
            for one in self._pairs(text, bare=True):
                self._declare(one)
        elif keyword == 'ENV':
            for one in self._pairs(text, bare=False):
                self._variables.append(one)
                self._order.append(one)
                self._unseen = True
        elif keyword == 'SHELL':
            self._shell = interpreters.shell(
                ' '.join(text.text[a:b] for a, b in dockerfile.array(text) or ())
            )
        elif keyword == 'RUN':
            env = (*self._inherited, *self._order, *_mounted(instruction))
            self._run(instruction, env)
            self._unseen = False
        elif keyword in _COMMANDS:
            self._run(instruction, (*self._inherited, *self._variables))
        elif keyword == 'HEALTHCHECK' and text.text[:3].upper() == 'CMD':
            cut = len(text.text) - len(text.text[3:].lstrip())
            later = instruction.replace(text=text.slice(cut, len(text.text)))
            self._run(later, (*self._inherited, *self._variables))

    def finish(self) -> None:
        """Close the stage: what no command saw is seen by a step of its own."""
        if self._unseen and self._order:
            place = self._order[-1].place
            self.steps.append(Step('settings of the image', place, env=(*self._inherited, *self._order)))
        if not self._started:
            early = tuple(self._global.values())
            if early:
                self.steps.append(Step('arguments', early[0].place, env=early))
        elif self._stage:
            self._stages[self._stage] = (*self._inherited, *self._variables)

    def _from(self, text: Fragment) -> None:
        self.finish()
        words = text.text.split()
        self._started = True
        self._inherited = self._stages.get(words[0].lower(), ()) if words else ()
        self._stage = words[2].lower() if len(words) > 2 and words[1].lower() == 'as' else ''
        self._arguments, self._variables, self._order = [], [], []
        self._unseen = False
        self._shell = _SHELL

    def _declare(self, binding: Binding) -> None:
        if not self._started:
            self._global[binding.name] = binding
            return
        held = self._global.get(binding.name)
        if binding.value is None and held is not None and held.value is not None:
            binding = binding.replace(value=held.value)
        # ENV wins over ARG of the same name: …/dockerfile/#using-arg-variables
        if not any(b.name == binding.name for b in (*self._inherited, *self._variables)):
            self._order.append(binding)
            self._unseen = True

    def _pairs(self, text: Fragment, *, bare: bool) -> list[Binding]:
        """`NAME=value` words; a name alone (`bare`) gets its value from the command line."""
        old = _OLD_ENV.match(text.text)
        if old and not bare:
            value = substitution.image(text.slice(old.end(), len(text.text)), self._escape)
            return [Binding(old[1], value, 'image', text.place(0, len(text.text)))]
        found = []
        for start, end in dockerfile.words(text.text, self._escape):
            match = _NAME.match(text.text, start, end)
            if not match:
                continue
            place = text.place(start, end)
            if text.text.startswith('=', match.end()):
                value = substitution.image(text.slice(match.end() + 1, end), self._escape)
                given = None if bare and not value.text else value
                found.append(Binding(match[0], given, 'image', place))
            elif bare and match.end() == end:
                found.append(Binding(match[0], None, 'image', place))
        return found

    def _run(self, instruction: Instruction, env: tuple[Binding, ...]) -> None:
        script = _command(instruction, self._shell)
        if script is not None:
            name = instruction.text.text[:40]
            self.steps.append(Step(name, instruction.text.whole(), (script,), env=env))


def _mounted(instruction: Instruction) -> list[Binding]:
    """Secrets that are variables of one RUN: `--mount=type=secret,id=token,env=TOKEN`."""
    found = []
    for flag in instruction.flags:
        name, _, options = flag.text.partition('=')
        held = dict(one.partition('=')[::2] for one in options.split(','))
        if name == '--mount' and held.get('type') == 'secret' and held.get('env'):
            found.append(Binding(held['env'], None, 'step', flag.whole()))
    return found


def _command(instruction: Instruction, shell: Shell) -> Script | Argv | None:
    text, documents = instruction.text, instruction.heredocs
    if (
        documents
        and not text.text[: documents[0].start].strip()
        and not text.text[documents[0].end :].strip()
    ):
        return _document(documents[0].body, shell)
    if documents:
        first = text.whole().span.start
        last = documents[-1].body.whole().span.end
        source = text.document.text
        stop = source.find('\n', last)
        from artifacts_guard.text import part

        return Script(Template(part(text.document, first, len(source) if stop < 0 else stop)), shell)
    items = dockerfile.array(text)
    if items is None:
        return Script(Template(text), shell) if text.text.strip() else None
    words = tuple(Template(_decoded(text.slice(start, end))) for start, end in items)
    return Argv(words, text.whole()) if words else None


def _document(body: Fragment, shell: Shell) -> Script:
    """A here-document alone is a script, for the shell or for the program in its first line."""
    if body.text.startswith('#!'):
        shell = interpreters.shell(body.text[2:].partition('\n')[0])
    return Script(Template(body), shell)


def _decoded(item: Fragment) -> Fragment:
    if '\\' not in item.text:
        return item
    import json

    from artifacts_guard.ci.fragments import said

    try:
        return said(item.whole(), str(json.loads(f'"{item.text}"'))).fragment
    except ValueError:
        return item
