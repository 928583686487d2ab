"""Documents of this language: workflows, and actions that they use."""

from __future__ import annotations

import re

from artifacts_guard.ci import link
from artifacts_guard.ci.actions import calls
from artifacts_guard.ci.actions import jobs
from artifacts_guard.ci.actions import triggers
from artifacts_guard.ci.actions.dialect import Dialect
from artifacts_guard.ci.actions.frame import Frame
from artifacts_guard.ci.actions.frame import Gathered
from artifacts_guard.ci.model import CALL
from artifacts_guard.ci.model import UNKNOWN
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Step
from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.actions.operations import Value
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

_ACTION_FILES = frozenset(('action.yml', 'action.yaml'))
_RUNS = lazy(r'^[\'"]?runs[\'"]?\s*:', re.MULTILINE)


def claims(document: Document, dialect: Dialect) -> bool:
    """A workflow by its folder; an action by its name and because it says what it `runs`."""
    if not _is_action(document.path, dialect):
        return True
    return bool(_RUNS.search(document.text))


def read(document: Document, tree: Tree, dialect: Dialect) -> Pipeline:
    """A workflow or action with all that it calls inside the tree.  Raises YamlError."""
    library = link.library(tree)
    root = library.root(document)
    frame = Frame(
        dialect,
        library,
        Gathered(),
        _root(document.path, dialect),
        stack=(document.path,),
        shell=dialect.unset,
    )
    if _is_action(document.path, dialect):
        return _action(document, root, frame)
    return _workflow(document, root, frame)


def _workflow(document: Document, root: Node, frame: Frame) -> Pipeline:
    on = root['on']
    events = triggers.events(on)
    declared = (on['workflow_dispatch']['inputs'], on['workflow_call']['inputs'])
    frame = frame.replace(events=events, inputs=_choices(on['workflow_dispatch']['inputs'], len(events) > 1))
    found = jobs.read(root, frame)
    kinds = {event.trigger.kind for event in events}
    return Pipeline(
        document,
        frame.dialect.system,
        kind='workflow' if kinds == {CALL} else 'pipeline',
        jobs=tuple(found),
        triggers=tuple(event.trigger for event in events),
        parameters=tuple(parameter for node in declared for parameter in _parameters(node, frame)),
        called=tuple(frame.gathered.called),
    )


def _action(document: Document, root: Node, frame: Frame) -> Pipeline:
    """An action by itself: it runs on the host of whoever uses it."""
    folder = document.path.rpartition('/')[0]
    runs = root['runs']
    if runs['using'].text.strip().lower() == 'composite':
        found = calls.expand(runs['steps'], frame)
    elif runs:
        found = [calls.program(runs, frame, Step(root['name'].text, runs.place), folder)]
    else:
        found = []
    job = Job(
        root['name'].text.strip() or folder or 'action',
        runs.place,
        Runner(UNKNOWN, '', 'runs on the host of the job that uses it'),
        steps=tuple(found),
        automation=False,
        unresolved=tuple(frame.gathered.unresolved),
    )
    return Pipeline(
        document,
        frame.dialect.system,
        kind='action',
        jobs=(job,) if found else (),
        parameters=_parameters(root['inputs'], frame),
        called=tuple(frame.gathered.called),
    )


def _parameters(node: Node, frame: Frame) -> tuple[Binding, ...]:
    return tuple(
        Binding(
            name.lower(),
            frame.template(value['default']) if value['default'].kind == 'scalar' else None,
            'pipeline',
            value.entry,
        )
        for name, value in node.items()
    )


def _choices(declared: Node, may_be_absent: bool) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    """Inputs of a run started by hand that are chosen from a list, or are booleans.

    Under other triggers they are absent.
    """
    found: list[tuple[str, tuple[Value, ...]]] = []
    for name, node in declared.items():
        kind = node['type'].text.strip()
        options: tuple[Value, ...] = ()
        if kind == 'boolean':
            options = (True, False)
        elif kind == 'choice':
            options = tuple(option.text for option in node['options'].scalars())
        if options:
            found.append((name.lower(), (*options, None) if may_be_absent else options))
    return tuple(found)


def _is_action(path: str, dialect: Dialect) -> bool:
    folder, _, name = path.rpartition('/')
    return name in _ACTION_FILES and not f'/{folder}'.endswith(f'/{dialect.folder}/workflows')


def _root(path: str, dialect: Dialect) -> str:
    """The folder of the repository that a document belongs to: a tree can hold several."""
    at = f'/{path}'.find(f'/{dialect.folder}/')
    return path[: max(at - 1, 0)] if at >= 0 else ''
