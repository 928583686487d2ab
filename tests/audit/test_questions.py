"""Each question of a reviewer is answered by its view."""

from __future__ import annotations

import pytest

from artifacts_guard.audit import database
from tests.audit.scene import Scene

# view: the columns that are looked at, and the rows
ANSWERS: dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]] = {
    'q01_live_keys': (
        ('name', 'owner', 'age_days'),
        [
            ('forgotten', '', 323),
            ('CLI login', '', 318),
            ('ghost', '', 318),
            ('handed', '', 318),
            ('leaked', '', 318),
            ('report', 'team-web', 318),
            ('org', 'platform', 23),
            ('reader', '', 23),
        ],
    ),
    'q02_unused_keys': (('name', 'unused_for', 'idle_days'), [('forgotten', 'never used', 323)]),
    'q03_unknown_consumers': (('name',), [('CLI login',), ('ghost',), ('leaked',), ('reader',)]),
    'q04_secrets_without_key_or_use': (
        ('repository', 'secret', 'no_live_key', 'no_use'),
        [('forks', 'FORK_KEY', 1, 0), ('quiet', 'QUIET_KEY', 1, 0)],
    ),
    'q05_powerful_keys': (
        ('name', 'manages_keys', 'deletes', 'opens', 'everything', 'login'),
        [('CLI login', 1, 1, 1, 1, 1), ('reader', 1, 0, 0, 0, 0), ('report', 0, 1, 0, 0, 0)],
    ),
    'q06_excess_scopes': (
        ('name', 'scope', 'proof', 'needed'),
        [
            ('CLI login', 'artifacts:access:read', 'nothing in the service asks for it', None),
            ('ghost', 'artifacts:update', '112 days of audit events', 'artifacts:create'),
            (
                'report',
                'artifacts:update',
                'everything that uses the key was followed',
                'artifacts:create,artifacts:delete',
            ),
        ],
    ),
    'q07_shared_secrets': (
        ('what', 'name', 'jobs', 'repositories', 'together'),
        [
            ('key', 'org', 2, 2, 'artifacts:create'),
            ('key', 'report', 2, 1, 'artifacts:create,artifacts:delete'),
            ('secret', 'REPORT_KEY', 2, 1, 'artifacts:create,artifacts:delete'),
        ],
    ),
    'q08_committed_tokens': (
        ('repository', 'path', 'key_id', 'alive'),
        [('leaky', 'notes.txt', 'id-leaked', 'alive'), ('leaky', 'old.txt', 'id-retired', 'revoked')],
    ),
    'q09_exposed_tokens': (
        ('repository', 'sink', 'program', 'tenancy'),
        [('quiet', 'flag', 'artifacts', 'ephemeral')],
    ),
    'q10_untrusted_runs': (
        ('repository', 'job', 'secret', 'event', 'takes_proposal'),
        [('forks', 'preview', 'the secret FORK_KEY', 'pull_request_target', 1)],
    ),
    'q12_key_ages': (
        ('name', 'age_days', 'rotate_days', 'too_old'),
        [
            ('forgotten', 323, 90, 1),
            ('CLI login', 318, 90, 1),
            ('ghost', 318, 90, 1),
            ('handed', 318, 90, 1),
            ('leaked', 318, 90, 1),
            ('report', 318, 60, 1),
            ('org', 23, 90, 0),
            ('reader', 23, 90, 0),
        ],
    ),
    'q13_exclusions': (
        ('repository', 'kind', 'what', 'reason', 'until'),
        [
            ('', 'accepted scope', 'org: artifacts:share', "next month's links", '2027-01-31'),
            ('quiet', 'comment', 'token-flag', 'the runner is a VM of this job', ''),
            ('quiet', 'excluded files', 'vendor/**', '', ''),
        ],
    ),
    'q14_changes': (('kind',), []),
    'q15_not_analysed': (
        ('repository', 'path', 'reason'),
        [
            ('gone', '', 'there is no such folder'),
            (
                'handed',
                '.github/workflows/report.yml',
                f'not followed: action acme/publish@{"0123456789" * 4}',
            ),
        ],
    ),
    'q16_not_scanned': (('repository', 'state'), [('gone', 'failed')]),
    'q17_own_key': (('name', 'declared', 'young_enough', 'obeys'), [('reader', 1, 1, 1)]),
}


@pytest.mark.parametrize('view', ANSWERS)
def test_a_question_is_answered(audited: Scene, view: str) -> None:
    columns, expected = ANSWERS[view]

    rows = audited.rows('audit.db', view)

    assert [tuple(row[column] for column in columns) for row in rows] == expected


def test_what_a_key_did_and_what_it_could_have_done_unseen(audited: Scene) -> None:
    rows = [row for row in audited.rows('audit.db', 'q11_key_timeline') if row['key_id'] == 'id-ghost']

    assert [(row['time'], row['did']) for row in rows if row['did']] == [
        ('2026-08-01T08:00:00Z', 'artifact.created'),
        ('2026-09-01T08:00:00Z', 'artifact.created'),
        ('2026-11-20T08:00:00Z', 'artifact.created'),
    ]
    assert [row['unseen'] for row in rows if row['unseen']] == ['artifacts:read']


def test_how_each_finding_is_reproduced(audited: Scene) -> None:
    rows = audited.rows('audit.db', 'q18_reproduction')

    assert len(rows) == database.count(audited.open('audit.db'), 'findings')
    for row in rows:
        if row['repository']:
            assert all(row[column] for column in ('commit_id', 'tree', 'rules', 'program'))
            assert row['command'] == f'artifacts-guard audit {row["repository"]} --rev {row["commit_id"]}'


def test_there_are_eighteen_questions_and_each_has_words() -> None:
    assert [int(name[1:3]) for name in database.questions()] == list(range(1, 19))


def test_rules_about_keys_speak(audited: Scene) -> None:
    found = {
        (row['rule'], row['message'])
        for row in audited.rows('audit.db', 'findings')
        if row['repository'] == ''
    }

    assert {rule for rule, _ in found} == {
        *(
            'leaked-active-key',
            'over-granted-key',
            'stale-key',
            'orphan-key',
            'shared-live-key',
            'undeclared-key',
        )
    }
    assert ('stale-key', 'The key `forgotten` was made 323 days ago and has never been used') in found
    assert not any('`retired`' in message for _, message in found)
