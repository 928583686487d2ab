"""The layers: an import goes downwards, a third-party package has one owner, and only the rim prints."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = 'artifacts_guard'
ROOT = Path(__file__).parents[1] / PACKAGE
LAYERS: tuple[tuple[str, ...], ...] = (
    ('', 'record', 'text', 'errors', 'secret', 'settings', 'regex'),
    (
        *('inputs', 'yamltree', 'jsontree', 'groovy', 'shell', 'makefile', 'dockerfile', 'code'),
        *('credentials', 'scopes', 'findings', 'config'),
    ),
    ('ci',),
    ('flow',),
    ('facts',),
    ('engine', 'advisor'),
    (
        'check',
        'advise',
        'relevance',
        'history',
        'baseline',
        'logs',
        'searching',
        'hosts',
        'reports',
        'service',
        'fixes',
        'audit',
        'recording',
        'detect_secrets_plugin',
    ),
    ('cli', 'lsp', '__main__'),
)
NUMBER = {name: number for number, names in enumerate(LAYERS) for name in names}
# what a part may import of layers below it, where not all of them are meant for it
ONLY = {
    'ci': {'yamltree', 'jsontree', 'groovy', 'shell', 'makefile', 'dockerfile'},
    'flow': {'ci', 'shell', 'code', 'credentials', 'scopes'},
    'facts': {'ci', 'flow', 'credentials', 'scopes'},
    'engine': {'facts', 'findings', 'scopes', 'yamltree'},
    'advisor': {'facts', 'findings', 'scopes', 'yamltree'},
}
# what parts of one layer may use of each other: part, and the module that it imports
ALLOWED = (
    ('text', 'record'),
    ('settings', 'record'),
    ('inputs', 'findings.finding'),  # `Tree.skipped` is told in words of the result
    ('config', 'findings.finding'),  # the levels
    ('jsontree', 'yamltree'),  # JSON is read into the same nodes
)
OWNERS = {
    'ruamel': {'yamltree'},
    'yaml': {'yamltree'},
    'tree_sitter': {'shell'},
    'tree_sitter_bash': {'shell'},
    'tree_sitter_powershell': {'shell'},
    'detect_secrets': {'credentials.generic', 'detect_secrets_plugin'},
    'rich': {'reports.terminal'},
    'jinja2': {'reports.html'},
    'markupsafe': {'reports.html'},
    'pydantic': {'engine.rule', 'config'},
    'pydantic_core': {'engine.rule', 'config'},
    'tomli': {'config'},
    'httpx': {'service'},
    'distributed': {'audit.fleet'},
}
FOR_TYPES = {'typing_extensions'}  # never at run time
PRINTING = {'cli', 'reports'}
SPOKEN = {'print'}


class Module:
    """A module of the package: its name without the package's, and its syntax tree."""

    def __init__(self, path: Path) -> None:
        names = path.relative_to(ROOT).with_suffix('').parts
        self.name = '.'.join(names[:-1] if names[-1] == '__init__' else names)
        self.part = self.name.split('.')[0]
        self.tree = ast.parse(path.read_text(encoding='utf-8'))

    def imports(self) -> Iterator[str]:
        """Names of modules; `from a import b` counts as `a.b` when that is a module."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f'{self.name}: a relative import'
                for alias in node.names:
                    whole = f'{node.module}.{alias.name}'
                    yield whole if _is_module(whole) else str(node.module)


def _is_allowed(part: str, other: str) -> bool:
    return any(part == user and f'{other}.'.startswith(f'{used}.') for user, used in ALLOWED)


def _is_module(name: str) -> bool:
    path = ROOT.parent.joinpath(*name.split('.'))
    return path.with_suffix('.py').is_file() or path.is_dir()


def modules() -> list[Module]:
    return [Module(path) for path in sorted(ROOT.rglob('*.py'))]


def test_every_part_has_a_layer() -> None:
    assert {module.part for module in modules()} - set(NUMBER) == set()


def test_imports_go_downwards() -> None:
    wrong = []
    for module in modules():
        for name in module.imports():
            if name.split('.')[0] != PACKAGE:
                continue
            other = name.removeprefix(PACKAGE).lstrip('.')
            part = other.split('.')[0]
            if part not in NUMBER or part == module.part or _is_allowed(module.part, other):
                continue
            lower = NUMBER[part] < NUMBER[module.part]
            if module.part in ONLY and NUMBER[part] and part not in ONLY[module.part]:
                lower = False
            # the rim is one layer whose parts know each other
            if not lower and not NUMBER[part] == NUMBER[module.part] >= NUMBER['check']:
                wrong.append(f'{module.name} imports {other}')
    assert wrong == []


def test_third_party_packages_have_one_owner() -> None:
    wrong = []
    for module in modules():
        for name in module.imports():
            package = name.split('.')[0]
            if package in (PACKAGE, *FOR_TYPES) or package in sys.stdlib_module_names:
                continue
            owners = OWNERS.get(package, set())
            if not any(module.name == owner or module.name.startswith(f'{owner}.') for owner in owners):
                wrong.append(f'{module.name} imports {package}')
    assert wrong == []


def test_only_the_rim_prints() -> None:
    wrong = [
        f'{module.name}:{node.lineno}'
        for module in modules()
        if module.part not in PRINTING
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPOKEN
    ]
    assert wrong == []


def test_only_one_module_runs_git_and_one_starts_programs() -> None:
    starters = {
        module.name
        for module in modules()
        for name in [*module.imports(), *_attributes(module)]
        if name
        in (
            'subprocess',
            'os.posix_spawn',
            'os.system',
            'os.popen',
            'os.execv',
            'os.fork',
            'pty',
            'multiprocessing',
        )
    }
    users = {module.name for module in modules() if f'{PACKAGE}.inputs.process' in set(module.imports())}
    assert starters <= {
        'inputs.process',
        'inputs.parallel',
        'recording.run',
        'service.programs',
        'audit.child',
    }
    assert users <= {'inputs.git', 'inputs.grep', 'inputs.objects'}


def test_there_is_one_place_where_everything_is_caught_and_one_for_each_repository_of_an_audit() -> None:
    caught = [
        f'{module.name}: {ast.unparse(node.type)}'
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and node.type is not None
        and any(
            isinstance(name, ast.Name) and name.id in ('Exception', 'GuardError')
            for name in ast.walk(node.type)
        )
    ]
    assert sorted(caught) == [
        'audit.snapshot: Exception',
        'audit.snapshot: GuardError',
        'cli.main: Exception',
        'cli.main: GuardError',
    ]
    bare = [
        m.name
        for m in modules()
        for n in ast.walk(m.tree)
        if isinstance(n, ast.ExceptHandler) and n.type is None
    ]
    assert bare == []


@pytest.mark.parametrize('module', modules(), ids=lambda module: module.name or PACKAGE)
def test_every_module_says_what_it_is(module: Module) -> None:
    if module.tree.body:
        assert ast.get_docstring(module.tree)


def _attributes(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f'{node.value.id}.{node.attr}'
