"""`artifacts-guard rules`: what each action prints and its exit status."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from artifacts_guard.engine import load
from artifacts_guard.facts.model import Call
from artifacts_guard.facts.model import Fact
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests.conftest import Guard


@pytest.fixture
def run(guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`run('list')` is `artifacts-guard rules list`, in an empty folder; says nothing on standard error when it ends well."""
    monkeypatch.chdir(tmp_path)

    def call(*argv: str) -> tuple[int, str]:
        outcome = guard('rules', *argv)
        assert bool(outcome.stderr) == (outcome.status == 2)
        return outcome.status, outcome.stdout or outcome.stderr

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    """An analysis that knows one command, in place of the real one."""
    import sys
    import types

    def analyse(files: dict[str, str], settings: object) -> list[Fact]:
        return [
            Call(
                Place(Document(path, text), Span(match.start(), match.end())),
                command='artifact delete',
                automation=path.startswith('.github/'),
                dry_run='--dry-run' in match[0],
            )
            for path, text in files.items()
            for match in re.finditer(r'artifacts artifact delete.*', text)
        ]

    module = types.ModuleType('artifacts_guard.check')
    module.analyse = analyse  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, 'artifacts_guard.check', module)


def configured(run: Any, folder: Path) -> None:
    """A rule of one's own that the configuration names."""
    run('new', 'no-delete')
    (folder / 'artifacts-guard.toml').write_text('rules = ["guard-rules"]\n', encoding='utf-8')


# list


def test_list_names_every_rule_with_its_levels(run: Any) -> None:
    status, out = run('list')

    lines = out.splitlines()
    assert status == 0
    assert lines[0] == 'Credentials at rest (credentials)'
    assert lines[-1] == '40 rules; `artifacts-guard rules explain NAME` tells more.'
    (flag,) = [line for line in lines if line.startswith('  token-flag ')]
    assert flag.split(None, 2) == ['token-flag', 'error/warning/note', 'Token on the command line of the CLI']
    assert any('piling-push' in line and line.endswith('(only with --pedantic)') for line in lines)
    assert [line.split()[0] for line in lines if line.startswith('  ')] == [
        rule.id for rule in load.builtin()
    ]


def test_list_as_json(run: Any) -> None:
    status, out = run('list', '--format', 'json')

    listed = json.loads(out)
    assert status == 0
    assert listed['version'] == 1
    assert [rule['id'] for rule in listed['rules']] == [rule.id for rule in load.builtin()]
    flag = next(rule for rule in listed['rules'] if rule['id'] == 'token-flag')
    assert flag['levels'] == ['error', 'warning', 'note']
    assert flag['own'] is False


def test_list_with_own_rules(run: Any, folder: Path) -> None:
    configured(run, folder)

    _, out = run('list')

    assert 'own (own)\n  no-delete ' in out
    assert '41 rules' in out


# explain


def test_explain_prints_the_page(run: Any) -> None:
    status, out = run('explain', 'token-flag')

    assert status == 0
    assert out.startswith('token-flag: Token on the command line of the CLI\n')
    for words in ('/proc/PID/cmdline', 'What to do', 'Found: ', 'Not found: ', '^^^^', 'https://'):
        assert words in out
    assert '[|' not in out


def test_explain_an_own_rule(run: Any, folder: Path) -> None:
    configured(run, folder)

    _, out = run('explain', 'no-delete')

    assert out.startswith('no-delete: Artifact deleted by an automation\n')


@pytest.mark.parametrize(
    ('name', 'sentence'),
    [
        ('token-flg', "no rule is called 'token-flg'; did you mean 'token-flag'?"),
        ('no-delet', "no rule is called 'no-delet'; did you mean 'no-delete'?"),
        ('exposure', "no rule is called 'exposure'"),
        ('xyzzy', "no rule is called 'xyzzy'"),
    ],
)
def test_explain_a_name_that_no_rule_has(run: Any, folder: Path, name: str, sentence: str) -> None:
    configured(run, folder)

    status, said = run('explain', name)

    assert (status, said) == (2, f'artifacts-guard: {sentence}\n')


def test_a_built_in_rule_is_explained_whatever_is_wrong_with_the_configuration(
    run: Any, folder: Path
) -> None:
    (folder / 'artifacts-guard.toml').write_text('rules = ["no-such-folder"]\n', encoding='utf-8')

    assert run('explain', 'token-flag')[0] == 0
    assert run('list') == (2, 'artifacts-guard: no-such-folder: there is no such file or folder\n')
    assert run('explain', 'mine')[0] == 2


# new, check, test


def test_a_new_rule_is_whole_and_its_examples_hold(run: Any, folder: Path, analysis: None) -> None:
    status, out = run('new', 'no-delete')

    assert status == 0
    assert out.splitlines()[0] == 'guard-rules/no-delete.yaml is written.  Change it, then run:'
    assert run('check', 'guard-rules') == (0, '1 rule with 2 examples: nothing is wrong with their form.\n')
    assert run('test', 'guard-rules') == (0, '2 examples of 1 rule ran: none failed.\n')
    assert run('test', 'guard-rules/no-delete.yaml') == (0, '2 examples of 1 rule ran: none failed.\n')


@pytest.mark.parametrize('name', ['No-Delete', 'no_delete', '../x', '', 'a' * 61, 'no-', 'a\nb', 'a\n'])
def test_a_new_rule_needs_a_name_of_the_right_form(run: Any, folder: Path, name: str) -> None:
    status, said = run('new', name)

    assert status == 2
    assert 'is no name for a rule' in said
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize('name', ['token-flag', 'exposure', 'all'])
def test_a_new_rule_needs_a_name_of_its_own(run: Any, folder: Path, name: str) -> None:
    status, said = run('new', name)

    assert (status, said) == (2, f'artifacts-guard: {name} is a rule or group that comes with the program\n')
    assert list(folder.iterdir()) == []


def test_a_new_rule_overwrites_nothing(run: Any, folder: Path) -> None:
    run('new', 'no-delete')
    (folder / 'guard-rules/no-delete.yaml').write_text('mine', encoding='utf-8')

    assert run('new', 'no-delete') == (
        2,
        'artifacts-guard: guard-rules/no-delete.yaml cannot be written: File exists\n',
    )
    assert (folder / 'guard-rules/no-delete.yaml').read_text(encoding='utf-8') == 'mine'


def test_check_says_what_is_wrong(run: Any, folder: Path) -> None:
    run('new', 'no-delete')
    path = folder / 'guard-rules/no-delete.yaml'
    path.write_text(
        path.read_text(encoding='utf-8').replace('level: warning', 'level: bad'), encoding='utf-8'
    )

    status, out = run('check', 'guard-rules')

    assert status == 1
    assert (
        out
        == "guard-rules/no-delete.yaml:9: level: 'bad' is not allowed: should be 'error', 'warning' or 'note'\n"
    )


def test_check_refuses_names_that_are_taken(run: Any, folder: Path) -> None:
    run('new', 'no-delete')
    path = folder / 'guard-rules/no-delete.yaml'
    path.write_text(path.read_text(encoding='utf-8') + 'aliases: [token-flag]\n', encoding='utf-8')

    status, out = run('check', 'guard-rules')

    assert (status, out.splitlines()[0]) == (
        1,
        'guard-rules/no-delete.yaml: the name token-flag belongs to the built-in rule token-flag',
    )


def test_check_the_built_in_rules(run: Any) -> None:
    status, out = run('check', load.RULES_DIR)

    assert status == 0
    assert re.fullmatch(r'40 rules with \d+ examples: nothing is wrong with their form\.\n', out)


def test_test_says_what_differs(run: Any, folder: Path, analysis: None) -> None:
    run('new', 'no-delete')
    path = folder / 'guard-rules/no-delete.yaml'
    path.write_text(path.read_text(encoding='utf-8').replace('--dry-run', '--verbose'), encoding='utf-8')

    status, out = run('test', 'guard-rules')

    assert status == 1
    assert out.splitlines() == [
        'guard-rules/no-delete.yaml: a preview',
        "  .github/workflows/cleanup.yml:7: found 'artifacts artifact delete --artifact-id art_1 --verbose', "
        'which is not marked',
        '2 examples of 1 rule ran: 1 failed.',
    ]


def test_test_names_known_gaps(run: Any, folder: Path, analysis: None) -> None:
    run('new', 'no-delete')
    path = folder / 'guard-rules/no-delete.yaml'
    text = path.read_text(encoding='utf-8').replace('--dry-run', '--verbose')
    path.write_text(text.replace('a preview\n', 'a preview\n      known_gap: not yet\n'), encoding='utf-8')

    assert run('test', 'guard-rules') == (
        0,
        '2 examples of 1 rule ran, 1 known gap among them: none failed.\n',
    )


@pytest.mark.parametrize('action', ['check', 'test'])
def test_what_is_not_there_is_a_wrong_call(run: Any, folder: Path, analysis: None, action: str) -> None:
    assert run(action, 'guard-rules') == (
        2,
        'artifacts-guard: guard-rules: there is no such file or folder\n',
    )


@pytest.mark.parametrize('action', ['check', 'test'])
def test_a_folder_without_rules_is_not_passed(run: Any, folder: Path, analysis: None, action: str) -> None:
    status, out = run(action, '.')

    assert status == 1
    assert out.splitlines()[0] == '.: holds no rule files'


@pytest.mark.parametrize(
    'argv',
    [[], ['explain'], ['test'], ['check'], ['new'], ['list', 'x'], ['lst'], ['list', '--format', 'jsn']],
)
def test_a_wrong_call_ends_with_2(run: Any, argv: list[str]) -> None:
    assert run(*argv)[0] == 2
