"""What holds inside a block of a Jenkinsfile, and jobs in the making."""

from __future__ import annotations

from artifacts_guard import groovy
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Trigger
from artifacts_guard.ci.model import Use
from artifacts_guard.groovy import Item
from artifacts_guard.record import Record
from artifacts_guard.text import Document
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

DEPTH = 50  # blocks in blocks, calls among them


class Frame(Record):
    """What holds inside a block.  `triggers` is None while nothing narrows those of the job."""

    document: Document
    builder: Builder | None = None
    env: tuple[Binding, ...] = ()
    triggers: tuple[Trigger, ...] | None = None
    image: Use | None = None
    directory: Template | None = None
    stage: str = ''
    via: tuple[Hop, ...] = ()
    depth: int = 0


class Function(Record):
    body: Item
    document: Document


class Builder:
    """A job in the making."""

    automation = True

    def __init__(self, name: str, place: Place, runner: Runner, triggers: tuple[Trigger, ...]) -> None:
        self.name = name
        self.place = place
        self.runner = runner
        self.triggers = triggers
        self.steps: list[Step] = []
        self.set: list[Binding] = []  # by `env.X = …`, for the steps that follow

    def job(self) -> Job:
        steps = tuple(self.steps)
        return Job(
            self.name, self.place, self.runner, steps, triggers=self.triggers, automation=self.automation
        )


def function_of(statement: Sequence[Item]) -> tuple[str, Item] | None:
    """The name and body of `def publish(String a) { … }`."""
    if len(statement) < 4 or not groovy.is_group(statement[-1], '{'):
        return None
    name, given, first = statement[-3], statement[-2], statement[0]
    if name.kind != groovy.WORD or not groovy.is_group(given, '(') or first.text in ('return', 'else', 'new'):
        return None
    words = statement[:-2]
    return (name.text, statement[-1]) if all(item.kind == groovy.WORD for item in words) else None


def strings_of(items: Sequence[Item]) -> list[Item]:
    found = []
    for item in items:
        if item.kind == groovy.STRING:
            found.append(item)
        elif item.kind == groovy.GROUP:
            found += [inner for inner in item.items if inner.kind == groovy.STRING]
    return found
