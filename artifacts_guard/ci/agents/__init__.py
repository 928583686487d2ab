"""Settings of coding agents: the MCP servers they start or connect to, and the environment they give them.

A server that is started is a command with arguments; what a client sends to a server that it connects to is
looked at in `facts.configurations`.  https://modelcontextprotocol.io/docs/develop/connect-local-servers
"""

from __future__ import annotations

import re

from artifacts_guard.ci import model
from artifacts_guard.ci.agents.servers import Server
from artifacts_guard.ci.agents.servers import settings
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'mcp'
# for docs/systems.md
UNDERSTANDS = (
    'servers that are started, with their arguments and environment',
    'servers that are connected to',
)
UNRESOLVED = ("the servers' own code",)
HOSTS = 'unknown: a machine on which somebody runs an agent'
SHELLS = 'none: the command is started as it is'
MASKS = False

_CLUES = re.compile(r'["\'](?:mcpServers|servers|mcp|context_servers|env)["\']\s*:|\[\s*mcp_servers\b')
_RUNNER = Runner(model.UNKNOWN, '', 'a machine on which somebody runs an agent')


def claims(document: Document) -> bool:
    """By a key under which servers or variables stand."""
    return _CLUES.search(document.text) is not None


def read(document: Document, tree: Tree) -> Pipeline:
    """Each server as a job; a file that is no JSON or TOML holds none."""
    jobs = tuple(_job(server) for server in settings(document))
    return Pipeline(document, NAME, kind='configuration', jobs=jobs, masks=False)


def _job(server: Server) -> Job:
    commands = (Argv(server.command, server.place),) if server.command else ()
    step = Step(server.name, server.place, commands, env=server.env)
    return Job(server.name, server.place, _RUNNER, (step,), automation=False)
