"""Steps: scripts, tasks that run scripts, other tasks.

https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/steps.  Bash is started without `-e`:
https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/bash-v3,
https://github.com/microsoft/azure-pipelines-agent/issues/1803; PowerShell stops at errors:
https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/powershell-v2.
"""

from __future__ import annotations

from artifacts_guard.ci.azure import triggers
from artifacts_guard.ci.azure.frame import Frame
from artifacts_guard.ci.azure.nodes import entries
from artifacts_guard.ci.azure.nodes import field
from artifacts_guard.ci.fragments import moved
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Handover
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Use
from artifacts_guard.text import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.yamltree import Node

_BASH = Shell('bash', False, False)
_PWSH = Shell('pwsh', True, False)
_POWERSHELL = Shell('powershell', True, False)
_CMD = Shell('cmd', False, False)
_SHORT = {'bash': _BASH, 'pwsh': _PWSH, 'powershell': _POWERSHELL}
# Tasks that run a script: its shell, the inputs that hold it, those that name its file.
_TASKS = {
    'bash': (_BASH, ('script',), ('filePath',)),
    'cmdline': (None, ('script',), ()),
    'shellscript': (_BASH, (), ('scriptPath',)),
    'batchscript': (_CMD, (), ('filename',)),
    'powershell': (_POWERSHELL, ('script', 'inlineScript'), ('filePath', 'scriptName')),
    'azurecli': (None, ('inlineScript',), ('scriptPath',)),
    'azurepowershell': (_POWERSHELL, ('Inline',), ('ScriptPath',)),
    'ssh': (_BASH, ('inline', 'commands'), ()),
}
_SCRIPT_TYPES = {'bash': _BASH, 'pscore': _PWSH, 'ps': _POWERSHELL, 'batch': _CMD}
_UPLOADS = {
    'publishbuildartifacts': ('upload', 'PathtoPublish'),
    'publishpipelineartifact': ('upload', 'targetPath'),
    'cache': ('cache', 'path'),
}
_LAUNCHERS = {'bash': 'bash ', 'pwsh': '', 'powershell': '', 'cmd': ''}


def step(node: Node, frame: Frame, image: Use | None, *, windows: bool) -> Step | None:
    """A step that is no template; None for one that runs nothing."""
    if field(node, 'enabled').text.strip().lower() == 'false':
        return None
    scripts, use, handovers = _content(node, frame, windows)
    if not scripts and use is None and not handovers:
        return None
    title = field(node, 'displayName') or field(node, 'name')
    condition = ' && '.join(part for part in (frame.condition, field(node, 'condition').text.strip()) if part)
    left = triggers.left(condition, frame.triggers)
    directory = field(node, 'workingDirectory') or field(field(node, 'inputs'), 'workingDirectory')
    return Step(
        title.text.strip() or next((key for key, _ in entries(node)), ''),
        node.place,
        scripts,
        use=use,
        image=image,
        env=frame.bindings(field(node, 'env')),
        condition=condition,
        triggers=left if left != frame.triggers else None,
        handovers=handovers,
        identifier=field(node, 'name').text.strip().lower(),
        directory=frame.template(directory) if directory.kind == 'scalar' else None,
        scope=frame.scope,
        via=frame.via,
        may_fail=field(node, 'continueOnError').text.strip().lower() == 'true',
    )


def _content(
    node: Node, frame: Frame, windows: bool
) -> tuple[tuple[Script, ...], Use | None, tuple[Handover, ...]]:
    script = field(node, 'script')
    if script.kind == 'scalar':
        return (Script(frame.template(script, early=True), _CMD if windows else _BASH),), None, ()
    for key, shell in _SHORT.items():
        script = field(node, key)
        if script.kind == 'scalar':
            return (Script(frame.template(script, early=True), shell),), None, ()
    publish = field(node, 'publish')
    if publish.kind == 'scalar':
        return (), None, (Handover('upload', frame.template(publish), publish.place),)
    if field(node, 'task').kind == 'scalar':
        return _task(node, frame, windows)
    return (), None, ()


def _task(
    node: Node, frame: Frame, windows: bool
) -> tuple[tuple[Script, ...], Use | None, tuple[Handover, ...]]:
    name = frame.static(field(node, 'task'))
    base = name.partition('@')[0].rpartition('.')[2].lower()
    inputs = field(node, 'inputs')
    if base in _TASKS:
        made = _script(base, inputs, frame, windows)
        return (made,) if made else (), None, ()
    handovers: tuple[Handover, ...] = ()
    if base in _UPLOADS:
        kind, key = _UPLOADS[base]
        path = field(inputs, key)
        if path.kind == 'scalar':
            handovers = (Handover(kind, frame.template(path), path.place),)
    given = tuple(
        Binding(key, frame.template(value), 'step', value.entry)
        for key, value in entries(inputs)
        if value.kind == 'scalar'
    )
    # tasks of the marketplace can be named in full: publisher.extension.task
    foreign = '.' in name.partition('@')[0]
    return (), Use('action', name, field(node, 'task').place, third_party=foreign, inputs=given), handovers


def _script(base: str, inputs: Node, frame: Frame, windows: bool) -> Script | None:
    shell, inline, files = _TASKS[base]
    if base == 'azurecli':
        shell = _SCRIPT_TYPES.get(field(inputs, 'scriptType').text.strip().lower())
    if base == 'powershell' and field(inputs, 'pwsh').text.strip().lower() == 'true':
        shell = _PWSH
    shell = shell or (_CMD if windows else _BASH)
    target = (
        field(inputs, 'targetType') or field(inputs, 'scriptLocation') or field(inputs, 'ScriptType')
    ).text
    by_file = target.strip().lower() in ('filepath', 'scriptpath')
    for key in () if by_file else inline:
        text = field(inputs, key)
        if text.kind == 'scalar':
            return Script(frame.template(text, early=True), shell)
    for key in files:
        path = field(inputs, key)
        if path.kind == 'scalar' and not path.is_null:
            return Script(_command(path, inputs, frame, shell), shell)
    return None


def _command(path: Node, inputs: Node, frame: Frame, shell: Shell) -> Template:
    """The command line that runs a file with its arguments."""
    parts = [said(path.place, _LAUNCHERS.get(shell.name, '')), frame.template(path, early=True)]
    for key in ('arguments', 'args', 'scriptArguments', 'ScriptArguments'):
        given = field(inputs, key)
        if given.kind == 'scalar' and given.text.strip():
            parts += [said(given.place, ' '), frame.template(given, early=True)]
            break
    expressions: list[Expression] = []
    at = 0
    for part in parts:
        expressions += moved(part.expressions, at)
        at += len(part.text)
    return Template(join([part.fragment for part in parts], '', path.place.document), tuple(expressions))
