"""Plugins: code from elsewhere whose hooks run in a step's job, with its environment.

https://buildkite.com/docs/pipelines/integrations/plugins/using
"""

from __future__ import annotations

import re

from artifacts_guard.ci import images
from artifacts_guard.ci import link
from artifacts_guard.ci.buildkite.interpolation import template
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import scalars
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Use
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.yamltree import Node

_COMMIT = re.compile(r'[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?')
_VENDOR = 'buildkite-plugins'
_SUFFIX = '-buildkite-plugin'
# Plugins that put secrets into the environment, and the option that maps variables to them:
# each plugin's README at https://buildkite.com/resources/plugins
_SECRETS = {
    'secrets': 'variables',
    'aws-ssm': 'parameters',
    'aws-sm': 'env',
    'gcp-secret-manager': 'env',
    'vault-secrets': 'env',
}


class Plugin(Record):
    """A plugin of a step: its name without owner and version, the code that runs, its options."""

    name: str
    use: Use
    options: Node


def read(node: Node, root: str) -> list[Plugin]:
    """The plugins of a step: a list of names, and of mappings from a name to options; or one mapping."""
    found: list[Plugin] = []
    for item in node if node.kind == 'seq' else (node,):
        if item.kind == 'scalar':
            found.append(_plugin(item, item['no options'], root))
        else:
            found += [_plugin(value.key, value, root) for _, value in item.items()]
    return [plugin for plugin in found if plugin.use.name]


def _plugin(key: Node, options: Node, root: str) -> Plugin:
    source = template(key).text.strip()
    name, _, version = source.partition('#')
    owner, _, base = name.rpartition('/')
    base = base.removesuffix('.git').removesuffix(_SUFFIX)
    local = name.startswith(('.', '/'))
    own = local or owner in ('', _VENDOR, f'https://github.com/{_VENDOR}', f'github.com/{_VENDOR}')
    inputs = tuple(
        Binding(option, template(value), 'step', value.entry)
        for option, value in options.items()
        if value.kind == 'scalar'
    )
    path = link.join(root, name) if local else ''
    use = Use(
        'plugin',
        source,
        key.place,
        pinned=local or bool(_COMMIT.fullmatch(version)),
        third_party=not own,
        local=path or '',
        inputs=inputs,
    )
    return Plugin(base, use, options)


def secrets(plugin: Plugin) -> Iterator[Binding]:
    """The variables into which a plugin puts secrets."""
    for name, value in plugin.options[_SECRETS.get(plugin.name, '')].items():
        key = value.text.strip() or (value['secret-id'] or value['secret_id']).text.strip() or name
        base = said(value.key.place, key)
        whole = Expression(0, len(key), (Reference('secret', key),), False)
        yield Binding(name, base.replace(expressions=(whole,)), 'step', value.entry)


def image(plugins: list[Plugin], env: tuple[Binding, ...]) -> Use | None:
    """The image that the command runs in, if variables of the step are handed on to it.

    https://github.com/buildkite-plugins/docker-buildkite-plugin#configuration
    """
    bound = {binding.name for binding in env}
    for plugin in plugins:
        options = plugin.options
        if plugin.name == 'docker' and options['image'].kind == 'scalar':
            names = {scalar.text.partition('=')[0] for scalar in options['environment'].scalars()}
            if names & bound or options['propagate-environment'].text == 'true':
                name = template(options['image'])
                return images.image(name.text, options['image'].place, known=not name.expressions)
    return None


def command(plugins: list[Plugin]) -> Argv | None:
    """A command that a plugin runs in place of the step's, given as a list of words."""
    for plugin in plugins:
        node = plugin.options['command']
        if plugin.name in ('docker', 'docker-compose') and node.kind == 'seq' and len(node):
            words = tuple(template(word, early=True) for word in scalars(node))
            return Argv(words, node.place)
    return None
