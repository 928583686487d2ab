"""The table of programs, row by row, on realistic command lines."""

from __future__ import annotations

import importlib.util
import random
import shlex
import sys
import time
from pathlib import Path

import pytest

from artifacts_guard.flow import programs
from artifacts_guard.flow.programs import Program
from artifacts_guard.flow.programs import program
from artifacts_guard.flow.programs.options import Syntax
from artifacts_guard.flow.programs.options import parse
from artifacts_guard.flow.programs.table import rows
from artifacts_guard.flow.programs.wrappers import Inner
from tests.flow import program_lines as lines

UNKNOWN = programs.UNKNOWN
METHODS = (
    *(
        'inner',
        'carries',
        'drops',
        'swallows_output',
        'prints_files',
        'reads_files',
        'writes',
        'dumps_environment',
    ),
    *(
        'substitutes',
        'verbose',
        'store',
        'yields_secret',
        'pass_through',
        'assigns',
        'build_args',
        'request',
        'installs',
    ),
)


def split(line: str) -> list[str]:
    return [word.replace('§', UNKNOWN) for word in shlex.split(line)]


def known(line: str) -> tuple[Program, list[str]]:
    words = split(line)
    found = program(words[0])
    assert found is not None, line
    return found, words


def inner(line: str) -> tuple[Inner, list[str]]:
    found, words = known(line)
    made = found.inner(words)
    assert made is not None, line
    return made, words


@pytest.mark.parametrize(('line', 'command'), lines.RUNS)
def test_a_wrapper_runs_this_command(line: str, command: str) -> None:
    made, words = inner(line)
    assert words[made.start : made.stop] == split(command)


@pytest.mark.parametrize(('line', 'text', 'shell'), lines.TEXTS)
def test_a_shell_is_given_this_text(line: str, text: str, shell: str) -> None:
    made, words = inner(line)
    assert ' '.join(words[index] for index in made.text) == text.replace('§', UNKNOWN)
    assert made.shell == shell
    assert made.start == -1


@pytest.mark.parametrize(('line', 'script', 'first'), lines.SCRIPTS)
def test_a_shell_is_given_this_file(line: str, script: str, first: str) -> None:
    made, words = inner(line)
    assert words[made.script] == script
    assert (words[made.arguments] if made.arguments >= 0 else '') == first.replace('§', UNKNOWN)


@pytest.mark.parametrize('line', lines.FROM_STDIN)
def test_a_shell_reads_its_input(line: str) -> None:
    made, _ = inner(line)
    assert made.stdin
    assert not made.text
    assert made.script == -1


@pytest.mark.parametrize('line', lines.RUN_NOTHING)
def test_nothing_is_run(line: str) -> None:
    found, words = known(line)
    assert found.inner(words) is None


@pytest.mark.parametrize(
    ('line', 'options'),
    [
        ('bash -x f', ('x',)),
        ('bash -euo pipefail f', ('e', 'u', 'pipefail')),
        ('bash -o errexit -o xtrace f', ('e', 'x')),
        ('sh -e -c x', ('e',)),
        ('bash +x f', ()),
        ('bash --posix f', ()),
    ],
)
def test_a_shell_is_started_with_these_options(line: str, options: tuple[str, ...]) -> None:
    assert inner(line)[0].options == options


@pytest.mark.parametrize(
    ('line', 'environment', 'kept', 'removed', 'user', 'remote'),
    [
        ('timeout 5 x', 'kept', (), (), False, False),
        ('env -i x', 'cleared', (), (), False, False),
        ('env - x', 'cleared', (), (), False, False),
        ('env -u A --unset=B x', 'kept', (), ('A', 'B'), False, False),
        ('sudo x', 'cleared', (), (), True, False),
        ('sudo -E x', 'kept', (), (), True, False),
        ('sudo --preserve-env=A,B x', 'cleared', ('A', 'B'), (), True, False),
        ('doas x', 'cleared', (), (), True, False),
        ('su -c x me', 'kept', (), (), True, False),
        ('su - me -c x', 'cleared', (), (), True, False),
        ('setpriv --reuid 1 x', 'kept', (), (), True, False),
        ('setpriv --no-new-privs x', 'kept', (), (), False, False),
        ('ssh h x', 'other', (), (), False, True),
        ('docker run img x', 'other', (), (), False, False),
        ('kubectl exec p -- x', 'other', (), (), False, True),
        ('systemd-run x', 'cleared', (), (), False, False),
    ],
)
def test_what_the_inner_command_finds(
    line: str, environment: str, kept: tuple[str, ...], removed: tuple[str, ...], user: bool, remote: bool
) -> None:
    made, _ = inner(line)
    assert (made.environment, made.kept, made.removed) == (environment, kept, removed)
    assert (made.user, made.remote) == (user, remote)


@pytest.mark.parametrize(
    ('line', 'assignments'),
    [
        ('env A=B T=§ cmd', [('A', 1), ('T', 2)]),
        ('sudo -u x T=§ cmd A=B', [('T', 3)]),
        ('cross-env T=§ cmd', [('T', 1)]),
        ('timeout 5 A=B', []),
        ('env §=x cmd', []),
    ],
)
def test_assignments_in_front(line: str, assignments: list[tuple[str, int]]) -> None:
    assert list(inner(line)[0].assignments) == assignments


@pytest.mark.parametrize(
    ('line', 'appended', 'placeholder', 'stdin'),
    [
        ('xargs cmd', True, '', False),
        ('xargs -I{} cmd {}', True, '{}', False),
        ('xargs -i cmd {}', True, '{}', False),
        ('xargs --replace=X cmd X', True, 'X', False),
        ('parallel cmd {}', True, '{}', False),
        ('parallel cmd ::: a b', False, '{}', False),
        ('docker run img cmd', False, '', False),
        ('docker run -i img cmd', False, '', True),
        ('timeout 5 cmd', False, '', True),
        ('ssh h cmd', False, '', True),
    ],
)
def test_words_and_input_from_outside(line: str, appended: bool, placeholder: str, stdin: bool) -> None:
    made, _ = inner(line)
    assert (made.appended, made.placeholder, made.keeps_stdin) == (appended, placeholder, stdin)


def test_the_program_of_a_container_can_stand_before_its_image() -> None:
    made, words = inner("docker run --entrypoint sh img -c 'x'")
    assert words[made.program] == 'sh'
    assert words[made.start :] == ['-c', 'x']


@pytest.mark.parametrize(('line', 'carries'), lines.CARRIES)
def test_whether_a_secret_passes(line: str, carries: bool) -> None:
    found, words = known(line)
    assert found.carries(words) == carries


@pytest.mark.parametrize(
    ('line', 'names', 'carries'),
    [
        ('grep -v TOKEN', ['AGENT_ARTIFACTS_TOKEN'], False),
        ('grep -v TOKEN', ['AGENT_ARTIFACTS_TOKEN', 'MIRROR_KEY'], True),
        ('grep -v ^AGENT', ['AGENT_ARTIFACTS_TOKEN'], False),
        ('grep -v ^TOKEN', ['AGENT_ARTIFACTS_TOKEN'], True),
        ('grep -iv token', ['Token'], False),
        ('grep PATH', ['AGENT_ARTIFACTS_TOKEN'], False),
        ('grep ^CI_', ['AGENT_ARTIFACTS_TOKEN'], False),
        ('grep ^AGENT', ['AGENT_ARTIFACTS_TOKEN'], True),
        ('grep -E "CI|TOKEN"', ['AGENT_ARTIFACTS_TOKEN'], True),
        ('grep .', ['T'], True),
        ('grep aa_k', ['T'], True),
        ('grep §', ['T'], True),
    ],
)
def test_a_filter_on_the_names_of_variables(line: str, names: list[str], carries: bool) -> None:
    found, words = known(line)
    assert found.carries(words, names) == carries


@pytest.mark.parametrize('line', lines.SWALLOWS)
def test_input_that_is_swallowed(line: str) -> None:
    found, words = known(line)
    assert found.swallows_output(words)


@pytest.mark.parametrize('line', lines.SHOWS)
def test_input_or_output_that_may_still_be_seen(line: str) -> None:
    found, words = known(line)
    assert not found.swallows_output(words)


@pytest.mark.parametrize(('line', 'printed', 'written'), lines.FILES)
def test_files_printed_and_written(line: str, printed: list[str], written: list[str]) -> None:
    found, words = known(line)
    assert [words[index] for index in found.prints_files(words)] == [w.replace('§', UNKNOWN) for w in printed]
    assert [words[index] for index in found.writes(words)] == [w.replace('§', UNKNOWN) for w in written]


@pytest.mark.parametrize(
    ('line', 'read'),
    [
        ('curl -K f -d @g -H @h https://x', ['f', '@g', '@h']),
        ('docker run --env-file f img', ['f']),
        ('gh secret set -f .env', ['.env']),
        ('cat a', ['a']),
        ('az keyvault secret set -n x --file f', ['f']),
        ('echo a', []),
    ],
)
def test_files_read(line: str, read: list[str]) -> None:
    found, words = known(line)
    assert [words[index] for index in found.reads_files(words)] == read


@pytest.mark.parametrize(('line', 'names'), lines.DUMPS)
def test_variables_printed(line: str, names: list[str] | None) -> None:
    found, words = known(line)
    dumped = found.dumps_environment(words)
    assert (None if dumped is None else list(dumped)) == names


@pytest.mark.parametrize(
    ('line', 'names'),
    [('envsubst', []), ("envsubst '$A ${B}'", ['A', 'B']), ('cat', None), ('sed s/a/b/', None)],
)
def test_variables_substituted(line: str, names: list[str] | None) -> None:
    found, words = known(line)
    written = found.substitutes(words)
    assert (None if written is None else list(written)) == names


@pytest.mark.parametrize(('line', 'names', 'assigned'), lines.HANDS_ON)
def test_variables_handed_on_and_set(line: str, names: list[str], assigned: list[str]) -> None:
    found, words = known(line)
    assert list(found.pass_through(words)) == names
    assert [name for name, _ in found.assigns(words)] == assigned
    for name, index in found.assigns(words):
        assert f'{name}=' in words[index]


@pytest.mark.parametrize(('line', 'arguments'), lines.BUILDS)
def test_build_arguments(line: str, arguments: list[str]) -> None:
    found, words = known(line)
    assert [f'{a.name}{"*" * a.given}' for a in found.build_args(words)] == arguments
    for argument in found.build_args(words):
        assert argument.name in words[argument.index]


@pytest.mark.parametrize(('line', 'kind', 'name', 'arrives'), lines.STORES)
def test_a_secret_is_stored(line: str, kind: str, name: str, arrives: str) -> None:
    found, words = known(line)
    made = found.store(words)
    assert made is not None
    assert (made.kind, made.name, made.arrives) == (kind, name, arrives)
    if arrives == 'argv':
        assert UNKNOWN in words[made.index]
    if arrives == 'file':
        assert made.index > 0


@pytest.mark.parametrize('line', lines.NO_STORES)
def test_nothing_is_stored(line: str) -> None:
    found, words = known(line)
    assert found.store(words) is None


@pytest.mark.parametrize(('line', 'name'), lines.YIELDS)
def test_a_secret_is_printed(line: str, name: str) -> None:
    found, words = known(line)
    assert found.yields_secret(words) == name


@pytest.mark.parametrize('line', lines.YIELD_NOTHING)
def test_no_secret_is_printed(line: str) -> None:
    found, words = known(line)
    assert found.yields_secret(words) is None


@pytest.mark.parametrize(
    ('put', 'got'),
    [
        ('vault kv put -mount=ci artifacts/x token=-', 'vault kv get -field=token ci/artifacts/x'),
        ('aws ssm put-parameter --name /ci/x --value §', 'aws ssm get-parameter --name /ci/x'),
        (
            'aws secretsmanager put-secret-value --secret-id x --secret-string §',
            'aws secretsmanager get-secret-value --secret-id x',
        ),
        ('gcloud secrets versions add x --data-file=-', 'gcloud secrets versions access 1 --secret x'),
        (
            'az keyvault secret set --vault-name v -n x --value §',
            'az keyvault secret show --vault-name v --name x',
        ),
        ('pass insert ci/x', 'pass show ci/x'),
        ('kubectl create secret generic x --from-literal=t=§', 'kubectl get secret x -o json'),
        ('doppler secrets set K=§', 'doppler secrets get K'),
        ('security add-generic-password -s x -w §', 'security find-generic-password -s x -w'),
        ('secret-tool store --label=l a b', 'secret-tool lookup a b'),
    ],
)
def test_what_is_stored_is_read_under_the_same_name(put: str, got: str) -> None:
    storing, words = known(put)
    made = storing.store(words)
    reading, others = known(got)
    assert made is not None
    assert made.source == reading.yields_secret(others)


@pytest.mark.parametrize(('line', 'method', 'parts'), lines.REQUESTS)
def test_a_request(line: str, method: str, parts: dict[str, object]) -> None:
    found, words = known(line)
    made = found.request(words)
    assert made is not None
    assert made.method == method
    for field, expected in parts.items():
        value = getattr(made, field)
        if isinstance(value, bool):
            assert value is expected, field
        elif isinstance(value, int):
            assert (words[value] if value >= 0 else '') == str(expected).replace('§', UNKNOWN), field
        else:
            assert isinstance(expected, list)
            assert [words[index] for index in value] == [w.replace('§', UNKNOWN) for w in expected], field


@pytest.mark.parametrize(
    'line',
    [
        'curl -H "X-Api-Key: §" h',
        'curl -H "Authorization: Basic §" h',
        'http h a=b',
        'curl -H "Accept: bearer" h',
        'wget h',
    ],
)
def test_a_request_without_a_bearer_token(line: str) -> None:
    found, words = known(line)
    made = found.request(words)
    assert made is not None
    assert made.bearer == -1


@pytest.mark.parametrize(('line', 'verbose'), lines.VERBOSE)
def test_what_is_shown_on_the_way(line: str, verbose: bool) -> None:
    found, words = known(line)
    assert found.verbose(words) == verbose


@pytest.mark.parametrize(('line', 'packages'), lines.INSTALLS)
def test_packages(line: str, packages: list[str]) -> None:
    found, words = known(line)
    assert [f'{i.package} {i.version}{"*" * i.pinned}' for i in found.installs(words)] == packages


@pytest.mark.parametrize('name', lines.PRINT_ARGUMENTS)
def test_programs_that_print_their_arguments(name: str) -> None:
    found = program(name)
    assert found is not None
    assert found.prints_arguments


@pytest.mark.parametrize('name', ['cat', 'curl', 'tee', 'read', 'export', 'true'])
def test_programs_that_print_something_else(name: str) -> None:
    found = program(name)
    assert found is not None
    assert not found.prints_arguments


@pytest.mark.parametrize(
    ('name', 'row'),
    [
        ('env', 'env'),
        ('/usr/bin/env', 'env'),
        ('curl.exe', 'curl'),
        ('CURL.EXE', 'curl'),
        ('C:\\Windows\\System32\\curl.exe', 'curl'),
        ('gsed', 'sed'),
        ('podman', 'docker'),
        ('INVOKE-RESTMETHOD', 'Invoke-RestMethod'),
        ('irm', 'Invoke-RestMethod'),
        ('write-host', 'Write-Host'),
        ('.', 'source'),
        ('[', '['),
    ],
)
def test_programs_by_name(name: str, row: str) -> None:
    found = program(name)
    assert found is not None
    assert found.name == row


@pytest.mark.parametrize(
    'name', ['', '/', 'unheard-of', 'ENV', 'Cat', UNKNOWN, f'{UNKNOWN}/curl.txt', 'env/', 'curl.txt']
)
def test_names_that_are_no_program(name: str) -> None:
    assert program(name) is None


def _lines() -> list[str]:
    """Every command line of the tables."""
    found: list[str] = []
    for table in vars(lines).values():
        if isinstance(table, list):
            found += [row if isinstance(row, str) else str(row[0]) for row in table]
    return found


def test_every_row_has_an_example() -> None:
    shown = {found.name for line in _lines() if (found := program(split(line)[0])) is not None}
    assert {row.name for row in programs.programs()} - shown == set()


def test_rows_are_well_formed() -> None:
    assert len(programs.programs()) >= 80
    names: dict[str, str] = {}
    for row in programs.programs():
        assert row.source.startswith(('https://', 'http://')), row.name
        assert row.kind, row.name
        for name in (row.name, *row.aliases):
            # a name belongs to one row; a cmdlet names its lower-case form among its aliases
            assert names.setdefault(name, row.name) == row.name, name


def test_the_data_uses_only_words_that_the_code_knows() -> None:
    """A misspelt key would be knowledge that nobody uses."""
    package = Path(programs.__file__).parent
    code = ''.join(path.read_text(encoding='utf-8') for path in package.glob('*.py'))
    for name, row in rows().items():
        for spec in (row, *row.get('forms', ())):
            for part in (spec, spec.get('wrapper', {}), spec.get('store', {}), spec.get('request', {})):
                for key in part:
                    assert f"'{key}'" in code, (name, key)


def test_builtins_of_shells_are_kept_apart() -> None:
    assert {'echo', 'printf', '[', 'test', 'read', 'export', 'cd', 'eval', '.', ':'} <= programs.BUILTINS
    assert not {'cat', 'env', 'sudo', 'Write-Host', 'dir'} & programs.BUILTINS
    assert {'echo', 'set', 'dir', 'type'} <= programs.CMD_BUILTINS
    assert 'printf' not in programs.CMD_BUILTINS
    assert {'echo', 'write', 'irm', 'gc'} <= programs.POWERSHELL_BUILTINS


@pytest.mark.parametrize(
    ('words', 'style', 'values', 'expected', 'operands'),
    [
        (['p', '-abc', 'x'], 'gnu', '', ['-a', '-b', '-c'], ['x']),
        (['p', '-ovalue', '-n', '5', 'x'], 'gnu', '-o -n', ['-o=value', '-n=5'], ['x']),
        (['p', '-xo', 'v', '--', '-y'], 'gnu', '-o', ['-x', '-o=v'], ['-y']),
        (
            ['p', '--long=v', '--other', 'v', '--flag'],
            'gnu',
            '--long --other',
            ['--long=v', '--other=v', '--flag'],
            [],
        ),
        (['p', '-field=v', '--mount', 'm', 'x'], 'long', '-field -mount', ['-field=v', '-mount=m'], ['x']),
        (
            ['p', '-Uri', 'h', '-METHOD:Post', 'x'],
            'powershell',
            '-uri -method',
            ['-uri=h', '-method=Post'],
            ['x'],
        ),
        (['p', '-x', 'y'], 'none', '', [], ['-x', 'y']),
        (['p', '-', '--n'], 'gnu', '--n', ['--n'], ['-']),
    ],
)
def test_options_are_read(
    words: list[str], style: str, values: str, expected: list[str], operands: list[str]
) -> None:
    found = parse(words, Syntax(style, frozenset(values.split())))
    assert [g.name if g.value is None else f'{g.name}={g.value}' for g in found.given] == expected
    assert [words[index] for index in found.operands] == operands


def test_no_words_make_it_fail() -> None:
    chance = random.Random(11)
    pieces = [
        UNKNOWN,
        '',
        '-',
        '--',
        f'-{UNKNOWN}',
        f'--{UNKNOWN}=x',
        '-c',
        '-e',
        '-i',
        '-o',
        '-n',
        'run',
        'secret',
        'set',
        'get',
    ]
    pieces += [
        'kv',
        'put',
        f'a={UNKNOWN}',
        '=',
        '==',
        'x' * 400,
        '-H',
        '@-',
        '1-²',
        '²',
        '9' * 5000,
        ':::',
        ';',
        '{}',
        '.',
        "'",
    ]
    for row in programs.programs():
        for _ in range(25):
            words = [row.name, *(chance.choice(pieces) for _ in range(chance.randrange(7)))]
            for method in METHODS:
                getattr(row, method)(words)


def test_long_command_lines_take_linear_time() -> None:
    started = time.process_time()
    for name in (
        'docker',
        'curl',
        'env',
        'sudo',
        'bash',
        'find',
        'grep',
        'sed',
        'jq',
        'npm',
        'vault',
        'http',
    ):
        row = program(name)
        assert row is not None
        for filler in ('-e', 'a=b', '-' + 'x' * 50, UNKNOWN, 's/a/' * 20):
            words = [name, *[filler] * 500]
            for method in METHODS:
                getattr(row, method)(words)
        long = [name, '(' * 100_000, '.a|' * 50_000, 's/' * 50_000]
        for method in METHODS:
            getattr(row, method)(long)
    assert time.process_time() - started < 10


def test_pages_made_from_data_are_up_to_date() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    spec = importlib.util.spec_from_file_location('generate_tables', root / 'scripts' / 'generate_tables.py')
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    path = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = path
    for name, page in module.PAGES.items():
        assert (root / name).read_text(encoding='utf-8') == page(), name
