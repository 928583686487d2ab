"""Hooks that a repository holds: shell scripts that the agent sources around the command of every job.

https://buildkite.com/docs/agent/hooks#job-lifecycle-hooks: what they export reaches the command;
their shell options do not.
"""

from __future__ import annotations

import re

from artifacts_guard.ci.fragments import joined
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.ci.link import Library
    from artifacts_guard.ci.model import Template

# `environment` and `pre-checkout` are those of agents and plugins: there is no checkout yet.
_BEFORE = ('post-checkout', 'pre-command')
_AFTER = ('command', 'post-command', 'pre-artifact', 'post-artifact', 'pre-exit')
_OF_PLUGINS = ('environment', *_BEFORE)
_RESET = 'set -e +u +x +o pipefail'  # a command starts with the options of its own shell
_LEAVES = re.compile(r'^(?:exit|return)\b', re.MULTILINE)
_SHELL = re.compile(r'#!\s*\S*(?:/|\benv\s+(?:-S\s+)?)(?:ba|da|z|k)?sh\b')
BASH = Shell('bash', True, False)  # `/bin/bash -e -c`: https://buildkite.com/docs/agent/self-hosted/configure


class Hooks:
    """The hooks of a repository and of plugins that stand in it, as paths from the folder that is checked out."""

    def __init__(self, library: Library, root: str, folders: Iterable[str] = ()) -> None:
        self.before: list[str] = []
        self.after: list[str] = []
        own = '.buildkite/hooks'
        for folder, names in ((own, _BEFORE), *((f'{one}/hooks', _OF_PLUGINS) for one in folders)):
            self.before += _present(library, root, folder, names)
        for folder in (own, *(f'{one}/hooks' for one in folders)):
            self.after += _present(library, root, folder, _AFTER)

    def scripts(self, command: Template, place: Place) -> list[Script]:
        """The command of a step with the hooks before it, and what runs after it."""
        start = Place(place.document, Span(place.span.start, place.span.start))
        before = [said(start, f'. {path}') for path in self.before]
        if before:
            before.append(said(start, _RESET))
        scripts = [Script(joined([*before, command]), BASH)]
        scripts += [Script(joined([*before, said(start, f'. {path}')]), BASH) for path in self.after]
        return scripts


def _present(library: Library, root: str, folder: str, names: Iterable[str]) -> list[str]:
    found = []
    for name in names:
        path = f'{root}/{folder}/{name}' if root else f'{folder}/{name}'
        document = library.document(path)
        # one that ends by leaving would seem to end the command too; it is read by itself
        if document is not None and _SHELL.match(document.text) and not _LEAVES.search(document.text):
            found.append(f'{folder}/{name}')
    return found
