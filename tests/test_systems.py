"""What adapters say about themselves, for the page about systems, is what they do."""

from __future__ import annotations

from typing import Any

import pytest

from artifacts_guard import ci
from artifacts_guard.check import Memory
from artifacts_guard.check import analyse
from artifacts_guard.ci.model import EPHEMERAL
from artifacts_guard.ci.model import SHARED
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.recipes import READERS
from artifacts_guard.ci.recipes import by_file
from artifacts_guard.engine.load import builtin
from artifacts_guard.engine.run import findings
from artifacts_guard.engine.samples import prepared
from tests import systems
from tests.test_projects import PROJECTS
from tests.test_projects import texts

SYSTEMS = [system.name for system in ci.ADAPTERS]
SAID = {name: systems.load(name) for name in SYSTEMS}
COMMANDS = systems.load('commands')
RULES = [rule.id for rule in builtin() if rule.id not in systems.EVERYWHERE]
CLAIMS = [
    pytest.param(kind, entry, id=f'{name}: {kind} {entry["claim"]}')
    for name, said in SAID.items()
    for kind in ('understands', 'unresolved')
    for entry in said[kind]
]
PAIRS = [(name, rule) for name in SYSTEMS for rule in RULES]
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


@pytest.mark.parametrize('name', SYSTEMS)
def test_each_claim_has_a_case_and_each_case_a_claim(name: str) -> None:
    module: Any = ci.adapter(name)

    assert [entry['claim'] for entry in SAID[name]['understands']] == list(module.UNDERSTANDS)
    assert [entry['claim'] for entry in SAID[name]['unresolved']] == list(module.UNRESOLVED)


@pytest.mark.parametrize(('kind', 'entry'), CLAIMS)
def test_a_claim_is_true(kind: str, entry: dict[str, Any]) -> None:
    files = prepared(entry['files'], entry['claim']).documents
    read = ci.read_all(files, Memory(files)).pipelines
    jobs = [job for pipeline in read for job in pipeline.jobs]
    missing = {one.name for part in (*read, *jobs) for one in part.unresolved}
    used = {part.use for job in jobs for part in (job, *job.steps)}

    assert sorted(missing) == entry.get('unresolved', [])
    assert sorted(use.name for use in used if use is not None and use.third_party) == entry.get('uses', [])
    assert told(files) == entry.get('found', [])


def told(files: dict[str, str]) -> list[str]:
    return sorted(
        f'{one.place.path}:{one.place.line} {one.rule}' for one in findings(analyse(files), builtin())
    )


@pytest.mark.parametrize(('name', 'rule'), PAIRS)
def test_a_rule_applies_where_the_page_says_so(name: str, rule: str) -> None:
    written = systems.documents(SAID[name], rule, COMMANDS)
    facts = analyse(prepared(written, rule).documents)
    found = {one.rule for one in findings(facts, builtin(), pedantic=True)}

    assert (rule in found) is (rule not in SAID[name].get('without', {}))


@pytest.mark.parametrize('name', SYSTEMS)
def test_what_does_not_apply_is_a_rule(name: str) -> None:
    assert set(SAID[name].get('without', {})) <= set(RULES)


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
