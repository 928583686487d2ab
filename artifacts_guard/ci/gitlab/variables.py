"""The variables of a job: of the whole configuration, of the job, of rules, of a matrix, and secrets.

https://docs.gitlab.com/ci/variables/#cicd-variable-precedence.  Settings of the project win over all of
them; they are not in the file.
"""

from __future__ import annotations

import re

from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.gitlab import templates
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.ci.gitlab.config import Config
    from artifacts_guard.ci.gitlab.rules import Outcome
    from artifacts_guard.ci.model import Template
    from artifacts_guard.yamltree import Node

# Names of credentials: one that is declared with nothing in it is filled by the settings.
_CREDENTIAL = re.compile(r'(?i)(?:token|secret|key|password|passwd|credentials?|pat)\Z')
# Where the runner puts variables that are files: gitlab-org/gitlab-runner, shells/bash.go
_FILES = '/builds/project.tmp/'
_TOKEN = 'AGENT_ARTIFACTS_TOKEN'  # a name, never a path
_VALUES = 64  # of one variable that are looked at

# Where secrets come from, and how the commands that write them name the same place:
# https://docs.gitlab.com/ci/yaml/#secrets
_SECRETS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ('azure_key_vault', 'azure-keyvault:', ('name',)),
    ('gcp_secret_manager', 'gcp-secret:', ('name',)),
    ('aws_secrets_manager', 'aws-secretsmanager:', ('secret_id',)),
    ('gitlab_secrets_manager', 'gitlab-secret:', ('name',)),
    ('akeyless', 'akeyless:', ('name', 'data_key')),
)


def of_job(
    config: Config,
    job: Node,
    outcomes: Iterable[Outcome],
    flow: Iterable[Outcome],
    forwarded: Iterable[Binding] = (),
) -> tuple[Binding, ...]:
    """All variables of a job, each once, in an order in which each follows those that it is made of.

    `flow` are the ways in which the pipeline, `outcomes` those in which the job in it can come to be.
    """
    table: dict[str, Binding] = {}
    _put(table, _inherited(config, job))
    _of_rules(config, table, list(flow), 'pipeline')
    _put(table, of(config, config.value(job, 'variables'), 'job'))
    _of_rules(config, table, list(outcomes), 'job')
    _put(table, _of_matrix(config, job))
    _put(table, _secrets(config, job))
    _put(table, forwarded)
    return _ordered({name: binding for name, binding in table.items() if not _is_declaration(binding)})


def of(config: Config, node: Node, level: str, narrowable: bool = False) -> list[Binding]:
    """The entries of `variables:`."""
    return [_variable(config, name, value, level, narrowable) for name, value in node.items()]


def _inherited(config: Config, job: Node) -> list[Binding]:
    """The variables of the whole configuration, each read once for all jobs."""
    found = []
    for name, node in config.inherited_variables(job):
        if name not in config.variables:
            config.variables[name] = _variable(config, name, node, 'pipeline', True)
        found.append(config.variables[name])
    return found


def matrix(config: Config, job: Node) -> dict[str, list[Node]]:
    """The variables of `parallel:matrix` with their values: https://docs.gitlab.com/ci/yaml/#parallelmatrix"""
    found: dict[str, list[Node]] = {}
    for one in config.elements(config.value(job, 'parallel', 'matrix')):
        for name, node in one.items():
            found.setdefault(name, []).extend(v for v in config.elements(node) if v.kind == 'scalar')
    return found


class Known:
    """What strings with variables of a job can be, as far as the file tells."""

    def __init__(self, bindings: tuple[Binding, ...]) -> None:
        self._bindings = bindings
        self._table: dict[str, tuple[Reference | str, ...]] | None = None

    def values(self, node: Node) -> tuple[Reference | str, ...]:
        """The strings that a string can be; a reference for one that nobody can know."""
        template = templates.expanded(node)
        if not template.expressions:
            return (template.text,)
        if self._table is None:
            self._table = {}
            for binding in self._bindings:
                if binding.value is not None:
                    self._table[binding.name] = _values(binding.value, self._table)
        return _values(template, self._table)


def _values(template: Template, table: dict[str, tuple[Reference | str, ...]]) -> tuple[Reference | str, ...]:
    texts = ['']
    at = 0
    for one in template.expressions:
        some = [
            v for c in one.choices for v in (table.get(c.name, (c,)) if isinstance(c, Reference) else (c,))
        ]
        strings = [v for v in some if isinstance(v, str)]
        if len(strings) < len(some) or not strings or len(strings) * len(texts) > _VALUES:
            return (Reference('unknown', template.text),)
        texts = [text + template.text[at : one.start] + string for text in texts for string in strings]
        at = one.end
    return tuple(dict.fromkeys(text + template.text[at:] for text in texts))


def _variable(config: Config, name: str, node: Node, level: str, narrowable: bool) -> Binding:
    """A variable: a string, or `value` with a description, with `expand`, with `options` for people."""
    value = config.followed(node)
    place = node.entry
    if value.kind == 'map':
        raw = config.value(value, 'expand').text.strip().lower() == 'false'
        options = config.texts(config.value(value, 'options'))
        inner = config.value(value, 'value')
        if options:
            made = templates.chosen(inner.fragment, [inner.text, *options])
            return Binding(name, made, level, place, narrowable)
        value = inner
    else:
        raw = False
    if value.kind != 'scalar' or value.is_null:
        return Binding(name, said(place, ''), level, place, narrowable)
    return Binding(
        name, templates.plain(value) if raw else templates.expanded(value), level, place, narrowable
    )


def _put(table: dict[str, Binding], bindings: Iterable[Binding]) -> None:
    for binding in bindings:
        table.pop(binding.name, None)
        table[binding.name] = binding


def _is_declaration(binding: Binding) -> bool:
    return (
        binding.value is not None
        and not binding.value.text
        and not binding.value.expressions
        and bool(_CREDENTIAL.search(binding.name))
    )


def _of_rules(config: Config, table: dict[str, Binding], outcomes: list[Outcome], level: str) -> None:
    """Put in what the rules set: `rules:variables` of those that can decide."""
    rules = {id(one.rule): one.rule for one in outcomes}
    found: dict[str, list[Binding]] = {}
    for rule in sorted(
        (one for one in rules.values() if one is not None), key=lambda one: one.place.sort_key()
    ):
        for binding in of(config, rule.variables, level, level == 'pipeline'):
            found.setdefault(binding.name, []).append(binding)
    for name, some in found.items():
        if len(some) == len(rules) == 1:
            _put(table, some)
            continue
        choices = [choice for one in some if one.value is not None for choice in templates.choices(one.value)]
        if len(some) < len(rules):
            held = table.get(name)
            choices += (
                templates.choices(held.value)
                if held is not None and held.value is not None
                else [templates.reference(name)]
            )
        value = some[0].value
        if value is not None:
            _put(table, [some[0].replace(value=templates.chosen(value.fragment, choices))])


def _of_matrix(config: Config, job: Node) -> list[Binding]:
    found = []
    for name, nodes in matrix(config, job).items():
        choices = [choice for node in nodes for choice in templates.choices(templates.expanded(node))]
        if choices:
            fragment = nodes[0].fragment
            found.append(Binding(name, templates.chosen(fragment, choices[:_VALUES]), 'job', nodes[0].place))
    return found


def _secrets(config: Config, job: Node) -> list[Binding]:
    """`secrets:` and `id_tokens:`.  A secret is a file unless it says otherwise, and the variable its path."""
    found = [
        Binding(name, None, 'job', node.entry) for name, node in config.keyword(job, 'id_tokens').items()
    ]
    for name, node in config.value(job, 'secrets').items():
        spec = config.followed(node)
        place = node.entry
        if config.value(spec, 'file').text.strip().lower() != 'false' and name != _TOKEN:
            found.append(Binding(name, said(place, _FILES + name), 'job', place))
        else:
            secret = _secret(config, spec) or name
            value = templates.chosen(said(place, name).fragment, [Reference('secret', secret)])
            found.append(Binding(name, value, 'job', place))
    return found


def _secret(config: Config, spec: Node) -> str:
    """The place that a secret comes from, '' for one that we do not know."""
    vault = config.value(spec, 'vault')
    if vault.kind == 'map':
        engine = config.value(vault, 'engine', 'path').text.strip('/ ')
        path = config.value(vault, 'path').text.strip('/ ')
        return f'vault:{engine}/{path}#{config.value(vault, "field").text.strip()}'
    if vault:
        where, _, engine = vault.text.strip().partition('@')
        path, _, field = where.rpartition('/')
        return f'vault:{engine or "kv-v2"}/{path}#{field}'
    for keyword, prefix, names in _SECRETS:
        node = config.value(spec, keyword)
        if node:
            texts = (
                [config.value(node, name).text.strip() for name in names]
                if node.kind == 'map'
                else [node.text]
            )
            return prefix + next((text for text in texts if text), '')
    return ''


def _ordered(table: dict[str, Binding]) -> tuple[Binding, ...]:
    """Variables so that each follows those that it is made of; circles are cut somewhere."""
    done: dict[str, Binding] = {}
    for start in table:
        waiting = [(start, False)]
        open_ = set()
        while waiting:
            name, ready = waiting.pop()
            if name in done or (name in open_ and not ready):
                continue
            if ready:
                done[name] = table[name]
                continue
            open_.add(name)
            waiting.append((name, True))
            waiting += [(other, False) for other in _made_of(table[name]) if other in table]
    return tuple(done.values())


def _made_of(binding: Binding) -> list[str]:
    expressions = binding.value.expressions if binding.value is not None else ()
    return [
        c.name
        for one in expressions
        for c in one.choices
        if isinstance(c, Reference) and c.kind == 'variable'
    ]
