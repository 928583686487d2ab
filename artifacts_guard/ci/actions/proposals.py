"""Steps that fetch what an outsider proposed: the head of a pull request, the files of the run it triggered.

https://docs.github.com/en/actions/reference/security/securely-using-pull_request_target and
https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/
"""

from __future__ import annotations

import re

from artifacts_guard.ci import model
from artifacts_guard.ci.model import Reference
from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.ci.actions.frame import Frame
    from artifacts_guard.ci.model import Binding
    from artifacts_guard.ci.model import Template

# Keys of the `github` context that name the proposal's content, or the run that it triggered.
_HEADS = lazy(
    r"""head_ref$
      | event\.pull_request\.(?:head(?:\..*)?|merge_commit_sha)$
      | event\.workflow_run\.(?:id|head_.*|pull_requests.*)$
      | event\.(?:check_suite|check_run)\..*head_.*$
    """,
    re.VERBOSE,
)
_OUTPUT = lazy(r'(?i)head|pull|\bpr\b|pr[-_]')
_PULL_REF = lazy(r'\bpull/')
# programs that bring content of a ref, of a repository or of another run
_GIT = lazy(r'\bgit\b.*\b(?:checkout|clone|fetch|pull|switch|merge|reset|worktree|cherry-pick|archive)\b')
_ALWAYS = lazy(
    r"""\b(?:gh|hub)\s+pr\s+checkout\b | \bgh\s+run\s+download\b
      | \bgit\b.*\b(?:checkout|fetch|merge|pull)\b.*\bpull/
      | \bgh\s+api\b.*/artifacts/.*/zip\b
    """,
    re.VERBOSE,
)
_VARIABLE = lazy(r'\$(?:env:)?\{?([A-Za-z_]\w*)')
_DOWNLOADS = lazy(r'\bdownloadArtifact\b')
_COMMAND_LENGTH = 1000

_CHECKOUTS = frozenset(('checkout', 'git-checkout'))
_OTHER_RUNS = frozenset(('dawidd6/action-download-artifact', 'bettermarks/action-artifact-download'))


def by_action(name: str, inputs: tuple[Binding, ...], frame: Frame) -> bool:
    """Whether an action takes the proposal's content, by its name (`owner/repository/path`) and inputs."""
    given = {binding.name: binding.value for binding in inputs if binding.value is not None}
    repository = '/'.join(name.split('/')[:2])
    short = repository.rpartition('/')[2]
    if short in _CHECKOUTS:
        return any(_is_head(given[key], frame) for key in ('ref', 'repository') if key in given)
    if short == 'download-artifact':
        return 'run-id' in given and _is_head(given['run-id'], frame)
    if repository in _OTHER_RUNS:
        if any(_is_head(value, frame) for value in given.values()):
            return True
        return any(event.trigger.kind == model.FOLLOW_UP for event in frame.events)
    return short == 'github-script' and 'script' in given and bool(_DOWNLOADS.search(given['script'].text))


def by_script(script: Template, env: Iterable[Binding], frame: Frame) -> bool:
    """Whether a script takes the proposal's content: `gh pr checkout`, `git fetch … pull/7/head`, a head's name."""
    text = script.text
    if 'git' not in text and 'gh' not in text and 'hub' not in text:
        return False
    heads: set[str] | None = None
    at = 0
    for command in _commands(text):
        if len(command) <= _COMMAND_LENGTH:
            if _ALWAYS.search(command):
                return True
            if _GIT.search(command):
                end = at + len(command)
                if any(
                    at <= expression.start < end and _any_head(expression.choices, frame)
                    for expression in script.expressions
                ):
                    return True
                if heads is None:
                    heads = {
                        binding.name
                        for binding in env
                        if binding.value is not None and _is_head(binding.value, frame)
                    }
                if heads and any(variable in heads for variable in _VARIABLE.findall(command)):
                    return True
        at += len(command) + 1
    return False


def _commands(text: str) -> list[str]:
    """Lines, with continued ones kept together; joined by one character they give the text again."""
    found: list[str] = []
    for line in text.split('\n'):
        if found and found[-1].endswith('\\'):
            found[-1] += '\n' + line
        else:
            found.append(line)
    return [command.replace('\n', ' ') for command in found]


def _is_head(template: Template, frame: Frame) -> bool:
    """Whether a ref, repository or run is the proposal's."""
    if _PULL_REF.search(template.text):
        return True
    return any(_any_head(expression.choices, frame) for expression in template.expressions)


def _any_head(choices: tuple[Reference | str, ...], frame: Frame) -> bool:
    for choice in choices:
        for value in _through_inputs(choice, frame):
            if isinstance(value, str):
                found = bool(_PULL_REF.search(value))
            elif value.kind == 'github':
                found = bool(_HEADS.match(value.name))
            elif value.kind == 'unknown':
                found = bool(_PULL_REF.search(value.name))
            else:
                found = value.kind == 'output' and _comments(frame) and bool(_OUTPUT.search(value.name))
            if found:
                return True
    return False


def _through_inputs(choice: Reference | str, frame: Frame) -> list[Reference | str]:
    if isinstance(choice, Reference):
        known = frame.known(choice)
        if known is not None:
            return [value for value in known if isinstance(value, (str, Reference))]
    return [choice]


def _comments(frame: Frame) -> bool:
    """Runs after a comment or another run must look the proposal up first."""
    return any(event.trigger.kind in (model.COMMENT, model.FOLLOW_UP) for event in frame.events)
