"""Over whole repositories and all examples of rules: fixes repair what they say, once, and nothing else changes."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from artifacts_guard.engine import load
from artifacts_guard.engine import samples
from artifacts_guard.fixes.table import MAKERS
from tests.fixes.support import found
from tests.fixes.support import repaired
from tests.test_projects import PROJECTS
from tests.test_projects import texts

EXAMPLES = [
    pytest.param(
        samples.prepared(example.documents, 'seed').documents, id=f'{source.rule.id}: {example.name}'
    )
    for source in load.read(load.RULES_DIR)[0]
    for example in (*source.file.examples.bad, *source.file.examples.good)
]
TREES = [pytest.param(texts(name), id=name) for name in PROJECTS] + EXAMPLES
_EDITED = re.compile(r'artifacts|curl|docker|AGENT_ARTIFACTS|scopes|http', re.IGNORECASE)


def masked(value: Any) -> Any:
    """Data without what fixes may change: texts with commands of ours, bindings, and mappings that hold only these."""
    if isinstance(value, dict):
        kept = {str(k): masked(v) for k, v in value.items() if not _EDITED.search(str(k))}
        return {k: v for k, v in kept.items() if not (k == 'env' and not v)}
    if isinstance(value, list):
        return [masked(each) for each in value]
    return '…' if isinstance(value, str) and _EDITED.search(value) else value


def means(text: str) -> Any:
    return [masked(each) for each in yaml.load_all(text, yaml.BaseLoader)]


@pytest.mark.parametrize('files', TREES)
def test_fixes_repair_what_they_say_once_and_nothing_else(files: dict[str, str]) -> None:
    before = found(files)

    outcome = repaired(files, unsafe=True)

    after = {**files, **outcome.texts}
    left = found(after)
    assert len(left) <= len(before) - len(outcome.done)
    assert {(one.rule, one.place.path) for one in left} <= {(one.rule, one.place.path) for one in before}
    assert repaired(after, unsafe=True).texts == {}
    for path, text in outcome.texts.items():
        if path.endswith(('.yml', '.yaml')):
            assert means(text) == means(files[path])


def test_each_rule_with_fixes_has_an_example_of_one() -> None:
    shown = {
        source.rule.id
        for source in load.read(load.RULES_DIR)[0]
        if any(example.fixed for example in source.file.examples.bad)
    }

    assert shown == set(MAKERS)
