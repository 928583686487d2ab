"""`baseline create|update|prune` and `check --baseline`."""

from __future__ import annotations

import json
import os
from hashlib import sha1
from pathlib import Path

import pytest

from artifacts_guard.baseline import FILE
from tests import tokens
from tests.conftest import Guard
from tests.conftest import Repo

WORDS = ('--reason', 'old keys, revoked', '--owner', 'web team', '--until', '2099-01-31')
WORKFLOW = """\
on: push
jobs:
  report:
    runs-on: [self-hosted]
    env:
      AGENT_ARTIFACTS_TOKEN: ${{ secrets.AGENT_ARTIFACTS_TOKEN }}
    steps:
      - run: |
          artifacts push --private --token "$AGENT_ARTIFACTS_TOKEN" --file a.md --project-slug a
"""
PATH = '.github/workflows/report.yml'


@pytest.fixture
def accepted(repo: Repo, guard: Guard) -> Repo:
    """A repository with a token and a pipeline that leaks one, all accepted."""
    repo.write('a.txt', f'key {tokens.api_key("a")}\n')
    repo.write(PATH, WORKFLOW)
    assert guard('baseline', 'create', *WORDS).status == 0
    assert checked(guard) == []
    return repo


def checked(guard: Guard) -> list[str]:
    """Rule and path of what is still reported."""
    outcome = guard('check', '--baseline', FILE, '--format', 'json')
    found = [f'{f["rule"]} {f["path"]}' for f in json.loads(outcome.stdout)['findings']]
    assert outcome.status == (1 if found else 0)
    return found


def lines(repo: Repo) -> list[dict[str, str]]:
    return [json.loads(line) for line in (repo.path / FILE).read_text().splitlines()]


def test_what_is_accepted_is_suppressed_and_counted(accepted: Repo, guard: Guard) -> None:
    outcome = guard('check', '--baseline', FILE)

    assert 'suppressed by the baseline' in outcome.stdout
    assert guard('check').status == 1


def test_a_line_says_why_by_whom_and_until_when_and_holds_no_token(accepted: Repo) -> None:
    text = (accepted.path / FILE).read_text()

    assert tokens.api_key('a')[5:13] not in text
    assert {(e['reason'], e['owner'], e['until']) for e in lines(accepted)} == {
        ('old keys, revoked', 'web team', '2099-01-31')
    }
    assert [e['path'] for e in lines(accepted)] == sorted(e['path'] for e in lines(accepted))


def test_it_survives_moved_lines_new_indentation_and_other_names(accepted: Repo, guard: Guard) -> None:
    accepted.write('sub/b.txt', f'new\nlines\n      "key" : {tokens.api_key("a")}  # more\n')
    (accepted.path / 'a.txt').unlink()
    accepted.write(
        '.github/workflows/other.yml', '# one\n# two\n' + WORKFLOW.replace('          art', '            art')
    )
    (accepted.path / PATH).unlink()

    assert checked(guard) == []


def test_another_secret_in_its_place_is_new(accepted: Repo, guard: Guard) -> None:
    accepted.write('a.txt', f'key {tokens.api_key("another")}\n')

    assert checked(guard) == ['committed-token a.txt']


def test_the_same_secret_at_one_more_place_is_new(accepted: Repo, guard: Guard) -> None:
    accepted.write('0.txt', f'key {tokens.api_key("a")}\n')

    assert checked(guard) == ['committed-token 0.txt']


def test_another_command_with_the_same_fault_is_new(accepted: Repo, guard: Guard) -> None:
    accepted.write(
        PATH,
        WORKFLOW
        + '          artifacts push --private --token "$AGENT_ARTIFACTS_TOKEN" --file b.md --project-slug b\n',
    )

    found = checked(guard)
    assert found
    assert set(found) == {f'token-flag {PATH}', f'interactive-in-ci {PATH}'}


def test_update_adds_what_is_new_and_leaves_the_rest_as_it_is(accepted: Repo, guard: Guard) -> None:
    before = (accepted.path / FILE).read_text().splitlines()
    accepted.write('b.txt', f'key {tokens.api_key("b")}\n')

    outcome = guard('baseline', 'update', '--reason', 'new', '--owner', 'ops', '--until', '2098-01-01')

    assert f'{len(before) + 1} accepted, 1 added' in outcome.stdout
    after = (accepted.path / FILE).read_text().splitlines()
    assert set(before) < set(after)
    assert checked(guard) == []


def test_a_second_run_changes_nothing(accepted: Repo, guard: Guard) -> None:
    before = os.stat(accepted.path / FILE)

    guard('baseline', 'update', *WORDS)
    guard('baseline', 'prune')

    after = os.stat(accepted.path / FILE)
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


def test_what_is_not_there_any_more_is_reported_and_pruned(accepted: Repo, guard: Guard) -> None:
    (accepted.path / 'a.txt').unlink()

    assert 'accepts what is not there any more: committed-token in a.txt' in guard(
        'check', '--baseline', FILE
    ).stderr + guard('check', '--baseline', FILE).stdout.replace('\n  ', ' ')
    assert '1 taken out' in guard('baseline', 'prune').stdout
    assert 'a.txt' not in (accepted.path / FILE).read_text()
    assert 'not there any more' not in guard('check', '--baseline', FILE).stdout


@pytest.mark.parametrize(
    'argv', [['a.txt'], ['--select', 'committed-token'], ['--staged'], ['--history']], ids=' '.join
)
def test_a_check_of_a_part_calls_nothing_stale(accepted: Repo, guard: Guard, argv: list[str]) -> None:
    accepted.write('a.txt', 'clean\n')
    accepted.commit()

    assert 'not there any more' not in guard('check', '--baseline', FILE, *argv).stdout


def test_after_the_last_day_it_is_reported_again_with_a_note(accepted: Repo, guard: Guard) -> None:
    path = accepted.path / FILE
    path.write_text(path.read_text().replace('2099-01-31', '2020-01-31'))

    outcome = guard('check', '--baseline', FILE)

    assert outcome.status == 1
    assert 'the baseline accepted it until 2020-01-31 (web team: old keys, revoked)' in ' '.join(
        outcome.stdout.split()
    )


def test_two_changed_baselines_are_merged_by_git(accepted: Repo, guard: Guard) -> None:
    for name in 'pq':
        accepted.write(f'{name}.txt', f'key {tokens.api_key(name)}\n')
    guard('baseline', 'update', *WORDS)
    accepted.add()
    accepted.commit()
    for name, other in (('ours', 'b'), ('theirs', 'z')):
        accepted.git('switch', '-q', '-c', name, 'main')
        accepted.write(f'{other}.txt', f'key {tokens.api_key(other)}\n')
        guard('baseline', 'update', *WORDS)
        accepted.add()
        accepted.commit()

    accepted.git('merge', '-q', 'ours', '-m', 'merge')

    assert checked(guard) == []


@pytest.mark.parametrize('left_out', ['--reason', '--owner', '--until'])
def test_nothing_is_accepted_without_reason_owner_and_end(repo: Repo, guard: Guard, left_out: str) -> None:
    at = WORDS.index(left_out)

    outcome = guard('baseline', 'create', *WORDS[:at], *WORDS[at + 2 :])

    assert outcome.status == 2
    assert f'{left_out} is needed' in outcome.stderr
    assert not (repo.path / FILE).exists()


def test_create_does_not_overwrite_and_the_others_need_a_file(accepted: Repo, guard: Guard) -> None:
    assert 'is there already' in guard('baseline', 'create', *WORDS).stderr
    for argv in (('update', *WORDS), ('prune',)):
        outcome = guard('baseline', *argv, '--file', 'none.jsonl')
        assert outcome.status == 2
        assert 'none.jsonl is not there' in outcome.stderr


def test_the_history_can_be_accepted(repo: Repo, guard: Guard) -> None:
    repo.commit(f'with {tokens.api_key("message")}', {'a.txt': f'{tokens.api_key("old")}\n'})
    repo.commit(files={'a.txt': 'clean\n'})

    guard('baseline', 'create', '--history', *WORDS)

    assert guard('check', '--history').status == 1
    assert guard('check', '--history', '--baseline', FILE).status == 0


@pytest.mark.parametrize('target', ['/dev/zero', 'real.jsonl', 'nowhere'])
def test_a_link_is_no_baseline(repo: Repo, guard: Guard, target: str) -> None:
    repo.write('real.jsonl', '')
    (repo.path / FILE).symlink_to(target)

    outcome = guard('check', '--baseline', FILE)

    assert outcome.status == 3
    assert 'is a symbolic link, which is not read' in outcome.stderr


def test_a_pipe_is_no_baseline_and_stops_nothing(repo: Repo, guard: Guard) -> None:
    os.mkfifo(repo.path / FILE)

    assert guard('check', '--baseline', FILE).status == 3


def detect_secrets(repo: Repo, file: str, value: str, ran: Path) -> None:
    """A baseline of detect-secrets that also names code to run."""
    plugin = repo.write('plugin.py', f'open({str(ran)!r}, "w")\n')
    repo.write(
        '.secrets.baseline',
        json.dumps({
            'version': '1.5.0',
            'plugins_used': [{'name': 'X', 'path': plugin.as_uri()}],
            'results': {file: [{'type': 'Any', 'filename': file, 'hashed_secret': sha1(value.encode()).hexdigest(), 'line_number': 7}]},
        }),
    )  # fmt: skip


def test_what_a_baseline_of_detect_secrets_accepts_can_be_taken_over(
    repo: Repo, guard: Guard, tmp_path: Path
) -> None:
    for name in 'ab':
        repo.write(f'{name}.txt', f'key {tokens.api_key(name)}\n')
    detect_secrets(repo, 'a.txt', tokens.api_key('a'), tmp_path / 'ran')

    refused = guard('check', '--baseline', '.secrets.baseline')
    made = guard('baseline', 'create', *WORDS, '--from-detect-secrets', '.secrets.baseline')

    assert refused.status == 2
    assert 'is a baseline of detect-secrets' in refused.stderr
    assert '1 accepted' in made.stdout
    assert checked(guard) == ['committed-token b.txt']
    assert not (tmp_path / 'ran').exists()


@pytest.mark.parametrize('text', ['', '[]', '{"results": 1}', '{"results": {"a": [{}]}}', '[' * 100_000])
def test_what_is_no_baseline_of_detect_secrets_is_refused(repo: Repo, guard: Guard, text: str) -> None:
    repo.write('x.baseline', text)

    outcome = guard('baseline', 'create', *WORDS, '--from-detect-secrets', 'x.baseline')

    assert outcome.status == 2
    assert 'x.baseline is no baseline of detect-secrets' in outcome.stderr
