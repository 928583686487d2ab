"""What `<< … >>` means where it stands, and where names of commands, jobs and executors are looked up.

Parameters are put into the text before anything runs, so this is done here, too: what a shell reads
is what CircleCI would give it: https://circleci.com/docs/reference/reusing-config/#using-the-parameters-declaration
"""

from __future__ import annotations

import re

from artifacts_guard.ci import conditions
from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template
from artifacts_guard.record import Record
from artifacts_guard.yamltree import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.conditions import Value
    from artifacts_guard.text import Fragment
    from artifacts_guard.yamltree import Node

# `\<<` is a `<<` for the shell.  `<<# p >>` and `<</ p >>` begin and end a part that depends on p.
_MARKS = re.compile(r'(?P<escape>\\<<)|<<(?!<)(?P<section>[#/^]?)(?P<inner>(?:(?!<<|>>)[^\n])*)>>')
_OURS = re.compile(r'(?<![\w.-])(?:parameters|pipeline|matrix)\.\w')
_NUMBER = re.compile(r'-?\d+(?:\.\d+)?')
_BOOLEANS = {'true': True, 'false': False}
_MOST_TEXT = 2_000_000


class Config:
    """What belongs to a whole document, and how much of it will still be expanded."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.parameters = root['parameters']
        self.steps_left = 5000
        self._text_left = _MOST_TEXT
        # by node and frame; both are kept, so that their identities stay their own
        self.templates: dict[tuple[int, int], tuple[Node, Frame, Template]] = {}
        self.values: dict[tuple[int, int], tuple[Node, Frame, tuple[Value, ...]]] = {}

    def spend(self, text: str) -> bool:
        """Whether a text may still be put in: a few parameters could double it many times."""
        self._text_left -= len(text)
        return self._text_left >= 0


class Argument(Record):
    """What a parameter is given: one node, or several that a matrix chooses from, and the frame they stand in."""

    nodes: tuple[Node, ...]
    frame: Frame


class Frame(Record):
    """`names` is the configuration or orb whose commands, jobs, executors and orbs are seen here.

    `arguments` are those of the call, `declared` the parameters that it can have.  `facts` are
    pipeline values that a trigger tells.  `stack` are the commands that are being expanded.
    """

    config: Config
    names: Node
    arguments: tuple[tuple[str, Argument], ...] = ()
    declared: Node = EMPTY
    matrix: tuple[tuple[str, Argument], ...] = ()
    facts: tuple[tuple[str, tuple[Value, ...]], ...] = ()
    stack: tuple[str, ...] = ()
    via: tuple[Hop, ...] = ()

    def argument(self, name: str) -> Argument | None:
        """What a parameter of the command, job or executor has; None when nobody tells."""
        found = dict(self.arguments).get(name)
        if found is not None:
            return found
        default = self.declared[name]['default']
        return Argument((default,), self.outside()) if default else None

    def outside(self) -> Frame:
        """The same document outside of all calls."""
        return Frame(self.config, self.names, facts=self.facts)

    def entered(self, node: Node, names: Node, given: dict[str, Argument]) -> Frame:
        """The frame inside a command, job or executor."""
        return self.replace(
            names=names,
            arguments=tuple(given.items()),
            declared=node['parameters'],
            matrix=(),
        )

    def given(self, node: Node, names: Node) -> dict[str, Argument]:
        """The arguments that a call gives to the parameters that `node` declares."""
        return {name: Argument((value,), self) for name, value in node.items() if names.has(name)}

    # values

    def known(self, name: str) -> tuple[Value, ...] | None:
        """The values of a name in an expression, as far as the document tells."""
        kind, _, rest = name.partition('.')
        if kind == 'parameters':
            found = self.argument(rest)
            return self._of(found) if found else (Reference('input', rest),)
        if kind == 'matrix':
            found = dict(self.matrix).get(rest)
            return self._of(found) if found else None
        told = dict(self.facts).get(name)
        if told is not None or kind != 'pipeline':
            return told
        if rest.startswith('parameters.'):
            return self._pipeline(rest[len('parameters.') :])
        return (Reference('github', name),)

    def _of(self, argument: Argument) -> tuple[Value, ...]:
        return conditions.unique(value for node in argument.nodes for value in argument.frame._held(node))

    def _held(self, node: Node) -> tuple[Value, ...]:
        key = id(node), id(self)
        if key not in self.config.values:
            self.config.values[key] = node, self, self.values(node)
        return self.config.values[key][2]

    def _pipeline(self, name: str) -> tuple[Value, ...]:
        """A pipeline parameter: its default, or what whoever triggers the pipeline gives."""
        declared = self.config.parameters[name]
        default = _typed(declared['default'])
        if declared['type'].text == 'boolean':
            return (default, not default) if isinstance(default, bool) else conditions.BOTH
        if declared['type'].text == 'enum':
            return conditions.unique([default, *(one.text for one in declared['enum'].scalars())])
        unknown = Reference('unknown', f'pipeline.parameters.{name}')
        return (default, unknown) if declared['default'] else (unknown,)

    def values(self, node: Node, *, direct: bool = False) -> tuple[Value, ...]:
        """The values of a scalar.  `direct`: it is an expression also without `<< >>`."""
        text = node.text.strip()
        if node.kind != 'scalar':
            return (Reference('unknown', node.kind),)
        match = _MARKS.fullmatch(text)
        if match and match['inner'] and not match['section']:
            return self._expression(match['inner'])
        if direct and '<<' not in text and _OURS.search(text):
            return self._expression(text)
        template = self.template(node)
        if template.expressions:
            return (Reference('unknown', text),)
        return (_typed(node) if template.text == node.text else template.text,)

    def _expression(self, text: str) -> tuple[Value, ...]:
        parsed = conditions.parse(text.strip())
        return conditions.possible(parsed, self.known) if parsed else (Reference('unknown', text.strip()),)

    # strings

    def text(self, node: Node) -> str:
        """A scalar as a string, with `<< >>` left where it can't be resolved."""
        return self.template(node).text.strip()

    def template(self, node: Node) -> Template:
        """A scalar with all parameters put in; what can have several values stays an expression."""
        if node.kind != 'scalar' or '<<' not in node.text:
            return Template(node.fragment)
        key = id(node), id(self)
        if key not in self.config.templates:
            self.config.templates[key] = node, self, self._made(node.fragment)
        return self.config.templates[key][2]

    def _made(self, fragment: Fragment) -> Template:
        cuts = []
        for match in _MARKS.finditer(fragment.text):
            start, end = match.span()
            if match['escape']:
                cuts.append(Cut(start, end, said(fragment.place(start, end), '<<')))
            elif not _OURS.search(match['inner']):
                continue
            elif match['section']:
                cuts.append(Cut(start, end, said(fragment.place(start, end), '')))
            else:
                cuts.append(self._cut(fragment, start, end, match['inner'].strip()))
        return splice(fragment, cuts)

    def _cut(self, fragment: Fragment, start: int, end: int, inner: str) -> Cut:
        kind, _, name = inner.partition('.')
        argument = self.argument(name) if kind == 'parameters' else None
        if argument is not None and len(argument.nodes) == 1 and argument.nodes[0].kind == 'scalar':
            put = argument.frame.template(argument.nodes[0])
            if argument.nodes[0].is_null:
                put = said(fragment.place(start, end), '')
            if self.config.spend(put.text):
                return Cut(start, end, put)
            return Cut(start, end, choices=(Reference('unknown', inner),))
        values = self._expression(inner)
        choices = tuple(dict.fromkeys(one if isinstance(one, Reference) else shown(one) for one in values))
        if len(choices) == 1 and isinstance(choices[0], str) and self.config.spend(choices[0]):
            return Cut(start, end, said(fragment.place(start, end), choices[0]))
        return _named(fragment.text, start, end, choices) or Cut(start, end, choices=choices, early=False)


def _named(text: str, start: int, end: int, choices: tuple[Reference | str, ...]) -> Cut | None:
    """`$<< p >>` and `${<< p >>}`: variables by names that a matrix chooses from."""
    names = [choice for choice in choices if isinstance(choice, str) and choice.isidentifier()]
    if len(names) < len(choices):
        return None
    if text.endswith('${', 0, start) and text[end : end + 1] == '}':
        start, end = start - 2, end + 1
    elif text[start - 1 : start] == '$':
        start -= 1
    else:
        return None
    return Cut(start, end, choices=tuple(Reference('variable', name) for name in names), early=False)


def shown(value: str | float | bool | None) -> str:
    """A value as CircleCI puts it into a string."""
    if value is None:
        return ''
    if isinstance(value, bool):
        return 'true' if value else 'false'
    return f'{value:g}' if isinstance(value, float) else value


def _typed(node: Node) -> str | float | bool | None:
    """A scalar as the type that YAML gives it."""
    text = node.text
    if node.style != 'plain':
        return text
    if node.is_null:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    return float(text) if _NUMBER.fullmatch(text) else text
