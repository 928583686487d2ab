"""What adapters say about themselves, for the page about systems, is what they do."""

from __future__ import annotations

from typing import Any

import pytest

from artifacts_guard import ci
from artifacts_guard.check import Memory
from artifacts_guard.ci.model import EPHEMERAL
from artifacts_guard.ci.model import SHARED
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.recipes import READERS
from artifacts_guard.ci.recipes import by_file
from tests.test_projects import PROJECTS
from tests.test_projects import texts

SYSTEMS = [system.name for system in ci.ADAPTERS]
# how the words about hosts tell a tenancy
WORDS = {SHARED: 'shared', EPHEMERAL: 'thrown away'}


def pipelines() -> list[Pipeline]:
    """All pipelines of the projects, each read on its own."""
    found = []
    for name in PROJECTS:
        tree = Memory(texts(name))
        for path in tree.paths():
            document = tree.document(path)
            assert document is not None
            system = ci.recognise(path, document)
            if system is not None:
                found.append(ci.adapter(system).read(document, tree))
    return found


@pytest.mark.parametrize('name', SYSTEMS)
def test_an_adapter_describes_itself(name: str) -> None:
    module: Any = ci.adapter(name)

    assert name == module.NAME
    assert all(isinstance(words, str) and words for words in (*module.UNDERSTANDS, *module.UNRESOLVED))
    assert module.UNDERSTANDS
    assert module.UNRESOLVED
    assert module.HOSTS
    assert module.SHELLS


@pytest.mark.parametrize('pipeline', pipelines(), ids=lambda one: one.document.path)
def test_it_does_what_it_says(pipeline: Pipeline) -> None:
    module: Any = ci.adapter(pipeline.system)

    assert pipeline.masks == module.MASKS
    runners = [job.runner for job in pipeline.jobs if isinstance(job.runner, Runner)]
    for runner in runners:
        assert WORDS.get(runner.tenancy, 'unknown') in module.HOSTS or pipeline.kind == 'action'


def test_every_recipe_file_has_its_reader() -> None:
    for row in READERS:
        for file in row.files:
            reader = by_file(file.replace('*', 'x'))
            assert reader is not None
            assert row.module == reader.NAME
