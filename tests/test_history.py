"""`check --history`: a token is found wherever git can hold one, once, with the commit that brought it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import tokens
from tests.conftest import Guard
from tests.conftest import Outcome
from tests.conftest import Repo
from tests.conftest import init

Plant = Callable[[Repo, str], str]


def found(outcome: Outcome) -> list[tuple[str, int, int]]:
    return [(f['path'], f['line'], f['column']) for f in json.loads(outcome.stdout)['findings']]


def short(commit: str) -> str:
    return commit[:12]


def deleted_file(repo: Repo, token: str) -> str:
    commit = repo.commit(files={'a.txt': f'k\nkey={token}\n'})
    repo.git('rm', '-q', 'a.txt')
    repo.commit()
    return f'{short(commit)}:a.txt:2:5'


def merge_resolution(repo: Repo, token: str) -> str:
    repo.commit(files={'a.txt': '1\n'})
    repo.git('switch', '-q', '-c', 'other')
    repo.commit(files={'a.txt': '2\n'})
    repo.git('switch', '-q', 'main')
    repo.commit(files={'a.txt': '3\n'})
    repo.git('merge', '-q', 'other', check=False)
    commit = repo.commit(files={'a.txt': f'{token}\n'})
    repo.commit(files={'a.txt': '4\n'})
    return f'{short(commit)}:a.txt:1:1'


def octopus_merge(repo: Repo, token: str) -> str:
    repo.commit()
    for name in 'xyz':
        repo.git('switch', '-q', '-c', name, 'main')
        repo.commit(files={name: name})
    repo.git('merge', '-q', '--no-commit', 'x', 'y')
    commit = repo.commit(files={'new.txt': f'{token}\n'})
    return f'{short(commit)}:new.txt:1:1'


def stash_of_a_changed_file(repo: Repo, token: str) -> str:
    repo.commit(files={'a.txt': '1\n'})
    repo.write('a.txt', f'{token}\n')
    repo.git('stash', '-q')
    return f'{short(repo.git("rev-parse", "stash@{0}"))}:a.txt:1:1'


def stash_of_an_untracked_file(repo: Repo, token: str) -> str:
    repo.commit()
    repo.write('new.txt', f'{token}\n')
    repo.git('stash', '-q', '-u')
    return f'{short(repo.git("rev-parse", "stash@{0}^3"))}:new.txt:1:1'


def dropped_stash(repo: Repo, token: str) -> str:
    place = stash_of_a_changed_file(repo, token)
    repo.git('stash', 'drop', '-q')
    return place


def amended_commit(repo: Repo, token: str) -> str:
    repo.commit()
    commit = repo.commit(files={'a.txt': f'{token}\n'})
    repo.write('a.txt', '')
    repo.git('commit', '-q', '-a', '--amend', '-m', 'x')
    return f'{short(commit)}:a.txt:1:1'


def commit_that_no_reflog_knows(repo: Repo, token: str) -> str:
    repo.commit()
    repo.git('switch', '-q', '-c', 'gone')
    repo.commit(files={'b.txt': 'b\n'})
    commit = repo.commit(files={'a.txt': f'{token}\n'})
    repo.commit(files={'a.txt': f'{token} again\n'})
    repo.git('switch', '-q', 'main')
    repo.git('branch', '-q', '-D', 'gone')
    repo.git('reflog', 'expire', '--expire=now', '--all')
    return f'{short(commit)}:a.txt:1:1'


def blob_in_no_commit(repo: Repo, token: str) -> str:
    repo.commit()
    repo.write('a.txt', f'x {token}\n')
    return f'blob/{short(repo.git("hash-object", "-w", "a.txt"))}:1:3'


def staged_then_changed(repo: Repo, token: str) -> str:
    repo.commit()
    repo.stage('a.txt', f'{token}\n')
    repo.write('a.txt', 'clean\n')
    return ':a.txt:1:1'


def file_that_git_does_not_diff(repo: Repo, token: str) -> str:
    commit = repo.commit(files={'.gitattributes': '*.txt -diff\n*.bin binary\n', 'a.txt': f'{token}\n'})
    return f'{short(commit)}:a.txt:1:1'


def file_with_nul_bytes(repo: Repo, token: str) -> str:
    return f'{short(repo.commit(files={"a.bin": f"{chr(0)}{token}{chr(0)}".encode()}))}:a.bin:1:2'


def archive(repo: Repo, token: str) -> str:
    import gzip

    commit = repo.commit(files={'log.gz': gzip.compress(f'a\n{token}\n'.encode())})
    return f'{short(commit)}:log.gz!log:2:1'


def file_in_utf_16(repo: Repo, token: str) -> str:
    return f'{short(repo.commit(files={"a.ps1": f"x {token}".encode("utf-16")}))}:a.ps1:1:3'


def commit_message(repo: Repo, token: str) -> str:
    return f'commit/{short(repo.commit(f"add{chr(10)}{chr(10)}with {token}"))}:7:6'


def author_name(repo: Repo, token: str) -> str:
    repo.git('commit', '-q', '--allow-empty', '-m', 'x', '--author', f'{token} <a@example.invalid>')
    return f'commit/{short(repo.git("rev-parse", "HEAD"))}:2:8'


def tag_message(repo: Repo, token: str) -> str:
    repo.commit()
    repo.git('tag', '-a', 'v1', '-m', f'release {token}')
    return 'refs/tags/v1:6:9'


def deleted_tag(repo: Repo, token: str) -> str:
    tag_message(repo, token)
    oid = repo.git('rev-parse', 'v1')
    repo.git('tag', '-d', 'v1')
    return f'tag/{short(oid)}:6:9'


def note(repo: Repo, token: str) -> str:
    commit = repo.commit()
    repo.git('notes', 'add', '-m', f'see {token}')
    return f'{short(repo.git("rev-parse", "refs/notes/commits"))}:{commit}:1:5'


def branch_name(repo: Repo, token: str) -> str:
    repo.commit()
    repo.git('branch', f'fix/{token}')
    return f'refs/heads/fix/{shown(token)}:1:16'


def tag_name(repo: Repo, token: str) -> str:
    repo.commit()
    repo.git('tag', token)
    return f'refs/tags/{shown(token)}:1:11'


def file_name(repo: Repo, token: str) -> str:
    commit = repo.commit(files={f'logs/run-{token}.log': 'x\n'})
    repo.git('mv', f'logs/run-{token}.log', 'logs/run.log')
    repo.commit()
    return f'{short(commit)}:logs/run-{shown(token)}.log:1:23'


def folder_name(repo: Repo, token: str) -> str:
    commit = repo.commit(files={f'logs/{token}/a.log': 'x\n', f'logs/{token}/b.log': 'y\n'})
    return f'{short(commit)}:logs/{shown(token)}:1:19'


def file_name_in_no_commit(repo: Repo, token: str) -> str:
    repo.commit()
    repo.stage(f'{token}.log', 'x\n')
    repo.git('write-tree')
    repo.git('rm', '-q', '--cached', f'{token}.log')
    return f'{shown(token)}.log:1:1'


def replaced_object(repo: Repo, token: str) -> str:
    commit = repo.commit(files={'a.txt': f'{token}\n', 'b.txt': 'clean\n'})
    repo.git(
        'replace', repo.git('rev-parse', 'HEAD:a.txt').strip(), repo.git('rev-parse', 'HEAD:b.txt').strip()
    )
    return f'{short(commit)}:a.txt:1:1'


def other_worktree(repo: Repo, token: str) -> str:
    repo.commit()
    repo.git('worktree', 'add', '-q', '--detach', '../second')
    commit = Repo(repo.path.parent / 'second').commit(files={'a.txt': f'{token}\n'})
    return f'{short(commit)}:a.txt:1:1'


def shown(token: str) -> str:
    from artifacts_guard.credentials.formats import secret

    return str(secret(token))


PLANTS: tuple[Plant, ...] = (
    deleted_file,
    merge_resolution,
    octopus_merge,
    stash_of_a_changed_file,
    stash_of_an_untracked_file,
    dropped_stash,
    amended_commit,
    commit_that_no_reflog_knows,
    blob_in_no_commit,
    staged_then_changed,
    file_that_git_does_not_diff,
    file_with_nul_bytes,
    archive,
    file_in_utf_16,
    commit_message,
    author_name,
    tag_message,
    deleted_tag,
    note,
    branch_name,
    tag_name,
    file_name,
    folder_name,
    file_name_in_no_commit,
    replaced_object,
    other_worktree,
)


@pytest.mark.parametrize('packed', [False, True], ids=['loose', 'packed'])
@pytest.mark.parametrize('plant', PLANTS, ids=lambda plant: plant.__name__.replace('_', ' '))
def test_found_once_where_it_came_from(repo: Repo, guard: Guard, plant: Plant, packed: bool) -> None:
    place = plant(repo, tokens.api_key(f'{plant.__name__} {time.time_ns()}'))
    if packed:
        repo.git('-c', 'gc.pruneExpire=never', 'repack', '-q', '-a', '-d', '--keep-unreachable')

    outcome = guard('check', '--history', '--format', 'json')

    assert outcome.status == 1
    assert [f'{path}:{line}:{column}' for path, line, column in found(outcome)] == [place]


def test_what_looks_like_a_token_and_is_none(repo: Repo, guard: Guard) -> None:
    repo.commit(
        f'use {"aa_k_" + "x" * 43}',
        {'a.txt': 'aa_k_YOUR_KEY\n', f'{"aa_k_" + "1" * 43}': f'{tokens.api_key("long")}Q\n'},
    )
    repo.git('branch', 'ncaa_live_scores_of_the_season')

    assert guard('check', '--history').status == 0


def test_versions_of_a_file_are_one_finding_and_the_earliest_counts(repo: Repo, guard: Guard) -> None:
    token = tokens.api_key('versions')
    repo.commit(files={'a.txt': 'empty\n'})
    first = repo.commit(files={'a.txt': f'{token}\n'})
    for number in range(5):
        repo.commit(files={'a.txt': f'{number}\n{token}\n'})

    assert found(guard('check', '--history', '--format', 'json')) == [(f'{short(first)}:a.txt', 1, 1)]


def test_each_path_of_a_token_is_a_finding_and_so_is_each_place_in_a_file(repo: Repo, guard: Guard) -> None:
    one, other = tokens.api_key('one'), tokens.api_key('other')
    commit = short(repo.commit(files={'a.txt': f'{one} {other}\n{one}\n', 'b.txt': f'- {one}\n'}))

    assert found(guard('check', '--history', '--format', 'json')) == [
        (f'{commit}:a.txt', 1, 1),
        (f'{commit}:a.txt', 1, 50),
        (f'{commit}:a.txt', 2, 1),
        (f'{commit}:b.txt', 1, 3),
    ]


def test_a_renamed_file_keeps_its_first_name(repo: Repo, guard: Guard) -> None:
    commit = repo.commit(files={'a.txt': f'{tokens.api_key("moved")}\n'})
    repo.git('mv', 'a.txt', 'b.txt')
    repo.commit()

    assert found(guard('check', '--history', '--format', 'json')) == [(f'{short(commit)}:a.txt', 1, 1)]


def test_the_report_says_since_when(repo: Repo, guard: Guard) -> None:
    commit = repo.commit(files={'a.txt': f'{tokens.api_key("since")}\n'})

    assert f'it came with commit {short(commit)}' in guard('check', '--history').stdout


@pytest.mark.parametrize(
    ('plant', 'words'),
    [
        (commit_that_no_reflog_knows, 'no branch, tag, stash or reflog leads any more'),
        (blob_in_no_commit, 'no commit has it'),
        (staged_then_changed, 'it is staged, and in no commit'),
    ],
    ids=lambda value: getattr(value, '__name__', None),
)
def test_the_report_says_that_a_commit_is_gone_or_not_made(
    repo: Repo, guard: Guard, plant: Plant, words: str
) -> None:
    plant(repo, tokens.api_key('state'))

    assert words in ' '.join(guard('check', '--history').stdout.split())


def test_what_was_looked_at_is_said(repo: Repo, guard: Guard) -> None:
    repo.commit(files={'a.txt': 'a\n', 'd/b.txt': 'b\n'})
    repo.git('tag', '-a', 'v1', '-m', 'x')

    outcome = guard('check', '--history')

    assert outcome.status == 0
    assert 'Looked at 2 blobs, 2 trees, 1 commit, 1 tag and 2 refs (' in outcome.stdout
    scanned = json.loads(guard('check', '--history', '--format', 'json').stdout)['scanned']
    assert scanned['objects'] == {'blob': 2, 'tree': 2, 'commit': 1, 'tag': 1, 'ref': 2}
    assert scanned['bytes'] > 100


def test_nothing_to_look_at_is_said(repo: Repo, guard: Guard) -> None:
    outcome = guard('check', '--history')

    assert 'nothing to check' in (outcome.stdout + outcome.stderr).lower()


def test_several_processes_find_the_same(repo: Repo, guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('artifacts_guard.history._FEW', 1)
    for number in range(9):
        repo.commit(
            f'message {tokens.api_key(f"m{number}")}', {f'{number}.txt': tokens.api_key(f'f{number}')}
        )

    one, four = (guard('check', '--history', '--format', 'json', '--jobs', n) for n in '14')

    assert one.status == 1
    assert len(found(one)) == 18
    assert one == four


def test_a_range_is_what_its_commits_brought(repo: Repo, guard: Guard) -> None:
    repo.commit(f'old {tokens.api_key("old")}', {'old.txt': f'{tokens.api_key("old file")}\n'})
    repo.git('branch', 'start')
    repo.commit(files={'old.txt': 'clean\n'})
    commit = repo.commit(f'new {tokens.api_key("new")}', {'new.txt': f'{tokens.api_key("new file")}\n'})
    repo.commit(files={'new.txt': 'clean\n'})

    outcome = guard('check', '--history', 'start..HEAD', '--format', 'json')

    assert found(outcome) == [(f'{short(commit)}:new.txt', 1, 1), (f'commit/{short(commit)}', 6, 5)]
    assert guard('check', '--history', 'HEAD~1..HEAD').status == 0
    assert guard('check', '--history', 'HEAD..HEAD').status == 0


@pytest.mark.parametrize('words', ['no-such..HEAD', '--output=x', '-n1', 'a..b..c'])
def test_a_range_that_is_none_is_refused(repo: Repo, guard: Guard, words: str) -> None:
    repo.commit()

    outcome = guard('check', f'--history={words}')

    assert outcome.status == 2
    assert f'--history {words}' in outcome.stderr
    assert not (repo.path / 'x').exists()


@pytest.mark.parametrize('more', [['--staged'], ['--stdin-filename', 'x'], ['--', 'a.txt']])
def test_no_other_source_beside_it(repo: Repo, guard: Guard, more: list[str]) -> None:
    outcome = guard('check', '--history=HEAD', *more)

    assert outcome.status == 2
    assert '--history' in outcome.stderr


def test_outside_of_a_repository(guard: Guard, tmp_path: Path) -> None:
    outcome = guard('check', '--history', cwd=tmp_path)

    assert outcome.status == 2
    assert 'is not in a git repository' in outcome.stderr


def test_a_bare_repository(repo: Repo, guard: Guard, tmp_path: Path) -> None:
    place = deleted_file(repo, tokens.api_key('bare'))
    repo.git('clone', '-q', '--bare', str(repo.path), str(tmp_path / 'bare.git'))

    outcome = guard('check', '--history', '--format', 'concise', cwd=tmp_path / 'bare.git')

    assert outcome.status == 1
    assert outcome.stdout.startswith(place)


def test_a_repository_with_sha_256(guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / 'sha256'
    path.mkdir()
    made = Repo(path)
    made.git('init', '-q', '--template=', '-b', 'main', '--object-format=sha256')
    monkeypatch.chdir(path)
    places = [deleted_file(made, tokens.api_key('sha256')), file_name(made, tokens.api_key('named'))]

    outcome = guard('check', '--history', '--format', 'json')

    assert sorted(f'{path}:{line}:{column}' for path, line, column in found(outcome)) == sorted(places)


def test_objects_of_another_repository_count(repo: Repo, guard: Guard, tmp_path: Path) -> None:
    commit = repo.commit(files={'a.txt': f'{tokens.api_key("alternate")}\n'})
    repo.git('clone', '-q', '--shared', str(repo.path), str(tmp_path / 'second'))

    outcome = guard('check', '--history', '--format', 'json', cwd=tmp_path / 'second')

    assert found(outcome) == [(f'{short(commit)}:a.txt', 1, 1)]


def test_a_shallow_clone_is_not_called_clean(repo: Repo, guard: Guard, tmp_path: Path) -> None:
    repo.commit()
    repo.commit()
    repo.git('clone', '-q', '--depth', '1', repo.path.as_uri(), str(tmp_path / 'second'))

    outcome = guard('check', '--history', cwd=tmp_path / 'second')

    assert outcome.status == 3
    assert 'is a shallow clone' in outcome.stderr


def test_a_partial_clone_is_not_called_clean(repo: Repo, guard: Guard, tmp_path: Path) -> None:
    repo.commit(files={'a.txt': 'a\n'})
    repo.git('config', 'uploadpack.allowFilter', 'true')
    second = tmp_path / 'second'
    repo.git('clone', '-q', '--no-checkout', '--filter=blob:none', repo.path.as_uri(), str(second))

    outcome = guard('check', '--history', cwd=second)

    assert outcome.status == 3
    assert 'is a partial clone: 1 objects are not here' in outcome.stderr


def test_a_broken_object_is_named_and_the_rest_is_read(repo: Repo, guard: Guard) -> None:
    places = [deleted_file(repo, tokens.api_key('beside a broken one'))]
    repo.write('broken.txt', 'broken\n')
    oid = repo.git('hash-object', '-w', 'broken.txt').strip()
    path = repo.path / '.git/objects' / oid[:2] / oid[2:]
    os.chmod(path, 0o644)
    path.write_bytes(b'not compressed')

    outcome = guard('check', '--history', '--format', 'json')

    assert [f'{path}:{line}:{column}' for path, line, column in found(outcome)] == places
    assert any(oid in one['path'] for one in json.loads(outcome.stdout)['skipped'])
    assert guard('check', '--history', '--exit-zero').status == 3


def test_an_object_that_is_too_large_is_named(
    repo: Repo, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('artifacts_guard.inputs.objects.LIMIT', 1 << 20)
    token, far = tokens.api_key('at the start'), tokens.api_key('far behind')
    commit = repo.commit(files={'a.txt': f'{token}\n' + 'x ' * (1 << 20) + far, 'b.txt': 'b\n'})

    outcome = guard('check', '--history', '--format', 'json')

    assert found(outcome) == [(f'{short(commit)}:a.txt', 1, 1)]
    assert 'only the first 1 MiB were read' in outcome.stderr


def test_excluded_paths_do_not_count_unless_the_object_has_another(repo: Repo, guard: Guard) -> None:
    repo.write('artifacts-guard.toml', 'exclude = ["fixtures"]\n')
    both = tokens.api_key('both')
    name = tokens.api_key('in a name')
    repo.commit(
        files={
            'fixtures/a.txt': f'{tokens.api_key("fixture")}\n',
            'fixtures/b.txt': f'{both}\n',
            f'fixtures/{name}': 'x',
        }
    )
    commit = repo.commit(files={'src/b.txt': f'{both}\n'})

    assert found(guard('check', '--history', '--format', 'json')) == [(f'{short(commit)}:src/b.txt', 1, 1)]


def test_settings_for_a_path_hold_for_it_in_history(repo: Repo, guard: Guard) -> None:
    repo.write('artifacts-guard.toml', '[per-path-ignores]\n"fixtures" = ["committed-token"]\n')
    repo.commit(files={'fixtures/a.txt': f'{tokens.api_key("fixture")}\n'})

    assert guard('check', '--history').status == 0


def test_comments_that_accept_a_token_hold(repo: Repo, guard: Guard) -> None:
    token = tokens.api_key('accepted')
    repo.commit(
        files={
            'a.sh': f'KEY={token}  # artifacts-guard: ignore[committed-token] because it is revoked\n',
            'b.py': f"KEY = '{token}'  # pragma: allowlist secret\n",
        }
    )

    assert guard('check', '--history').status == 0
    assert len(found(guard('check', '--history', '--no-ignores', '--format', 'json'))) == 1


def test_no_part_of_a_token_is_told(repo: Repo, guard: Guard) -> None:
    planted = []
    for plant in (branch_name, file_name, folder_name, author_name, commit_message, deleted_file):
        planted.append(tokens.api_key(f'told {plant.__name__}'))
        plant(repo, planted[-1])

    for form in ('text', 'json', 'sarif', 'csv', 'github', 'gitlab', 'markdown', 'junit'):
        outcome = guard('check', '--history', '--format', form, '--verbose')
        assert outcome.status == 1
        assert not [token for token in planted if token[8:20] in outcome.stdout + outcome.stderr]


def test_git_in_the_history_runs_nothing_that_the_repository_names(
    repo: Repo, guard: Guard, tmp_path: Path
) -> None:
    ran = tmp_path / 'ran'
    place = deleted_file(repo, tokens.api_key('hostile'))
    for name in ('diff.external', 'core.fsmonitor', 'core.pager', 'core.sshCommand', 'alias.rev-list'):
        repo.git('config', name, f'touch {ran}')
    repo.git('config', 'diff.renames', 'copies')
    repo.git('config', 'log.showSignature', 'true')

    assert guard('check', '--history', '--format', 'concise').stdout.startswith(place)
    assert not ran.exists()


def test_a_second_repository_beside_it_does_not_count(repo: Repo, guard: Guard, tmp_path: Path) -> None:
    repo.commit()
    other = init(tmp_path / 'other')
    deleted_file(other, tokens.api_key('other'))

    assert guard('check', '--history').status == 0
