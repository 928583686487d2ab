"""Inputs of a configuration: the `spec:` header, and `$[[ inputs.x ]]` in what follows it.

GitLab replaces them in the values that YAML gives, before it looks at what they mean:
https://docs.gitlab.com/ci/inputs/ and https://docs.gitlab.com/ci/yaml/expressions/
"""

from __future__ import annotations

import re

from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.gitlab import templates
from artifacts_guard.ci.gitlab.nodes import Listed
from artifacts_guard.ci.gitlab.nodes import Merged
from artifacts_guard.ci.gitlab.nodes import Text
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template
from artifacts_guard.record import Record
from artifacts_guard.text import Document
from artifacts_guard.text import Fragment
from artifacts_guard.yamltree import EMPTY
from artifacts_guard.yamltree import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.gitlab.config import Config

MARK = '$[['
_CLOSE = ']]'
_BLOCK = 1024  # the longest block that GitLab replaces
NOTHING = Fragment(Document('', ''), '', ())
_JOB_INPUT = re.compile(r'\$\{\{ {0,9}job\.inputs\.([\w-]+) {0,9}\}\}')
_GROWTH = 200_000  # characters that inputs may add to one string


class Inputs(Record):
    """What `$[[ inputs.NAME ]]` means in one document.

    `given` are the values of this include, or the defaults; `options` what an input that is not given can be.
    """

    given: dict[str, Node]
    options: dict[str, tuple[str, ...]]


def declared(header: Node, given: Node = EMPTY) -> Inputs:
    """The inputs of a document, out of its header and of what an `include:inputs` gives.

    One with options is only known when it is given: a person chooses it when the pipeline starts.
    """
    values: dict[str, Node] = {}
    options: dict[str, tuple[str, ...]] = {}
    for name, spec in header['spec']['inputs'].items():
        some = tuple(option.text for option in spec['options'].scalars())
        if given.has(name):
            values[name] = given[name]
        elif some:
            options[name] = some
        elif spec.has('default'):
            values[name] = spec['default']
    return Inputs(values, options)


def parameters(header: Node) -> tuple[Binding, ...]:
    """The inputs that a header declares, with their defaults."""
    return tuple(
        Binding(
            name,
            templates.plain(spec['default']) if spec['default'].kind == 'scalar' else None,
            'pipeline',
            spec.entry,
        )
        for name, spec in header['spec']['inputs'].items()
    )


def interpolated(node: Node, inputs: Inputs) -> Node:
    """A value with all inputs in it replaced; the node itself when there are none.

    As deep as `yamltree` lets documents be.
    """
    if node.kind == 'scalar':
        return _scalar(node, inputs) if MARK in node.text else node
    if node.kind == 'map':
        pairs = [(name, value, interpolated(value, inputs)) for name, value in node.items()]
        if all(new is old and MARK not in name for name, old, new in pairs):
            return node
        return Merged({_name(name, inputs): new for name, _, new in pairs}, node, node.key)
    elements = list(node)
    changed = [interpolated(element, inputs) for element in elements]
    if all(new is old for new, old in zip(changed, elements)):
        return node
    return Listed(changed, node, node.key, node.tag)


def _name(text: str, inputs: Inputs) -> str:
    """A key, such as the name of a job, with the inputs that are known."""
    made = ''
    at = 0
    for start, end in _blocks(text):
        value = inputs.given.get(_access(text[start:end])[0], EMPTY)
        made += text[at:start] + (value.text if value.kind == 'scalar' else text[start:end])
        at = end
        if len(made) > _GROWTH:
            break
    return made + text[at:]


def _scalar(node: Node, inputs: Inputs) -> Node:
    blocks = _blocks(node.text)
    if len(blocks) == 1 and blocks[0] == (0, len(node.text.strip())):
        value = inputs.given.get(_access(node.text.strip())[0], EMPTY)
        if value.kind == 'map':
            return Merged(dict(value.items()), value, node.key)
        if value.kind == 'seq':
            return Listed(list(value), value, node.key, value.tag)
    return _replaced(node, blocks, inputs)


def _replaced(node: Node, blocks: list[tuple[int, int]], inputs: Inputs) -> Node:
    fragment = node.fragment
    cuts = []
    growth = 0
    for start, end in blocks:
        cut = _cut(fragment.text, start, end, inputs)
        if cut is not None:
            cuts.append(cut)
            growth += len(cut.template.text) if cut.template is not None else 0
        if growth > _GROWTH:
            break
    made = splice(fragment, cuts)
    return Text(made.fragment, made.expressions, node)


def _cut(text: str, start: int, end: int, inputs: Inputs) -> Cut | None:
    """What a block is replaced by.  What nobody can know stays as it is, as an expression."""
    block = text[start:end]
    name, functions = _access(block)
    value = inputs.given.get(name, EMPTY)
    if value.kind == 'scalar':
        template = Template(NOTHING) if value.is_null else templates.plain(value)
        return Cut(start, end, _early(template) if functions[:1] == ['expand_vars'] else template)
    if block[len(MARK) :].lstrip().startswith('matrix.'):
        return None  # replaced later, in `needs:parallel:matrix` alone
    choices: tuple[Reference | str, ...] = inputs.options.get(name, ())
    if not choices:
        choices = (Reference('input', name) if name else Reference('unknown', block),)
    return Cut(start, end, choices=choices)


def _early(template: Template) -> Template:
    """Variables that GitLab itself replaces when it reads the configuration.

    https://docs.gitlab.com/ci/inputs/#expand_vars: only such as are neither masked nor protected.
    """
    if template.expressions:
        return template
    found = tuple(
        Expression(start, end, (templates.reference(name),))
        for start, end, name in templates.variables(template.text)
    )
    return template.replace(expressions=found)


def _blocks(text: str) -> list[tuple[int, int]]:
    found = []
    at = text.find(MARK)
    while at >= 0:
        end = text.find(_CLOSE, at, at + _BLOCK)
        if end < 0:
            at = text.find(MARK, at + len(MARK))
            continue
        found.append((at, end + len(_CLOSE)))
        at = text.find(MARK, end)
    return found


def _access(block: str) -> tuple[str, list[str]]:
    """The input that a block names, '' when it names something else, and the functions it goes through."""
    access, *functions = (part.strip() for part in block[len(MARK) : -len(_CLOSE)].split('|'))
    name = access.removeprefix('inputs.') if access.startswith('inputs.') else ''
    return name, functions


# inputs of a job


def of_job(config: Config, job: Node) -> dict[str, Node]:
    """The inputs of a job, which a person can change when it is started again.

    https://docs.gitlab.com/ci/jobs/job_inputs/
    """
    return {name: config.followed(node) for name, node in config.value(job, 'inputs').items()}


def filled(template: Template, given: dict[str, Node]) -> Template:
    """A string with the inputs of its job in it, as the runner puts them in before anything runs."""
    if not given or '${{' not in template.text:
        return template
    cuts = [Cut(one.start, one.end, choices=one.choices, early=one.early) for one in template.expressions]
    for match in _JOB_INPUT.finditer(template.text):
        spec = given.get(match[1], EMPTY)
        options = tuple(option.text for option in spec['options'].scalars())
        default = spec['default']
        if default.kind == 'scalar' and not options:
            cuts.append(Cut(match.start(), match.end(), templates.plain(default)))
        else:
            choices = options or (Reference('unknown', match[0]),)
            cuts.append(Cut(match.start(), match.end(), choices=choices))
    return splice(template.fragment, sorted(cuts, key=lambda cut: cut.start))
