"""Trees out of strings, and pipelines as short texts that tables can compare."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import dedent

from artifacts_guard import ci
from artifacts_guard.ci.link import ReadResult
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Use
from artifacts_guard.text import Document

WORKFLOW = '.github/workflows/ci.yml'


class Forest:
    """The documents of a test, by path; it notes which were asked for."""

    def __init__(self, documents: dict[str, str]) -> None:
        self.texts = {path: dedent(text).lstrip('\n') for path, text in documents.items()}
        self.asked: list[str] = []

    def document(self, path: str) -> Document | None:
        self.asked.append(path)
        return Document(path, self.texts[path]) if path in self.texts else None

    def paths(self) -> Iterable[str]:
        return sorted(self.texts)


def read_all(documents: dict[str, str]) -> ReadResult:
    forest = Forest(documents)
    return ci.read_all(forest.paths(), forest)


def read(text: str, path: str = WORKFLOW, others: dict[str, str] | None = None) -> Pipeline:
    """One document of a tree, by the adapter that recognises it."""
    forest = Forest({path: text, **(others or {})})
    document = forest.document(path)
    assert document is not None
    system = ci.recognise(path, document)
    assert system is not None
    return ci.adapter(system).read(document, forest)


def job(text: str, **arguments: object) -> Job:
    """The only job of a document."""
    (found,) = read(text, **arguments).jobs  # type: ignore[arg-type]
    return found


def steps(text: str, on: str = 'push') -> tuple[Step, ...]:
    """The steps of a job on a hosted runner, out of the list under `steps:`."""
    body = dedent(text).strip('\n').replace('\n', '\n      ')
    return job(f'on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      {body}\n').steps


def step(text: str, on: str = 'push') -> Step:
    (found,) = steps(text, on)
    return found


def shown(template: Template | None) -> str:
    """A string with its expressions as `<secret.X|'a'>`; those that are pasted early as `<<…>>`."""
    if template is None:
        return '?'
    text, at = '', 0
    for expression in template.expressions:
        choices = '|'.join(
            repr(choice) if isinstance(choice, str) else f'{choice.kind}.{choice.name}'
            for choice in expression.choices
        )
        text += template.text[at : expression.start]
        text += f'<<{choices}>>' if expression.early else f'<{choices}>'
        at = expression.end
    return text + template.text[at:]


def bound(bindings: Iterable[Binding]) -> list[str]:
    return [
        f'{binding.name}={shown(binding.value)} @{binding.level}:{binding.place.line}' for binding in bindings
    ]


def flags(shell: Shell) -> str:
    on = [name for name in ('errexit', 'pipefail', 'xtrace') if getattr(shell, name)]
    return ' '.join([shell.name, *on])


def used(use: Use | None) -> str:
    if use is None:
        return ''
    words = ['pinned' if use.pinned else 'unpinned', 'third-party' if use.third_party else 'own']
    return f'{use.kind} {use.name} {" ".join(words)}' + (f' at {use.local}' if use.local else '')


def commands(step: Step) -> list[str]:
    found = []
    for script in step.scripts:
        if isinstance(script, Argv):
            found.append(' '.join(f'[{shown(word)}]' for word in script.words))
        else:
            assert isinstance(script, Script)
            found.append(f'{flags(script.shell)}: {shown(script.template).strip()}')
    return found


def outline(pipeline: Pipeline) -> str:
    """Jobs with their hosts and triggers, steps with what they run."""
    lines = []
    for one in pipeline.jobs:
        triggers = ' '.join(trigger.kind for trigger in one.triggers)
        lines.append(f'{one.name}: {one.runner.tenancy} [{one.runner.label}] on {triggers}'.rstrip())
        lines += [f'  env {line}' for line in bound(one.env)]
        lines += [f'  use {used(one.use)}'] if one.use else []
        for inner in one.steps:
            lines.append(f'  - {inner.name}')
            lines += [f'    {line}' for line in commands(inner)]
            lines += [f'    use {used(inner.use)}'] if inner.use else []
            lines += [f'    env {line}' for line in bound(inner.env)]
    return '\n'.join(lines)
