"""Walks through the blocks of a Jenkinsfile and gathers jobs and their steps.

https://www.jenkins.io/doc/book/pipeline/syntax/ (sections of declarative pipelines),
https://www.jenkins.io/doc/pipeline/steps/workflow-durable-task-step/ (`node`, `sh`, `bat`, `powershell`).
"""

from __future__ import annotations

from artifacts_guard import groovy
from artifacts_guard.ci import link
from artifacts_guard.ci import model
from artifacts_guard.ci.jenkins import agents
from artifacts_guard.ci.jenkins import bindings
from artifacts_guard.ci.jenkins import conditions
from artifacts_guard.ci.jenkins import sections
from artifacts_guard.ci.jenkins import steps
from artifacts_guard.ci.jenkins.frame import DEPTH
from artifacts_guard.ci.jenkins.frame import Builder
from artifacts_guard.ci.jenkins.frame import Frame
from artifacts_guard.ci.jenkins.frame import Function
from artifacts_guard.ci.jenkins.frame import function_of
from artifacts_guard.ci.jenkins.frame import strings_of
from artifacts_guard.ci.jenkins.strings import template
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.groovy import Call
from artifacts_guard.groovy import Item
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifacts_guard.ci.jenkins.strings import Constants
    from artifacts_guard.text import Tree


_MOST_STEPS = 2000
_MOST_ENTERED = 500  # bodies of functions that are read, each call anew
_LIBRARIES = frozenset(('@Library', 'library', 'libraries'))


class Walker:
    """Reads one document and what it loads from the same tree."""

    def __init__(self, document: Document, tree: Tree, items: tuple[Item, ...]) -> None:
        self._tree = tree
        self._items = items
        self._document = document
        self._names: dict[str, int] = {}
        self._inside: list[str] = []
        self._functions: dict[str, Function] = {}
        self._used: set[str] = set()
        self._count = 0
        self._entered = 0
        self.constants: Constants = {}
        self.triggers = conditions.started(items, document)
        self.builders: list[Builder] = []
        self.unresolved: list[Unresolved] = []
        self.called: dict[str, None] = {}

    def run(self) -> None:
        frame = Frame(self._document)
        self._define(self._items, self._document)
        self.block(self._items, frame)
        for name, function in tuple(self._functions.items()):
            if name not in self._used and function.document is self._document:
                self._alone(name, function, frame)

    def _alone(self, name: str, function: Function, frame: Frame) -> None:
        """A function that the document itself does not call: perhaps nobody does."""
        body = function.body
        runner = Runner(model.UNKNOWN, '', 'a function that nothing is known to call')
        builder = Builder(name, Place(self._document, Span(body.start, body.end)), runner, self.triggers)
        builder.automation = False
        self.block(body.items, frame.replace(stage=name, builder=builder))
        if builder.steps:
            self.builders.append(builder)

    def _define(self, items: Sequence[Item], document: Document, prefix: str = '') -> None:
        """Functions of a document, which may be called before they stand there."""
        for statement in groovy.statements(items):
            found = function_of(statement)
            if found is not None:
                self._functions.setdefault(prefix + found[0], Function(found[1], document))

    def block(self, items: Sequence[Item], frame: Frame) -> None:
        if frame.depth > DEPTH:
            return
        frame = frame.replace(depth=frame.depth + 1)
        for statement in groovy.statements(items):
            if function_of(statement) is None:
                self._statement(statement, frame)

    def _statement(self, statement: Sequence[Item], frame: Frame) -> None:
        entry = bindings.assigned(statement)
        for call in groovy.calls(statement):
            if call.name in ('docker.image', 'docker.build'):
                frame = frame.replace(image=agents.named_image(call, frame.document, self.constants))
            if entry is not None and call.name == 'load':
                self.load(call, frame, f'{entry[0].text}.')
                continue
            self.call(call, frame)
        for item in statement[:1]:
            if item.text in _LIBRARIES:
                self._library(statement, frame)
        if entry is not None:
            self._assign(*entry, frame)

    def _assign(self, name: Item, value: tuple[Item, ...], frame: Frame) -> None:
        values = template(value, frame.document, self.constants, early=False)
        if not values:
            return
        if not name.text.startswith('env.'):
            known = self.constants.get(name.text, ())
            self.constants[name.text] = tuple(dict.fromkeys((*known, *values)))[:4]
        elif frame.builder is not None:
            place = Place(frame.document, Span(name.start, value[-1].end))
            frame.builder.set.append(Binding(name.text[4:], values[0], 'block', place))

    def call(self, call: Call, frame: Frame) -> None:
        handler = sections.HANDLERS.get(call.name)
        if handler is not None:
            handler(self, call, frame)
        elif call.name in steps.SHELLS:
            self._run(call, frame)
        elif call.name in self._functions and call.name not in self._inside:
            self._enter(call, self._functions[call.name], frame)
        elif '.' not in call.name and call.name and not call.closures and self._shared_step(call, frame):
            return
        else:
            self._through(call, frame)

    def _through(self, call: Call, frame: Frame) -> None:
        """What is in the arguments and blocks of a call, in the same surroundings."""
        if frame.depth > DEPTH:
            return
        for argument in call.arguments:
            self.value(argument.items, frame.replace(depth=frame.depth + 1))
        for closure in call.closures:
            self.block(closure.items, frame)

    def value(self, items: Sequence[Item], frame: Frame) -> None:
        for call in groovy.calls(items):
            self.call(call, frame)

    def _enter(self, call: Call, function: Function, frame: Frame) -> None:
        self._used.add(call.name)
        self._entered += 1
        if self._entered > _MOST_ENTERED:
            return
        self._inside.append(call.name)
        hop = Hop(f'called as {call.name}', Place(frame.document, Span(call.start, call.end)))
        via = (*frame.via, hop) if function.document is not frame.document else frame.via
        for closure in call.closures:
            self.block(closure.items, frame)
        self.block(function.body.items, frame.replace(document=function.document, via=via))
        self._inside.pop()

    # code from elsewhere

    def _library(self, statement: Sequence[Item], frame: Frame) -> None:
        place = Place(frame.document, Span(statement[0].start, statement[-1].end))
        name = next((item.text for item in strings_of(statement)), 'library')
        self.unresolved.append(Unresolved('library', name, place))

    def load(self, call: Call, frame: Frame, prefix: str) -> None:
        """https://www.jenkins.io/doc/pipeline/steps/workflow-cps/#load-evaluate-a-groovy-source-file-into-the-pipeline-script"""
        given = next((argument.items[0] for argument in call.arguments), None)
        path = given.text if given is not None and given.kind == groovy.STRING and not given.holes else ''
        found = self._open(link.join('', path.removeprefix('${WORKSPACE}/')) if path else None)
        if found is None:
            place = Place(frame.document, Span(call.start, call.end))
            self.unresolved.append(Unresolved('library', path or 'load', place))
            return
        document, items = found
        self._define(items, document, prefix)
        hop = Hop('loaded here', Place(frame.document, Span(call.start, call.end)))
        self._entered += 1
        if document.path not in self._inside and self._entered <= _MOST_ENTERED:
            self._inside.append(document.path)
            self.block(items, frame.replace(document=document, via=(*frame.via, hop)))
            self._inside.pop()

    def _shared_step(self, call: Call, frame: Frame) -> bool:
        """A step that `vars/NAME.groovy` of the same tree defines."""
        found = self._open(f'vars/{call.name}.groovy') if call.name not in self._inside else None
        if found is None or found[0] is self._document:
            return False
        document, items = found
        body = next((f[1] for f in map(function_of, groovy.statements(items)) if f and f[0] == 'call'), None)
        if body is None:
            return False
        self._enter(call, Function(body, document), frame)
        return True

    def _open(self, path: str | None) -> tuple[Document, tuple[Item, ...]] | None:
        document = self._tree.document(path) if path else None
        if document is None or document.path == self._document.path:
            return None
        self.called[document.path] = None
        return document, groovy.parse(document.text)[0]

    # jobs and steps

    def builder(self, name: str, place: Place, runner: Runner, frame: Frame) -> Builder:
        self._names[name] = self._names.get(name, 0) + 1
        if self._names[name] > 1:
            name = f'{name} ({self._names[name]})'
        triggers = self.triggers if frame.triggers is None else frame.triggers
        made = Builder(name, place, runner, triggers)
        self.builders.append(made)
        return made

    def _run(self, call: Call, frame: Frame) -> None:
        scripts = steps.scripts(call, frame.document, self.constants)
        self._count += 1
        if not scripts or self._count > _MOST_STEPS:
            return
        builder = frame.builder or self._homeless(frame)
        place = Place(frame.document, Span(call.start, call.end))
        builder.steps += [
            Step(
                frame.stage or call.name,
                place,
                (script,),
                image=frame.image,
                env=(*frame.env, *builder.set),
                triggers=frame.triggers,
                directory=frame.directory,
                via=frame.via,
            )
            for script in scripts
        ]

    def _homeless(self, frame: Frame) -> Builder:
        """The job of steps that stand in no `node` and under no agent."""
        if not self.builders or self.builders[-1].runner.label:
            runner = Runner(model.UNKNOWN, '', 'the file names no agent')
            self.builder(frame.stage or 'pipeline', Place(frame.document, Span(0, 0)), runner, frame)
        return self.builders[-1]
