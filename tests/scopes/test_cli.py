"""Command lines of a program named artifacts: what they say, and whether they are the service's CLI's."""

from __future__ import annotations

import random

import pytest

from artifacts_guard.scopes import cli
from artifacts_guard.scopes.cli import UNKNOWN
from artifacts_guard.scopes.cli import Flag
from tests.scopes.support import invocation
from tests.scopes.support import words

COMMANDS = [
    # line, command
    ('push --project-slug ci --file x.md --private', 'push'),
    ('--token § push --project-slug ci --file x', 'push'),
    ('--format json artifact list --limit 5', 'artifact list'),
    ('artifact --base-url https://h access --debug get --artifact-id a', 'artifact access get'),
    ('-nq push --file x', 'push'),
    ('artifact get --artifact-id=-x', 'artifact get'),
    ('artifact get --artifact-id -x', 'artifact get'),
    ('keys create --name n --scopes "artifacts:read, artifacts:create"', 'keys create'),
    ('keys create --name n --scopes ""', 'keys create'),
    ('profile set-username --username x', 'profile set-username'),
    ('schema --compact', 'schema'),
    ('whoami --token', 'whoami'),
    ('push --file § --title "push login"', 'push'),
    ('… push --file x', 'push'),
    ('artifact acc§ get --artifact-id x', 'artifact access get'),
    ('sch§', 'schema'),
    ('', ''),
    ('--version', ''),
    ('--help', ''),
    ('artifact', ''),
    ('help push', 'help'),
]


@pytest.mark.parametrize(('line', 'command'), COMMANDS)
def test_the_command(line: str, command: str) -> None:
    found = invocation(line)
    assert found.command == command
    assert found.foreign == ''
    assert found.possible == ()


@pytest.mark.parametrize(
    ('line', 'possible'),
    [
        ('artifact … get --artifact-id x', ('artifact get', 'artifact access get')),
        ('§ revoke --api-key-id x', ('keys revoke', 'share revoke')),
        ('share §', ('share create', 'share list', 'share revoke')),
        ('k§ l§', ()),
    ],
)
def test_an_unknown_verb_leaves_the_commands_it_may_be(line: str, possible: tuple[str, ...]) -> None:
    found = invocation(line)
    assert found.possible == possible
    assert (found.command is None) == bool(possible)


@pytest.mark.parametrize('line', ['artifact § --artifact-id X', 'artifact …', 'artifact § …'])
def test_an_unknown_artifact_command_is_one_of_thirteen(line: str) -> None:
    found = invocation(line)
    assert found.command is None
    assert len(found.possible) == 13
    assert {name.split()[0] for name in found.possible} == {'artifact'}


def test_a_wholly_unknown_command_may_be_any() -> None:
    found = invocation('… --artifact-id §')
    assert found.command is None
    assert found.possible == cli.commands()
    assert found.unknown_words == (0,)
    assert found.ours


def test_flags_know_their_words() -> None:
    found = invocation('--token § -n push --file=a=b --private --title "" --project-slug')
    assert found.flags == (
        Flag('--token', UNKNOWN, 0, 1),
        Flag('--dry-run', None, 2),
        Flag('--file', 'a=b', 4, 4, joined=True),
        Flag('--private', None, 5),
        Flag('--title', '', 6, 7),
        Flag('--project-slug', None, 8),
    )
    assert found.verb == (3,)
    assert found.has('--private', '--public-edit')
    assert not found.has('--ensure')


def test_the_last_of_two_flags_counts() -> None:
    flag = invocation('whoami --token a --token=b').flag('--token')
    assert flag is not None
    assert flag.value == 'b'


def test_an_expansion_in_a_value_is_a_value() -> None:
    found = invocation('push --project-slug … --file x')
    assert found.flags[0] == Flag('--project-slug', None, 1, 2)
    assert found.unknown_words == ()


@pytest.mark.parametrize(
    ('line', 'indices'),
    [
        ('artifact versions --artifact-id x §', (4,)),
        ('push … --file x', (1,)),
        ('push --file x --§', (3,)),
        ('push --§=x --file x', (1,)),
        ('push § report.html', (1,)),  # the second may be the value of an option in the first
        ('push --file §', ()),
        ('push --file x --title §', ()),
    ],
)
def test_words_that_may_hold_options(line: str, indices: tuple[int, ...]) -> None:
    found = invocation(line)
    assert found.unknown_words == indices
    assert found.foreign == ''


@pytest.mark.parametrize(
    ('line', 'swallowed', 'informs'),
    [
        ('artifact restore --artifact-id a --version 1', 4, False),
        ('artifact content --artifact-id a --version § --format json', 4, False),
        ('artifact restore --artifact-id a --version …', 4, False),
        ('artifact restore --artifact-id a --version=1', -1, False),
        ('artifact content --artifact-id a --version=§', -1, False),
        ('artifact content --artifact-id a', -1, False),
        ('artifact content --artifact-id a --version --format json', -1, True),
        ('artifact restore --artifact-id a --version', -1, True),
        ('artifact restore --version=1 --help', -1, True),
        ('push --version', -1, True),
        ('--version artifact restore', -1, True),
        ('push --help', -1, True),
        ('keys create -h', -1, True),
        ('', -1, True),
        ('artifact access', -1, True),
        ('help', -1, True),
        ('push --file x', -1, False),
        ('status', -1, False),
    ],
)
def test_a_version_in_words_of_its_own_is_swallowed(line: str, swallowed: int, informs: bool) -> None:
    found = invocation(line)
    assert found.swallowed == swallowed
    assert found.informs == informs


@pytest.mark.parametrize(
    ('line', 'dry', 'mutates'),
    [
        ('push --dry-run --file x', True, True),
        ('-n artifact delete --artifact-id x', True, True),
        ('artifact delete --artifact-id x --yes', False, True),
        ('artifact get -n --artifact-id x', False, False),  # ignored, and the call is made
        ('keys revoke --api-key-id x -n', True, True),
        ('share § -n', False, False),  # it may be the listing
    ],
)
def test_a_dry_run_counts_where_the_cli_honours_it(line: str, dry: bool, mutates: bool) -> None:
    found = invocation(line)
    assert found.dry_run == dry
    assert found.mutates == mutates


@pytest.mark.parametrize(
    'line',
    [
        'push --project-slug ci --file x',
        'push --file § --private',
        'keys create --name x',
        'keys create --scopes artifacts:read',
        'keys create --name x --scopes artifacts:read,artifact:create',  # misspelt, but ours
        'keys revoke --api-key-id §',
        'artifact get --artifact-id x',
        'artifact list --all',
        'project list',
        'workspace members --workspace-id x',
        'share list --artifact-id x',
        'audit list',
        '--token-stdin whoami',
        'login --no-input',
    ],
)
def test_words_that_only_this_cli_has(line: str) -> None:
    found = invocation(line)
    assert found.ours
    assert found.foreign == ''


@pytest.mark.parametrize(
    'line',
    [
        'whoami',
        'login --token § --base-url https://h',
        'keys list',
        'push',
        'logout',
        'status',
        '--version',
        '',
    ],
)
def test_words_that_others_have_too(line: str) -> None:
    found = invocation(line)
    assert not found.ours
    assert found.foreign == ''


@pytest.mark.parametrize(
    ('line', 'why'),
    [
        ('keys create "preview-§" --scopes read,publish,full', 'no positional argument'),
        ('keys create --name x --scopes read,publish', 'no colon'),
        ('publish --dir dist', 'no command publish'),
        ('publish ./report --open', 'no command publish'),
        ('upload --bucket b --key § --secret § logs/', 'no command upload'),
        ('add --all', 'no command add'),
        ('commit --quiet --message x', 'no command commit'),
        ('push --force origin HEAD:main', 'no flag --force'),
        ('push origin HEAD:main', 'no positional argument'),
        ('push --tag x', 'no flag --tag'),
        ('push --file x --tag=y', 'no flag --tag'),
        ('whoami --file x', 'no flag --file'),
        ('artifact push --file x', 'artifact has no command push'),
        ('keys rotate', 'keys has no command rotate'),
        ('push -f x', 'no flag'),
        ('push -- x', 'no positional argument'),
        ('push out/§.md', 'no positional argument'),
        ('… --bucket x', 'no flag --bucket'),
    ],
)
def test_words_that_this_cli_lacks_are_another_program(line: str, why: str) -> None:
    found = invocation(line)
    assert why in found.foreign
    assert not found.ours


def test_no_words_make_it_fail() -> None:
    chance = random.Random(7)
    pieces = [
        None,
        '',
        UNKNOWN,
        f'--{UNKNOWN}',
        '-',
        '--',
        '--token',
        '--version',
        '-n',
        '-nx',
        'artifact',
        'access',
    ]
    pieces += [
        'get',
        'push',
        '--scopes',
        'a,b',
        f'{UNKNOWN}x{UNKNOWN}',
        '=',
        '--=',
        'help',
        '--version=1',
        '*',
    ]
    for _ in range(3000):
        line = [chance.choice(pieces) for _ in range(chance.randrange(8))]
        found = cli.read(line)
        assert found.command is None or found.command in (*cli.commands(), '', 'help')
        assert not (found.ours and found.foreign)
        for flag in found.flags:
            assert 0 <= flag.index < len(line)
            assert flag.value_index < len(line)
        assert found.informs in (True, False)
        assert found.dry_run in (True, False)


def test_a_very_long_line_is_read_in_linear_time() -> None:
    found = cli.read([None] * 20_000 + words('artifact get') + [UNKNOWN] * 20_000 + ['--artifact-id', 'x'])
    assert found.possible or found.command
