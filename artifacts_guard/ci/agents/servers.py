"""The servers in an agent's settings, and what its client puts in for names.

Which client replaces what:
- `${X}` and `${X:-default}`: https://code.claude.com/docs/en/mcp#environment-variable-expansion-in-mcp-json
- `${env:X}`: https://cursor.com/docs/context/mcp#config-interpolation
- `${input:x}`, `${env:X}`: https://code.visualstudio.com/docs/copilot/reference/mcp-configuration
- `$X`, `${X}`: https://github.com/google-gemini/gemini-cli/blob/main/docs/get-started/configuration.md
- `{env:X}`: https://opencode.ai/docs/config/#variables
- names only, in fields of their own: https://developers.openai.com/codex/mcp
- nothing: Claude Desktop (`claude_desktop_config.json`)

Which of a server's tools the agent may use: `includeTools` and `excludeTools` (Gemini), `enabled_tools` and `disabled_tools`
(Codex), `tools` (https://docs.github.com/en/copilot/how-tos/use-copilot-agents/coding-agent/extend-coding-agent-with-mcp).
"""

from __future__ import annotations

import re

from artifacts_guard import jsontree
from artifacts_guard.ci.agents import toml
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

_NAMED = re.compile(
    r'\$\{(?:env:)?([A-Za-z_]\w*)(?::-([^{}]*))?\}|\$\{input:([^{}]+)\}|\{env:([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)'
)
_LITERAL = ('claude_desktop_config.json', 'config.toml')  # clients that replace nothing
_BARE_NAMES = ('/.gemini/', 'gemini-extension')  # … and those that replace `$X`, too
_URLS = ('url', 'httpUrl', 'serverUrl')
_HEADERS = ('headers', 'http_headers')
_ALLOWED = ('includeTools', 'enabled_tools', 'tools')
_FORBIDDEN = ('excludeTools', 'disabled_tools')
_ALL_TOOLS = '*'
_AROUND = ('requestInit', 'requestOptions', 'transport')


class Server(Record):
    """A server, or ('' as its name) the settings of the agent itself.

    `headers` are sent to `url`.  `command` is what is started, with `env`.  `allowed` are the only tools that the agent may
    use, () for any; `forbidden` those that it may not.
    """

    name: str
    place: Place
    url: Template | None = None
    headers: tuple[tuple[str, Template], ...] = ()
    command: tuple[Template, ...] = ()
    env: tuple[Binding, ...] = ()
    allowed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


def settings(document: Document) -> Iterator[Server]:
    """The servers of a file of settings."""
    if document.path.endswith('.toml'):
        yield from _codex(document)
        return
    try:
        root = jsontree.parse(document)
    except jsontree.JsonError:
        return
    expand = _Expansion(document.path)
    own = _bindings(root['env'], expand)
    if own:
        yield Server('', root['env'].key.place, env=own)
    for servers in _lists(root):
        for name, node in servers.items():
            if node.kind == 'map':
                yield _server(name, node, expand)


def _lists(root: Node) -> Iterator[Node]:
    """The mappings of names to servers."""
    for key in ('mcpServers', 'servers', 'context_servers'):
        yield root[key]
    # opencode has them under `mcp`, VS Code's settings under `mcp.servers`
    yield root['mcp']['servers'] if root['mcp']['servers'] else root['mcp']
    for _, project in root['projects'].entries():
        yield project['mcpServers']


def _server(name: str, node: Node, expand: _Expansion) -> Server:
    command = node['command']
    words = [
        *command.scalars(),
        *command['path'].scalars(),
        *node['args'].scalars(),
        *command['args'].scalars(),
    ]
    env = (
        *_bindings(node['env'], expand),
        *_bindings(node['environment'], expand),
        *_bindings(command['env'], expand),
    )
    names = frozenset(binding.name for binding in env)
    holders = [node, *(node[key] for key in _AROUND)]
    url = next((h[key] for h in holders for key in _URLS if h[key].kind == 'scalar'), None)
    headers = [
        (header, expand.template(value.fragment))
        for holder in holders
        for key in _HEADERS
        for header, value in holder[key].items()
        if value.kind == 'scalar'
    ]
    return Server(
        name,
        node.key.place,
        None if url is None else expand.template(url.fragment),
        tuple(headers),
        tuple(expand.template(word.fragment, names) for word in words),
        env,
        _tools(node, _ALLOWED),
        _tools(node, _FORBIDDEN),
    )


def _tools(node: Node, keys: Iterable[str]) -> tuple[str, ...]:
    named = [tool.text for key in keys for tool in node[key].scalars()]
    return () if _ALL_TOOLS in named else tuple(named)


def _bindings(node: Node, expand: _Expansion) -> tuple[Binding, ...]:
    return tuple(
        Binding(name, expand.template(value.fragment), 'step', value.entry)
        for name, value in node.items()
        if value.kind == 'scalar' and not value.is_null
    )


class _Expansion:
    """What the client that reads a file replaces in its strings."""

    def __init__(self, path: str) -> None:
        self.replaces = not path.endswith(_LITERAL)
        self.bare = any(mark in f'/{path}' for mark in _BARE_NAMES)

    def template(self, fragment: Fragment, own: frozenset[str] = frozenset()) -> Template:
        """A string with the names in it; those in `own` are left to the program that is started."""
        found: list[Expression] = []
        for match in _NAMED.finditer(fragment.text) if self.replaces else ():
            name = match[1] or match[4] or (match[5] if self.bare else None)
            if match[3]:
                choices: tuple[Reference | str, ...] = (Reference('input', match[3]),)
            elif name and name not in own:
                choices = (Reference('variable', name),)
                if match[2]:
                    choices = (*choices, match[2])
            else:
                continue
            found.append(Expression(match.start(), match.end(), choices, False))
        return Template(fragment, tuple(found))


# Codex


def _codex(document: Document) -> Iterator[Server]:
    """`[mcp_servers.NAME]` tables."""
    tables: dict[str, list[toml.Entry]] = {}
    for item in toml.entries(document):
        if len(item.path) > 2 and item.path[0] == 'mcp_servers':
            tables.setdefault(item.path[1], []).append(item)
    for name, items in tables.items():
        yield _codex_server(name, items)


def _codex_server(name: str, items: list[toml.Entry]) -> Server:
    url = None
    headers: list[tuple[str, Template]] = []
    command: list[Template] = []
    words: list[Template] = []
    env: list[Binding] = []
    allowed: list[str] = []
    forbidden: list[str] = []
    for item in items:
        field, inner = item.path[2], item.path[3:]
        values = [Template(value) for value in item.values]
        if not values:
            continue
        if field == 'url':
            url = values[0]
        elif field == 'command':
            command = values
        elif field == 'args':
            words = values
        elif field in _ALLOWED:
            allowed += [value.text for value in values]
        elif field in _FORBIDDEN:
            forbidden += [value.text for value in values]
        elif field == 'env' and inner:
            env.append(Binding(inner[0], values[0], 'step', item.place))
        elif field == 'http_headers' and inner:
            headers.append((inner[0], values[0]))
        elif field == 'bearer_token_env_var':
            headers.append(('Authorization', _named(item, 'Bearer ')))
        elif field == 'bearer_token':
            headers.append(('Authorization', values[0]))
        elif field == 'env_http_headers' and inner:
            headers.append((inner[0], _named(item, '')))
    started = (*command, *words) if command else ()
    return Server(
        name, items[0].place, url, tuple(headers), started, tuple(env), tuple(allowed), tuple(forbidden)
    )


def _named(item: toml.Entry, before: str) -> Template:
    """A value that stands in the variable whose name is given."""
    name = item.values[0].text
    template = said(item.place, before + name)
    expression = Expression(len(before), len(before + name), (Reference('variable', name),), False)
    return template.replace(expressions=(expression,))


def references(template: Template) -> Iterable[Reference]:
    """The names in a string."""
    return (c for e in template.expressions for c in e.choices if isinstance(c, Reference))
