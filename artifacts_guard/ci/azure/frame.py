"""What holds at a place of a pipeline: variables, parameters, pool; and how strings are read there.

https://learn.microsoft.com/azure/devops/pipelines/process/variables: `${{ }}` is filled in when the
pipeline is compiled, `$[ ]` when a job starts, `$(x)` before a step runs (left as it is when there is no such
variable), and variables that are no secrets are in the environment too, in upper case and with `_` for `.`.
"""

from __future__ import annotations

import re

from artifacts_guard.ci.azure.nodes import entries
from artifacts_guard.ci.azure.order import Order
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Scope
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Trigger
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.record import Record
from artifacts_guard.yamltree import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.link import Library
    from artifacts_guard.text import Document
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

_EXPRESSION = re.compile(
    r'\$\{\{(?P<compiled>(?:[^}]|\}(?!\})){0,2000})\}\}|\$\((?P<macro>[A-Za-z0-9_][\w.-]*)\)'
    r"|\$\[(?P<runtime>(?:[^\]\[']|'[^']*'|\[\s*'[^']*'\s*\]){0,2000})\]"
)
_NAME = r"(?:\.(?P<{0}member>[\w-]+(?:\.[\w-]+)*)|\[\s*'(?P<{0}key>[^'\]]+)'\s*\])"
_NAMED = re.compile(
    rf'(?<![\w.])(?:parameters{_NAME.format("p")}|variables{_NAME.format("v")})', re.IGNORECASE
)
_WORD = re.compile(r'[\w.-]+')
# https://learn.microsoft.com/azure/devops/pipelines/build/variables
_PREDEFINED = (
    *('agent.', 'build.', 'checks.', 'common.', 'environment.', 'pipeline.', 'release.', 'resources.'),
    *('strategy.', 'system.', 'tf_build', 'date:', 'rev:'),
)
# where the repository is checked out
_ROOTS = frozenset(('build.sourcesdirectory', 'build.repository.localpath', 'system.defaultworkingdirectory'))
# commands without arguments that people substitute in shells
_COMMANDS = frozenset(
    (
        'arch',
        'date',
        'dirname',
        'getconf',
        'hostname',
        'id',
        'ls',
        'mktemp',
        'nproc',
        'pwd',
        'tty',
        'uname',
        'whoami',
    )
)
_MOST = 16


class Gathered:
    """What belongs to the whole pipeline: its jobs, the templates put into it, and what is missing."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.jobs: list[Job] = []
        self.names: dict[str, int] = {}
        self.stages: list[str] = []
        self.called: dict[str, None] = {}
        self.unresolved: list[Unresolved] = []
        self.spellings: dict[str, str] = {}
        self.budget = 3000

    def miss(self, kind: str, name: str, place: Place) -> None:
        self.unresolved.append(Unresolved(kind, name, place))

    def spelled(self, name: str) -> str:
        """Names are compared without case: the first spelling stands for all."""
        return self.spellings.setdefault(name.lower(), name)

    def spend(self) -> bool:
        self.budget -= 1
        return self.budget >= 0


class Frame(Record):
    """`variables` are by lower-case name; `given` are parameters that are lists or mappings, and where they come from.

    `handed`: what stands here was handed to a template that can't be read.
    """

    gathered: Gathered
    document: Document
    root: Node
    triggers: tuple[Trigger, ...] = ()
    env: tuple[Binding, ...] = ()
    variables: dict[str, Template] = {}  # noqa: RUF012 - records are frozen
    scope: Scope | None = None
    given: dict[str, Given] = {}  # noqa: RUF012
    pool: Node = EMPTY
    stack: tuple[str, ...] = ()
    via: tuple[Hop, ...] = ()
    condition: str = ''
    handed: bool = False
    order: Order = Order()

    def template(self, node: Node, *, early: bool = False) -> Template:
        """A string with its expressions."""
        fragment = node.fragment
        if '$' not in fragment.text:
            return Template(fragment)
        found = []
        for match in _EXPRESSION.finditer(fragment.text):
            macro = match['macro'] or ''
            if macro:
                choices = self._macro(macro)
            elif match['compiled'] is not None:
                choices = self._compiled(match['compiled'])
            else:
                choices = self.order.outputs(match['runtime'])
            if choices:
                found.append(Expression(match.start(), match.end(), choices, early, macro.lower()))
        return Template(fragment, tuple(found))

    def _macro(self, name: str) -> tuple[Reference | str, ...]:
        """What `$(name)` can be; () when it is no macro."""
        lower = name.lower()
        if lower in self.variables:
            return self._known(self.variables[lower])
        if lower in _ROOTS:
            return ('.',)
        if lower.startswith(_PREDEFINED):
            return (Reference('vars', name),)
        if name in _COMMANDS:
            return ()
        return (Reference('variable', self.gathered.spelled(name)),)

    def _known(self, value: Template) -> tuple[Reference | str, ...]:
        if not value.expressions:
            return (value.text,)
        return tuple(choice for one in value.expressions for choice in one.choices)[:_MOST]

    def _compiled(self, code: str) -> tuple[Reference | str, ...]:
        """What `${{ code }}` can be."""
        found: dict[Reference | str, None] = {}
        for match in _NAMED.finditer(code):
            parameter = match['pmember'] or match['pkey']
            variable = match['vmember'] or match['vkey']
            if parameter:
                found[Reference('input', parameter.lower())] = None
            elif variable.lower() in self.variables:
                found.update(dict.fromkeys(self._known(self.variables[variable.lower()])))
        return tuple(found)[:_MOST] or (Reference('unknown', code.strip()[:80]),)

    def static(self, node: Node) -> str:
        """A string as far as the documents tell it: the first value of each expression."""
        template = self.template(node)
        return _filled(template, self.scope, 0).strip()

    def lookup(self, code: str) -> Given | None:
        """The list or mapping that `parameters.x`, or the name of a loop, stands for."""
        match = _NAMED.fullmatch(code.strip())
        if match and (match['pmember'] or match['pkey']):
            return self.given.get((match['pmember'] or match['pkey']).lower())
        return self.given.get(f'${code.strip().lower()}') if _WORD.fullmatch(code.strip()) else None

    def declare(self, name: Node, value: Node, level: str) -> Frame:
        """The frame with one more variable."""
        template = self.template(value)
        variables = {**self.variables, name.text.lower(): template}
        kinds = {c.kind for e in template.expressions for c in e.choices if isinstance(c, Reference)}
        if 'variable' in kinds or ('$[' in template.text and 'output' not in kinds):
            return self.replace(variables=variables)  # secrets do not reach the environment this way
        key = name.text.upper().replace('.', '_').replace(' ', '_')
        binding = Binding(key, template, level, value.entry)
        return self.replace(variables=variables, env=(*self.env, binding))

    def bindings(self, node: Node) -> tuple[Binding, ...]:
        """The entries of a step's `env`."""
        return tuple(
            Binding(key.upper() if '.' in key else key, self.template(value), 'step', value.entry)
            for key, value in entries(node)
            if value.kind == 'scalar'
        )


class Given(Record):
    node: Node
    frame: Frame


def _filled(template: Template, scope: Scope | None, depth: int) -> str:
    text, at = '', 0
    for expression in template.expressions:
        text += template.text[at : expression.start]
        text += _first(expression, template, scope, depth)
        at = expression.end
    return text + template.text[at:]


def _first(expression: Expression, template: Template, scope: Scope | None, depth: int) -> str:
    for choice in expression.choices:
        if isinstance(choice, str):
            return choice
        if choice.kind == 'input' and scope is not None and depth < _MOST:
            for binding in scope.inputs:
                if binding.name == choice.name and binding.value is not None:
                    return _filled(binding.value, scope.parent, depth + 1)
    return template.text[expression.start : expression.end]
