"""Where rules come from: compiled, from YAML, from users' files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from artifacts_guard.engine import load
from artifacts_guard.engine.model import from_plain
from artifacts_guard.engine.model import plain
from artifacts_guard.errors import UsageError

RULE = """\
id: {name}
title: A rule
status: stable
fact: call
when: {{command: push}}
level: note
message: "{{command}} is called"
why: Because.
fix: {{advice: Leave it out.}}
examples:
  bad: [{{name: bad, path: a.sh, text: "[|artifacts push|]"}}]
  good: [{{name: good, path: a.sh, text: "x"}}]
"""


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding='utf-8')


def test_the_compiled_rules_are_those_of_the_sources() -> None:
    sources, problems = load.read(load.RULES_DIR)

    assert problems == []
    assert {each.rule.id: each.rule for each in sources} == {rule.id: rule for rule in load.builtin()}


def test_a_rule_survives_being_written() -> None:
    for rule in load.builtin():
        assert from_plain(plain(rule)) == rule


def test_a_source_belongs_to_its_rule() -> None:
    rule = load.builtin()[0]

    assert load.source(rule).rule == rule


def test_users_rules_come_after_the_built_in_ones(tmp_path: Path) -> None:
    write(tmp_path, 'guard/first.yaml', RULE.format(name='first'))
    write(tmp_path, 'guard/team/second.yml', RULE.format(name='second'))
    write(tmp_path, 'guard/README.md', 'no rule')
    write(tmp_path, 'third.yaml', RULE.format(name='third'))

    rules = load.rules(['guard', 'third.yaml'], str(tmp_path))

    own = rules[len(load.builtin()) :]
    assert rules[: len(load.builtin())] == load.builtin()
    assert [(rule.id, rule.group, rule.own) for rule in own] == [
        ('first', 'own', True),
        ('second', 'team', True),
        ('third', 'own', True),
    ]


def test_without_paths_there_are_the_built_in_rules_only(tmp_path: Path) -> None:
    assert load.rules([], str(tmp_path)) == load.builtin()


WRONG: list[tuple[str, dict[str, str], str, str]] = [
    ('a built-in id', {'token-flag.yaml': RULE.format(name='token-flag')}, 'token-flag.yaml',
     'token-flag.yaml: the name token-flag belongs to the built-in rule token-flag'),
    ('a file of another name', {'a.yaml': RULE.format(name='b')}, 'a.yaml',
     'a.yaml: the rule is called b, and so must be its file'),
    ('one id twice', {'r/a.yaml': RULE.format(name='a'), 'r/x/a.yaml': RULE.format(name='a')}, 'r',
     'r/x/a.yaml: the name a belongs to r/a.yaml'),
    ('an alias that is taken', {'a.yaml': RULE.format(name='a') + 'aliases: [shared-key]\n'}, 'a.yaml',
     'a.yaml: the name shared-key belongs to the built-in rule shared-key'),
    ('a misspelt field, with its line', {'r/a.yaml': RULE.format(name='a').replace('command: push', 'comand: push')}, 'r',
     "r/a.yaml:1: call has no field 'comand'; did you mean 'command'?"),
    ('a misspelt key, with its line', {'a.yaml': RULE.format(name='a') + 'levl: note\n'}, 'a.yaml',
     "a.yaml:13: levl: is no key of a rule file; did you mean 'level'?"),
    ('a wrong level, with its line', {'a.yaml': RULE.format(name='a').replace('note', 'bad')}, 'a.yaml',
     "a.yaml:6: level: 'bad' is not allowed"),
    ('a wrong example, with its line', {'a.yaml': RULE.format(name='a').replace('[|', '')}, 'a.yaml',
     'a.yaml:11: examples.bad.0: a mark |] has no [| before it'),
    ('a key twice', {'a.yaml': RULE.format(name='a') + 'level: error\n'}, 'a.yaml',
     "a.yaml:13: the key 'level' stands here twice"),
    ('no YAML', {'a.yaml': 'id: [\n'}, 'a.yaml', 'a.yaml:'),
    ('an empty file', {'a.yaml': ''}, 'a.yaml', 'a.yaml:1: a rule file is a mapping that begins with `id:`'),
    ('a list', {'a.yaml': '- id: x\n'}, 'a.yaml', 'a.yaml:1: a rule file is a mapping that begins with `id:`'),
    ('a folder without rules', {'r/README.md': ''}, 'r', 'r: holds no rule files'),
    ('nothing there', {}, 'r', 'r: there is no such file or folder'),
    ('a number for an id', {'1.yaml': RULE.format(name='1')}, '1.yaml', '1.yaml:1: id: '),
]  # fmt: skip


@pytest.mark.parametrize(('files', 'path', 'sentence'), [r[1:] for r in WRONG], ids=[r[0] for r in WRONG])
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, files: dict[str, str], path: str, sentence: str
) -> None:
    for name, text in files.items():
        write(tmp_path, name, text)

    with pytest.raises(UsageError) as caught:
        load.rules([path], str(tmp_path))

    assert sentence in str(caught.value)


def test_all_wrong_files_are_named_at_once(tmp_path: Path) -> None:
    for name in ('a', 'b'):
        write(tmp_path, f'r/{name}.yaml', RULE.format(name=name).replace('note', 'bad'))

    with pytest.raises(UsageError) as caught:
        load.rules(['r'], str(tmp_path))

    assert [line.split(':')[0] for line in str(caught.value).splitlines()] == ['r/a.yaml', 'r/b.yaml']


@pytest.mark.parametrize('path', ['../r.yaml', '/etc', 'r/../../r.yaml', 'link'])
def test_rules_from_outside_are_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / 'repo'
    write(tmp_path, 'r.yaml', RULE.format(name='r'))
    write(root, 'r/x', '')
    os.symlink(tmp_path / 'r.yaml', root / 'link')

    with pytest.raises(UsageError, match='lies outside the repository'):
        load.rules([path], str(root))


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    write(tmp_path, 'r/big.yaml', '#' * 1_000_001)
    (tmp_path / 'r/binary.yaml').write_bytes(b'\xff\xfe\x00')
    os.mkfifo(tmp_path / 'r/pipe.yaml')
    os.symlink('nowhere', tmp_path / 'r/gone.yaml')

    sources, problems = load.read(str(tmp_path / 'r'))

    assert sources == []
    assert [problem.split(':')[0] for problem in problems] == [
        'big.yaml',
        'binary.yaml',
        'gone.yaml',
        'pipe.yaml',
    ]
    assert all('cannot be read' in problem for problem in problems)


def test_values_have_the_types_that_yaml_gives_them(tmp_path: Path) -> None:
    text = (
        RULE.format(name='a').replace('Because.', '"true"').replace('A rule', "'1.5'")
        + 'security_severity: 1.5\n'
    )
    write(tmp_path, 'a.yaml', text)

    (source,), problems = load.read(str(tmp_path))

    assert problems == []
    assert (source.rule.why, source.rule.title, source.rule.security_severity) == ('true', '1.5', 1.5)
