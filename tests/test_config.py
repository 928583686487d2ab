"""The configuration: where it is found, what it may say, and what people are told about mistakes in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from artifacts_guard import config
from artifacts_guard.config.lines import Lines
from artifacts_guard.errors import UsageError
from artifacts_guard.settings import DeclaredKey
from artifacts_guard.settings import HostRule
from artifacts_guard.settings import Settings

FULL = """\
select = ["exposure", "committed-token"]
ignore = ["piling-push"]
exclude = ["vendor/"]
pedantic = true
generic = true
fail-on = "error"
organisations = ["acme"]
service-hosts = ["Artifacts.Acme.example"]
public-projects = ["acme/handbook"]
rules = ["ci/rules", "./own.yaml"]

[per-path-ignores]
"docs/**" = ["token-flag"]

[hosts]
"acme-*" = "ephemeral"

[hosts.github]
"self-hosted" = "shared"

[keys.ci-report]
secret = "ARTIFACTS_TOKEN"
jobs = ["ci.yml#publish"]
scopes = [
  "artifacts:create",  # for push
]
owner = "team-docs"
rotate-days = 90
reason = {"artifacts:read" = "--ensure on conflict"}
accept = [{scope = "artifacts:update", until = 2027-01-31, why = "restore drill"}]
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(root: Path, text: str, name: str = 'artifacts-guard.toml') -> Settings:
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text(text)
    return config.load(str(root))


def mistake(root: Path, text: str, name: str = 'artifacts-guard.toml') -> str:
    with pytest.raises(UsageError) as caught:
        load(root, text, name)
    return str(caught.value)


def test_without_a_file_the_defaults_hold(root: Path) -> None:
    assert config.read(str(root)) == config.Configuration(Settings(), (), ())


def test_all_settings(root: Path) -> None:
    assert load(root, FULL) == Settings(
        path='artifacts-guard.toml',
        select=('exposure', 'committed-token'),
        ignore=('piling-push',),
        per_path_ignores=(('docs/**', ('token-flag',)),),
        exclude=('vendor/',),
        pedantic=True,
        generic=True,
        fail_on='error',
        hosts=(HostRule('self-hosted', 'shared', 'github'), HostRule('acme-*', 'ephemeral')),
        organisations=('acme',),
        service_hosts=('artifacts.acme.example',),
        public_projects=('acme/handbook',),
        rules=('ci/rules', 'own.yaml'),
        keys=(
            DeclaredKey(
                'ci-report',
                21,
                'ARTIFACTS_TOKEN',
                ('ci.yml#publish',),
                ('artifacts:create',),
                'team-docs',
                90,
                (('artifacts:read', '--ensure on conflict'),),
                (('artifacts:update', '2027-01-31', 'restore drill'),),
                24,
                'artifacts-guard.toml',
            ),
        ),
    )


def test_the_table_in_pyproject(root: Path) -> None:
    text = '[project]\nname = "x"\n\n[tool.artifacts-guard]\npedantic = true\n[tool.artifacts-guard.keys."a b"]\nscopes = []\n'

    settings = load(root, text, 'pyproject.toml')

    assert (settings.path, settings.pedantic) == ('pyproject.toml', True)
    assert [(key.name, key.line, key.scopes_line) for key in settings.keys] == [('a b', 6, 7)]


@pytest.mark.parametrize(
    'text',
    [
        pytest.param('[project]\nname = "x"\n', id='without our name'),
        pytest.param('[project]\ndependencies = ["artifacts-guard"]\n', id='as a dependency'),
        pytest.param('[tool.artifacts-guardian]\nx = 1\n', id='a table of a longer name'),
        pytest.param('# [tool.artifacts-guard]\n', id='in a comment'),
    ],
)
def test_a_pyproject_that_is_not_about_us(root: Path, text: str) -> None:
    assert load(root, text, 'pyproject.toml') == Settings()


def test_our_own_file_goes_before_pyproject(root: Path) -> None:
    (root / 'pyproject.toml').write_text('[tool.artifacts-guard]\nfail-on = "note"\n')

    assert load(root, 'fail-on = "error"').fail_on == 'error'


def test_a_given_file_goes_before_both(root: Path) -> None:
    (root / 'artifacts-guard.toml').write_text('fail-on = "error"')
    (root / 'other.toml').write_text('fail-on = "note"')

    assert config.load(str(root), 'other.toml') == Settings(path='other.toml', fail_on='note')
    with pytest.raises(UsageError, match=r'nosuch\.toml: No such file'):
        config.load(str(root), 'nosuch.toml')


def test_the_other_word_separator_is_the_same_setting(root: Path) -> None:
    assert load(root, 'fail_on = "note"\n[keys.a]\nrotate_days = 3').fail_on == 'note'


def test_extended_files_hold_where_nothing_else_is_said(root: Path) -> None:
    (root / 'ci').mkdir()
    (root / 'ci' / 'base.toml').write_text(
        'extends = "deep.toml"\nignore = ["a", "b"]\nrules = ["own"]\n'
        '[hosts]\nx = "shared"\ny = "shared"\n[keys.k]\nsecret = "S"\n'
    )
    (root / 'ci' / 'deep.toml').write_text('organisations = ["acme"]\nfail-on = "note"\n')

    text = 'extends = ["ci/base.toml", "ci/deep.toml"]\nignore = ["c"]\n[hosts]\ny = "ephemeral"\n'
    (root / 'artifacts-guard.toml').write_text(text)
    found = config.read(str(root))

    assert found.settings == Settings(
        path='artifacts-guard.toml',
        ignore=('c',),
        rules=('ci/own',),
        organisations=('acme',),
        fail_on='note',
        hosts=(HostRule('x', 'shared'), HostRule('y', 'ephemeral')),
        keys=(DeclaredKey('k', 7, 'S', scopes_line=7, path='ci/base.toml'),),
    )
    assert found.files == ('ci/deep.toml', 'ci/base.toml', 'artifacts-guard.toml')
    assert found.origins == (
        ('fail-on', 'ci/deep.toml'),
        ('hosts', 'artifacts-guard.toml'),
        ('ignore', 'artifacts-guard.toml'),
        ('keys', 'ci/base.toml'),
        ('organisations', 'ci/deep.toml'),
        ('rules', 'ci/base.toml'),
    )


@pytest.mark.parametrize(
    ('text', 'sentence'),
    [
        pytest.param('fail-onn = "note"', "artifacts-guard.toml:1: 'fail-onn' is no setting; did you mean 'fail-on'?", id='a misspelt setting'),
        pytest.param('\nxyzzy = 1', "artifacts-guard.toml:2: 'xyzzy' is no setting", id='a setting like none'),
        pytest.param(
            '[keys.a]\nscoeps = []', "artifacts-guard.toml:2: 'scoeps' is no setting of [keys.a]; did you mean 'scopes'?", id='a misspelt setting of a key'
        ),
        pytest.param(
            '[keys.a]\naccept = [{scope = "x", until = 2027-01-31}]', 'artifacts-guard.toml:2: keys.a.accept.1.why: is missing', id='an exception without a reason'
        ),
        pytest.param(
            '[keys.a]\naccept = [{scope = "x", until = "soon", why = "y"}]',
            'artifacts-guard.toml:2: keys.a.accept.1.until: must be a date, such as 2027-01-31',
            id='no date',
        ),
        pytest.param(
            'fail-on = "warn"',
            "artifacts-guard.toml:1: fail-on: must be 'error', 'warning', 'note' or 'never'; did you mean 'warning'?",
            id='a misspelt level',
        ),
        pytest.param('pedantic = "yes"', 'artifacts-guard.toml:1: pedantic: must be true or false', id='a text for a truth value'),
        pytest.param('ignore = "a"', 'artifacts-guard.toml:1: ignore: must be a list', id='a text for a list'),
        pytest.param('ignore = [1]', 'artifacts-guard.toml:1: ignore.1: must be a text', id='a number in a list'),
        pytest.param('[hosts]\na = "sharde"', "artifacts-guard.toml:2: hosts.a: must be 'ephemeral', 'shared' or 'unknown'; did you mean 'shared'?", id='a misspelt tenancy'),
        pytest.param('[hosts.githb]\na = "shared"', "artifacts-guard.toml:1: hosts.githb: 'githb' is no CI system; did you mean 'github'?", id='a misspelt CI system'),
        pytest.param(
            '[hosts]\nbig.iron = "shared"',
            "artifacts-guard.toml:2: hosts.big: 'big' is no CI system; a label with a dot needs quotes",
            id='a label with a dot',
        ),
        pytest.param('[keys.a]\nrotate-days = -1', 'artifacts-guard.toml:2: keys.a.rotate-days: must not be negative', id='a negative number'),
        pytest.param('keys = 3', 'artifacts-guard.toml:1: keys: must be a table', id='a number for a table'),
        pytest.param('a = ', 'artifacts-guard.toml: Invalid value (at end of document)', id='no TOML'),
        pytest.param('a = ' + '[' * 5000, 'artifacts-guard.toml: nested too deeply', id='very deep'),
        pytest.param('extends = "/etc/hostname"', 'artifacts-guard.toml: extends: /etc/hostname lies outside the repository', id='extends what is outside'),
        pytest.param('extends = "artifacts-guard.toml"', 'artifacts-guard.toml: extends itself, by way of artifacts-guard.toml', id='extends itself'),
    ],
)  # fmt: skip
def test_a_mistake_is_explained(root: Path, text: str, sentence: str) -> None:
    assert mistake(root, text) == sentence


def test_all_mistakes_of_a_file_are_told_in_their_order(root: Path) -> None:
    said = mistake(root, 'pedantic = 1\nignroe = []\n[hosts]\na = 1\n').split('\n')

    assert [line.split(':')[1] for line in said] == ['1', '2', '4']


def test_the_value_is_never_repeated(root: Path) -> None:
    assert 'hunter2' not in mistake(
        root, 'fail-on = "hunter2"\npedantic = "hunter2"\nignore = ["x", {a = "hunter2"}]\n'
    )


def test_a_circle_is_told_with_its_files(root: Path) -> None:
    (root / 'a.toml').write_text('extends = "b.toml"')
    (root / 'b.toml').write_text('extends = "a.toml"')

    assert mistake(root, 'extends = "a.toml"') == 'a.toml: extends itself, by way of b.toml'


def test_mistakes_in_an_extended_file_and_in_pyproject_name_the_file(root: Path) -> None:
    (root / 'base.toml').write_text('\n\nx = 1')

    assert mistake(root, 'extends = "base.toml"').startswith('base.toml:3: ')
    (root / 'artifacts-guard.toml').unlink()
    assert mistake(root, '[tool.artifacts-guard]\nx = 1', 'pyproject.toml').startswith('pyproject.toml:2: ')


def test_a_link_out_of_the_repository_is_not_extended(root: Path) -> None:
    (root / 'base.toml').symlink_to('/etc/hostname')

    assert (
        mistake(root, 'extends = "base.toml"')
        == 'artifacts-guard.toml: extends: base.toml lies outside the repository'
    )


def test_a_file_that_is_none_does_not_make_it_wait(root: Path) -> None:
    os.mkfifo(root / 'pyproject.toml')
    assert config.load(str(root)) == Settings()
    os.mkfifo(root / 'artifacts-guard.toml')
    with pytest.raises(UsageError, match='not a configuration file'):
        config.load(str(root))


def test_lines_of_tables_and_keys() -> None:
    text = '''\
a = """
[not.a.table]
b = 1
"""
"q.r" = \'\'\'x\'\'\' # [c]
[ t . "u v" ] # ]
k = [ # [
  "]", {z = "}"},

]
d.e = "#"

[[list]]
x = 1
'''

    lines = Lines(text)

    assert {
        path: lines.exact(path)
        for path in (
            ('a',), ('q.r',), ('t', 'u v'), ('t', 'u v', 'k'), ('t', 'u v', 'd', 'e'), ('list',), ('list', 'x'),
            ('not', 'a', 'table'), ('b',), ('t', 'u v', 'z'),
        )
    } == {
        ('a',): 1, ('q.r',): 5, ('t', 'u v'): 6, ('t', 'u v', 'k'): 7, ('t', 'u v', 'd', 'e'): 11, ('list',): 13, ('list', 'x'): 14,
        ('not', 'a', 'table'): 0, ('b',): 0, ('t', 'u v', 'z'): 0,
    }  # fmt: skip
    assert lines.line(('t', 'u v', 'k', 1, 'z')) == 7
    assert lines.line(('nothing',)) == 0


def test_nothing_is_imported_without_a_file(root: Path) -> None:
    script = 'import sys; from artifacts_guard import config; config.load("."); print(*sys.modules)'
    here = str(Path(__file__).parents[1])

    run = subprocess.run(
        [sys.executable, '-c', script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, 'PYTHONPATH': here},
    )

    assert not {'pydantic', 'tomllib', 'tomli', 're', 'typing'} & set(run.stdout.split())


def test_the_schema_knows_every_setting_and_accepts_the_full_file(root: Path) -> None:
    import importlib

    import jsonschema

    from artifacts_guard.config.model import json_schema

    toml = importlib.import_module('tomllib' if sys.version_info >= (3, 11) else 'tomli')
    schema = json_schema()
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())

    validator.validate(json.loads(json.dumps(toml.loads(FULL), default=str)))

    assert set(schema['properties']) - {'extends'} == {
        name.replace('_', '-') for name in Settings._fields if name != 'path'
    }
    assert [e.message for e in validator.iter_errors({'fail-onn': 1, 'hosts': {'a': 'b'}})] != []
