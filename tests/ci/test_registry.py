"""The table of systems: which document belongs to which, and how a new system joins."""

from __future__ import annotations

import subprocess
import sys
import types

import pytest

from artifacts_guard import ci
from artifacts_guard.check import analyse
from artifacts_guard.ci import System
from artifacts_guard.ci.model import SHARED
from artifacts_guard.ci.model import UNKNOWN
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.engine.load import builtin
from artifacts_guard.engine.run import findings
from artifacts_guard.text import Document
from artifacts_guard.text import whole
from tests.ci.support import Forest
from tests.ci.support import read_all

BY_PATH = {
    'a workflow': ('.github/workflows/ci.yml', 'github'),
    'the other extension': ('.github/workflows/ci.yaml', 'github'),
    'a repository in a folder': ('examples/shop/.github/workflows/ci.yml', 'github'),
    'an action': ('action.yml', 'github'),
    'an action in a folder': ('.github/actions/publish/action.yaml', 'github'),
    'an action of Forgejo': ('.forgejo/actions/publish/action.yml', 'forgejo'),
    'a workflow of Forgejo': ('.forgejo/workflows/ci.yml', 'forgejo'),
    'a workflow of Gitea': ('.gitea/workflows/ci.yaml', 'gitea'),
    'a script': ('scripts/publish.sh', 'script'),
}
NOT_BY_PATH = {
    'a folder below': '.github/workflows/old/ci.yml',
    'no YAML': '.github/workflows/README.md',
    'another folder': '.github/ISSUE_TEMPLATE/bug.yml',
    'a template for others': 'workflow-templates/ci.yml',
    'a name that only ends so': 'reaction.yml',
    'a folder that only ends so': 'x.github/workflows/ci.yml',
    'a backup': '.github/workflows/ci.yml.bak',
    'any YAML': 'config.yml',
    'a folder that is a template': '{{cookiecutter.name}}/.github/workflows/ci.yml',
    'a folder that is a Jinja template': 'x/{% if ci %}.github{% endif %}/workflows/ci.yml',
    'a name without extension': 'Makefile',
}


@pytest.mark.parametrize(('path', 'system'), BY_PATH.values(), ids=BY_PATH)
def test_recognised_by_path(path: str, system: str) -> None:
    assert ci.recognise(path) == system


@pytest.mark.parametrize('path', NOT_BY_PATH.values(), ids=NOT_BY_PATH)
def test_not_recognised_by_path(path: str) -> None:
    assert ci.recognise(path) is None


BY_CONTENT = {
    'an action that runs': ('action.yml', 'name: x\nruns:\n  using: node20\n', 'github'),
    'an action that runs, in quotes': ('action.yml', '"runs": {using: node20}\n', 'github'),
    'another document of that name': ('action.yml', 'name: x\nsteps: []\n', None),
    'a text that speaks of runs': ('action.yml', 'text: "runs: x"\n', None),
    'a script without extension': ('bin/publish', '#!/usr/bin/env bash\n', 'script'),
    'a script of another language': ('bin/publish', '#!/usr/bin/env python3\n', None),
    'a text without extension': ('LICENSE', 'MIT\n', None),
}


@pytest.mark.parametrize(('path', 'text', 'system'), BY_CONTENT.values(), ids=BY_CONTENT)
def test_recognised_by_content(path: str, text: str, system: str | None) -> None:
    assert ci.recognise(path, Document(path, text)) == system


def test_candidates_keep_order_and_skip_the_rest() -> None:
    paths = ['b.sh', 'README.md', '.github/workflows/a.yml', 'Makefile', 'x/action.yml']
    by_content = {row.name for row in ci.ADAPTERS if row.clues}
    assert [pair for pair in ci.candidates(paths) if pair[1] not in by_content] == [
        ('b.sh', 'script'),
        ('.github/workflows/a.yml', 'github'),
        ('Makefile', 'script'),
        ('x/action.yml', 'github'),
    ]


@pytest.mark.parametrize('row', ci.ADAPTERS, ids=lambda row: row.name)
def test_rows_say_what_their_modules_say(row: System) -> None:
    module = ci.adapter(row.name)
    assert row.name == module.NAME


def test_names_are_unique() -> None:
    names = [row.name for row in ci.ADAPTERS]
    assert len(names) == len(set(names))


def test_no_adapter_is_loaded_before_it_is_needed() -> None:
    code = (
        'import sys; from artifacts_guard import ci; ci.candidates([".github/workflows/a.yml"]);'
        'print(*sorted(name for name in sys.modules if name.startswith("artifacts_guard.ci") or "yaml" in name))'
    )
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ['artifacts_guard.ci', 'artifacts_guard.ci.paths']


def add_imaginary_system(
    monkeypatch: pytest.MonkeyPatch, runner: Runner, globs: tuple[str, ...], clues: tuple[str, ...] = ()
) -> None:
    """A system whose documents are scripts, as one module and one row."""

    def read(document: Document, tree: object) -> Pipeline:
        place = whole(document).whole()
        step = Step('only', place, (Script(Template(whole(document)), Shell('sh')),))
        return Pipeline(document, 'imaginary', jobs=(Job('only', place, runner, (step,)),))

    module = types.ModuleType('imaginary_system')
    module.NAME, module.read = 'imaginary', read  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, 'imaginary_system', module)
    row = System('imaginary', 'imaginary_system', globs, clues)
    monkeypatch.setattr(ci, 'ADAPTERS', (*ci.ADAPTERS, row))


def test_a_new_system_is_one_module_and_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    globs = ('**/.imaginary*.toml', '**/*.json')
    add_imaginary_system(monkeypatch, Runner(UNKNOWN, '', 'imagined'), globs, ('"imagine"',))
    found = read_all(
        {'a/.imaginary-1.toml': '"imagine"', 'b.json': '{"imagine": 1}', 'c.json': '{}', 'd.toml': ''}
    )
    assert [(one.path, one.system, one.jobs) for one in found.taken] == [
        ('a/.imaginary-1.toml', 'imaginary', 1),
        ('b.json', 'imaginary', 1),
    ]


def test_all_rules_follow_a_new_system(monkeypatch: pytest.MonkeyPatch) -> None:
    add_imaginary_system(monkeypatch, Runner(SHARED, '', 'imagined'), ('**/*.imagine',))
    text = 'artifacts push --token $AGENT_ARTIFACTS_TOKEN --project-slug a --file a.md'
    facts = analyse({'a.imagine': text})
    assert [(one.rule, one.level) for one in findings(facts, builtin())] == [
        ('interactive-in-ci', 'warning'),
        ('public-push', 'warning'),
        ('token-flag', 'error'),
    ]
    assert {one.system for one in facts} == {'imaginary'}


@pytest.mark.parametrize('glob', ['**/*', '*', '**/a*'])
def test_a_glob_must_say_what_to_look_up(glob: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ci, 'ADAPTERS', (System('greedy', 'none', (glob,)),))
    with pytest.raises(ValueError, match='a glob needs'):
        ci.candidates(['a'])


GLOBS = {
    'one of some words': (
        '**/{a,.b}/x.{yml,yaml}',
        ['a/x.yml', '.b/x.yaml', 'c/a/x.yaml'],
        ['b/x.yml', 'a/x.', 'a/x.json', 'a,.b/x.yml'],
    ),
    'any folder': ('**/ci.yml', ['ci.yml', 'a/ci.yml', 'a/b/ci.yml'], ['xci.yml', 'ci.yml/x', 'aci.yml']),
    'only the root': ('ci.yml', ['ci.yml'], ['a/ci.yml']),
    'a name': (
        '.circleci/*.yml',
        ['.circleci/a.yml'],
        ['.circleci/a/b.yml', 'x/.circleci/a.yml', '.circleci/a.yaml'],
    ),
    'any folder below': ('.x/**/a.yml', ['.x/a.yml', '.x/y/z/a.yml'], ['a.yml', '.xy/a.yml']),
    'the beginning of a name': (
        '**/Jenkinsfile*',
        ['Jenkinsfile', 'a/Jenkinsfile.release'],
        ['xJenkinsfile', 'jenkinsfile'],
    ),
    'two dots': ('**/*.gitlab-ci.yml', ['.gitlab-ci.yml', 'a/x.gitlab-ci.yml'], ['gitlab-ci.yml']),
    'one letter': ('**/compose.y?ml', ['compose.yaml'], ['compose.yml', 'compose.y/ml']),
    'letters of a set': ('**/v[12].yml', ['v1.yml'], ['v3.yml']),
    'letters out of a set': ('**/v[!12].yml', ['v3.yml'], ['v1.yml']),
    'a dot is a dot': ('**/a.yml', ['a.yml'], ['abyml', 'a_yml']),
}


@pytest.mark.parametrize(('glob', 'fits', 'fits_not'), GLOBS.values(), ids=GLOBS)
def test_globs(glob: str, fits: list[str], fits_not: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ci, 'ADAPTERS', (System('x', 'none', (glob,)),))
    assert [path for path, _ in ci.candidates([*fits, *fits_not])] == fits


def test_a_path_with_a_line_end_is_a_path() -> None:
    assert ci.recognise('a\nb/.github/workflows/c\nd.yml') == 'github'


def test_documents_that_vanish_are_left_out() -> None:
    forest = Forest({})
    assert ci.read_all(['.github/workflows/ci.yml'], forest).taken == ()
