"""The steps that run commands: `sh`, `bat`, `powershell`, `pwsh`.

https://www.jenkins.io/doc/pipeline/steps/workflow-durable-task-step/: `sh` starts the system's shell with
`-xe`, unless the script begins with an interpreter line.
"""

from __future__ import annotations

from artifacts_guard.ci import interpreters
from artifacts_guard.ci.fragments import moved
from artifacts_guard.ci.jenkins.bindings import listed
from artifacts_guard.ci.jenkins.strings import template
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Template
from artifacts_guard.groovy import Call
from artifacts_guard.text import Document
from artifacts_guard.text import Fragment
from artifacts_guard.text import Piece
from artifacts_guard.text import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.jenkins.strings import Constants

_TRACED = Shell('sh', True, False, True)
SHELLS = {
    'sh': _TRACED,
    'bat': Shell('cmd', False, False),
    'powershell': Shell('powershell', False, False),
    'pwsh': Shell('pwsh', False, False),
}


def scripts(call: Call, document: Document, constants: Constants) -> list[Script]:
    """The scripts that a step can run; more than one when its text is a variable with several values."""
    given = call.arguments
    if len(given) == 1 and not given[0].name and given[0].items[0].text == '[':
        given = tuple(listed(given[0].items))  # `sh([script: '…'])`
    found = next((a for a in given if a.name in ('', 'script')), None)
    if found is None:
        return []
    captured = any(a.name == 'returnStdout' and a.items and a.items[0].text == 'true' for a in given)
    made = []
    for one in template(found.items, document, constants, early=True):
        shell = SHELLS[call.name]
        if call.name == 'sh' and one.text.startswith('#!'):
            shell = interpreters.shell(one.text[2:].partition('\n')[0])
        if captured and shell.name in ('sh', 'bash'):
            one = _captured(one)
        made.append(Script(one, shell, traced=shell is _TRACED))
    return made


def _captured(one: Template) -> Template:
    """A script whose output becomes a value in Groovy: nothing of it but tracing reaches the log."""
    document, place = one.fragment.document, one.place.span
    head = Fragment(document, '(\n', (Piece(0, place.start, place.start),))
    tail = Fragment(document, '\n) > /dev/null', (Piece(0, place.end, place.end),))
    return Template(
        join((head, one.fragment, tail), '', document), tuple(moved(one.expressions, len(head.text)))
    )
