"""What is in force where a step is read: the scope of its names, the matrix, the triggers, the way there."""

from __future__ import annotations

from artifacts_guard.ci import link
from artifacts_guard.ci.actions import expressions
from artifacts_guard.ci.actions import operations
from artifacts_guard.ci.actions import values
from artifacts_guard.ci.actions.dialect import Dialect
from artifacts_guard.ci.actions.shells import UNSET
from artifacts_guard.ci.actions.triggers import Event
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Scope
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.ci.model import Use
from artifacts_guard.record import Record
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.actions.operations import Value
    from artifacts_guard.ci.link import Library
    from artifacts_guard.yamltree import Node


_BOOLEANS = {'true': True, 'false': False, '': False}


class Gathered:
    """What is found on the way and belongs to the whole: documents that were put in, and what is missing.

    `left` is how many calls will still be followed: a few documents could call each other into millions.
    """

    def __init__(self) -> None:
        self.called: dict[str, None] = {}
        self.unresolved: list[Unresolved] = []
        self.left = 1000
        # values of inputs by scope and name; the scope is kept, so that its identity stays its own
        self.inputs: dict[tuple[int, str], tuple[Scope, tuple[Value, ...] | None]] = {}

    def miss(self, kind: str, name: str, place: Place) -> None:
        self.unresolved.append(Unresolved(kind, name, place))


class Frame(Record):
    """Frames are nested as calls are: `caller` is the frame that the inputs' values belong to.

    `steps` and `jobs` are put before identifiers of steps and jobs, so that they stay apart from
    those of other documents that run in the same job or pipeline.  `inputs` are the values that
    those of a run started by hand can have, `booleans` the inputs that are no strings; `env` are
    the bindings of the calls that led here.  `checkouts` are folders into which the job puts the
    repository itself.
    """

    dialect: Dialect
    library: Library
    gathered: Gathered
    root: str = ''
    events: tuple[Event, ...] = ()
    matrix: tuple[tuple[str, tuple[Value, ...]], ...] = ()
    booleans: tuple[str, ...] = ()
    inputs: tuple[tuple[str, tuple[Value, ...]], ...] = ()
    scope: Scope | None = None
    caller: Frame | None = None
    steps: str = ''
    jobs: str = ''
    env: tuple[Binding, ...] = ()
    via: tuple[Hop, ...] = ()
    stack: tuple[str, ...] = ()
    shell: Shell = UNSET
    directory: Template | None = None
    image: Use | None = None
    checkouts: tuple[str, ...] = ()

    def known(self, reference: Reference) -> tuple[Value, ...] | None:
        """The values of an input or matrix variable, as far as the documents tell."""
        if reference.kind == 'matrix':
            return dict(self.matrix).get(reference.name)
        if reference.kind != 'input':
            return None
        if self.scope is None or self.caller is None:
            return dict(self.inputs).get(reference.name)
        key = (id(self.scope), reference.name)
        if key not in self.gathered.inputs:
            self.gathered.inputs[key] = self.scope, self._given(reference.name, self.scope, self.caller)
        return self.gathered.inputs[key][1]

    def _given(self, name: str, scope: Scope, caller: Frame) -> tuple[Value, ...] | None:
        for binding in reversed(scope.inputs):
            if binding.name == name:
                if binding.value is None:
                    return None
                found = caller.values(binding.value)
                if name in self.booleans:
                    return tuple(_BOOLEANS.get(one, one) if isinstance(one, str) else one for one in found)
                return found
        return ('',)

    def may_enter(self, path: str) -> bool:
        """Whether a called document is followed: not in a circle, not too deep, not too often."""
        self.gathered.left -= 1
        return self.gathered.left >= 0 and path not in self.stack and len(self.stack) < link.DEPTH

    def settled(self, bindings: tuple[Binding, ...], kinds: tuple[str, ...]) -> tuple[Binding, ...]:
        """Bindings as they are seen inside a callee, where references of these kinds mean something else.

        They are replaced by what they stand for here, or by an unknown value.
        """
        return tuple(
            binding.replace(value=self._settled(binding.value, kinds)) if binding.value else binding
            for binding in bindings
        )

    def _settled(self, template: Template, kinds: tuple[str, ...]) -> Template:
        if not template.expressions:
            return template
        made = []
        for expression in template.expressions:
            choices: dict[Reference | str, None] = {}
            for choice in expression.choices:
                if isinstance(choice, str) or choice.kind not in kinds:
                    choices[choice] = None
                    continue
                for value in self.known(choice) or (None,):
                    if isinstance(value, str) or (isinstance(value, Reference) and value.kind not in kinds):
                        choices[value] = None
                    else:
                        choices[Reference('unknown', f'{choice.kind} {choice.name}')] = None
            made.append(expression.replace(choices=tuple(choices)))
        return template.replace(expressions=tuple(made))

    def values(self, template: Template) -> tuple[Value, ...]:
        """The values that a string can have.

        Of one that is put together of what is not known: the references in it, and one for the whole.
        """
        if not template.expressions:
            return (template.text,)
        one = template.expressions[0]
        text = template.text
        if len(template.expressions) == 1 and text.strip() == text[one.start : one.end]:
            possible = values.possible(text[one.start + 3 : one.end - 2], self.known)
            return tuple(self._named(value) if isinstance(value, Reference) else value for value in possible)
        strings = ['']
        at = 0
        for expression in template.expressions:
            inner = text[expression.start + 3 : expression.end - 2]
            possible = values.possible(inner, self.known)
            found = [string for value in possible if (string := operations.string(value)) is not None]
            if len(found) < len(possible) or len(found) * len(strings) > operations.LIMIT:
                return (*self.references(template), Reference('unknown', text))
            before = text[at : expression.start]
            strings = [string + before + value for string in strings for value in found]
            at = expression.end
        return tuple(string + text[at:] for string in strings)

    def references(self, template: Template) -> tuple[Value, ...]:
        """All references that a string is made of, through the inputs of calls."""
        found: dict[Value, None] = {}
        for expression in template.expressions:
            for choice in expression.choices:
                if isinstance(choice, Reference):
                    known = self.known(choice) or (choice,)
                    found.update((value, None) for value in known if isinstance(value, Reference))
        return tuple(found)

    def template(self, node: Node, early: bool = False) -> Template:
        """A scalar with the expressions in it."""
        fragment = node.fragment
        text = fragment.text
        if '${{' not in text:
            return Template(fragment)
        found = []
        for start, end in expressions.find(text):
            choices = values.choices(text[start + 3 : end - 2], self.known)
            if self.steps or self.jobs:
                choices = tuple(self._named(one) if isinstance(one, Reference) else one for one in choices)
            found.append(Expression(start, end, choices, early))
        return Template(fragment, tuple(found))

    def _named(self, choice: Reference) -> Reference:
        if choice.kind != 'output':
            return choice
        if choice.name.startswith('needs.'):
            return Reference('output', f'needs.{self.jobs}{choice.name[6:]}')
        return Reference('output', self.steps + choice.name)

    def bindings(self, node: Node, level: str, narrowable: bool = False) -> tuple[Binding, ...]:
        """The entries of `env:` and its like."""
        return tuple(
            Binding(
                name,
                self.template(value) if value.kind == 'scalar' else None,
                level,
                value.entry,
                narrowable,
            )
            for name, value in node.items()
        )
