"""No part of a token's body comes out: not by any command, format, option, error or crash.

A repository is full of tokens of every family, in many forms and places.  What is printed and written
is searched for every run of eight characters of a body, plain or as it is written in a file.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from artifacts_guard import reports
from tests import tokens
from tests.conftest import Guard
from tests.conftest import Outcome
from tests.conftest import Repo
from tests.credentials.written import AS_A_WHOLE
from tests.credentials.written import BY_CHARACTER
from tests.credentials.written import JOINS

RUN = 8  # characters in a row that no output may share with a body
FAMILIES: dict[str, tuple[Callable[[str], str], str]] = {
    'issued key': (tokens.api_key, 'aa_k_'),
    'agent token': (tokens.agent_token, 'aa_at_'),
    'claim token': (tokens.claim_token, 'aa_claim_'),
    'documented key': (tokens.documented_key, 'aa_live_'),
    'hex key': (tokens.hex_key, 'aa_live_'),
}


class Planted:
    """Makes tokens, and remembers what of them must never be seen."""

    def __init__(self) -> None:
        self.runs: dict[str, str] = {}  # characters in a row → the seed of the token that they are from

    def token(self, seed: str, family: str = 'issued key') -> str:
        make, prefix = FAMILIES[family]
        token = make(seed)
        self._hide(token.removeprefix(prefix), seed)
        return token

    def session(self, seed: str) -> str:
        token = tokens.session(seed)
        self._hide(token, seed)
        return token

    def by_character(self, form: str) -> str:
        token = self.token(form)
        write = BY_CHARACTER[form][1]
        self._hide(write(token.removeprefix('aa_k_')), form)
        return write(token)

    def as_a_whole(self, form: str) -> str:
        written = AS_A_WHOLE[form][1](self.token(form))
        self._hide(written[12:], form)  # before that it is the prefix, or the header of gzip
        return written

    def joined(self, form: str) -> str:
        token = self.token(form)
        return f'{token[:20]}{JOINS[form]}{token[20:]}'

    def _hide(self, body: str, seed: str) -> None:
        self.runs.update({body[at : at + RUN]: seed for at in range(len(body) - RUN + 1)})

    def leaked(self, text: str) -> set[str]:
        """The seeds of the tokens that a text tells something of."""
        return {
            self.runs[run] for at in range(len(text) - RUN + 1) if (run := text[at : at + RUN]) in self.runs
        }


def test_the_search_finds_a_part_of_a_body_and_nothing_in_what_is_shown() -> None:
    planted = Planted()
    token = planted.token('one')

    assert planted.leaked(f'x{token[10:18]}x') == {'one'}
    assert planted.leaked(f'x{token[10:17]}x') == set()
    assert planted.leaked('aa_k_…#9f3c') == set()


def workflow(planted: Planted) -> str:
    """A workflow in which tokens stand in every kind of place, and reach every kind of sink."""
    return f"""\
name: {planted.token('name of a workflow')}
on: [push, pull_request]
env:
  AGENT_ARTIFACTS_TOKEN: {planted.token('environment')}
  {planted.token('name of a variable')}: x
jobs:
  report:
    runs-on: [self-hosted, '{planted.token('label of a runner')}']
    container:
      image: registry.example/{planted.token('image').lower()}
      env: {{KEY: '{planted.token('flow mapping')}'}}
    steps:
      - uses: acme/publish@{planted.token('version of an action')}
        with:
          token: {planted.token('input of an action')}
      - name: publish {planted.token('name of a step')}
        if: env.KEY == '{planted.token('condition')}'
        run: |
          set -x
          export AGENT_ARTIFACTS_BASE_URL=http://api.example/{planted.token('base URL')}
          KEY={planted.token('shell variable')}
          artifacts push --token {planted.token('flag')} --file a.md --project-slug {planted.token('slug')}
          artifacts push --token="$KEY" --public --project-slug x --file "{planted.token('name of a file')}"
          curl -H "Authorization: Bearer {planted.token('header')}" https://api.hostartifacts.dev/v1/artifacts
          curl "https://api.hostartifacts.dev/v1/artifacts?token={planted.token('query')}"
          echo "{planted.token('log')}"; echo "$KEY"
          echo "$KEY" > /tmp/{planted.token('file on a disk')}
          {planted.token('program')} --token "$KEY" --{planted.token('name of an option')}
          artifacts keys create --name {planted.token('name of a key')} --scopes {planted.token('scope')},artifacts:delete
          artifacts artifact restore --artifact-id {planted.token('identifier')} --version 1
      - run: ./scripts/publish.sh {planted.token('argument of a script')}
"""


def files(planted: Planted) -> Iterator[tuple[str, str | bytes]]:
    """A repository full of tokens."""
    yield '.github/workflows/report.yml', workflow(planted)
    yield (
        '.github/workflows/broken.yml',
        f'jobs:\n  AGENT_ARTIFACTS_TOKEN: [\n  - {planted.token("broken YAML")}: {{\n',
    )
    yield (
        '.github/workflows/anchor.yml',
        f'on: push\nAGENT_ARTIFACTS_TOKEN: *{planted.token("unknown anchor")}\n',
    )
    yield (
        '.gitlab-ci.yml',
        (
            f'include: {planted.token("included file")}.yml\n'
            f'publish:\n  tags: [{planted.token("tag of a runner")}]\n  extends: .{planted.token("unknown template")}\n'
            f'  variables: {{AGENT_ARTIFACTS_TOKEN: {planted.token("variable of GitLab")}}}\n'
            '  script:\n    - artifacts push --token $AGENT_ARTIFACTS_TOKEN --file a.md --project-slug x\n'
        ),
    )
    yield (
        'scripts/publish.sh',
        (
            '#!/bin/bash\n'
            f'# artifacts-guard: ignore[token-flag] until 2020-01-01 because {planted.token("ignore comment")}\n'
            f'# artifacts-guard: ignore[{planted.token("unknown rule in a comment")}]\n'
            f'artifacts push --token {planted.token("script")} --file a.md --project-slug x "$1"\n'
            f'source ./{planted.token("sourced script")}.sh\n'
            f'if [ {planted.token("broken shell")}\n'
        ),
    )
    yield (
        'Jenkinsfile',
        (
            f"pipeline {{ agent {{ label '{planted.token('label of an agent')}' }}\n"
            f" stages {{ stage('x') {{ steps {{ sh 'artifacts push --token {planted.token('Jenkins')} --file a' }} }} }} }}\n"
        ),
    )
    yield '.env', ''.join(f'KEY_{at}={planted.token(family, family)}\n' for at, family in enumerate(FAMILIES))
    yield (
        'config.json',
        json.dumps({'key': planted.token('JSON'), 'glued': f'\n{planted.token("JSON, after a line")}'}),
    )
    yield 'home/agent-artifacts/credentials.json', json.dumps({'token': planted.session('session')})
    yield f'notes-{planted.token("name of a file in the tree")}.txt', 'nothing\n'
    yield (
        f'{planted.token("name of a folder")}/.github/workflows/a.yml',
        f'{{ AGENT_ARTIFACTS_TOKEN {planted.token("broken in a folder")}\n',
    )
    yield 'utf-16.txt', f'KEY={planted.token("UTF-16")}\n'.encode('utf-16')
    yield 'not-text.yml', b'\xff\xfe\x00' + planted.token('not text').encode()
    yield 'latin.sh', b'# \xe4\xf6\xfc\nartifacts push --token ' + planted.token('Latin-1').encode() + b'\n'
    yield 'log.gz', gzip.compress(planted.token('gzip').encode(), mtime=0)
    yield 'backup.zip', zipped(f'{planted.token("name in an archive")}.txt', planted.token('archive'))
    yield 'long.js', f'var a="{"x" * 5000}{planted.token("long line")}{"y" * 5000}"\n'
    yield 'generic.yml', f'password: {planted.token("value of a password")}\n'
    for number, form in enumerate(BY_CHARACTER):
        yield f'encoded/character-{number}.txt', f'key = "{planted.by_character(form)}"\n'
    for number, form in enumerate(AS_A_WHOLE):
        yield f'encoded/whole-{number}.txt', f'key = "{planted.as_a_whole(form)}"\n'
    for number, form in enumerate(JOINS):
        yield f'split/{number}.txt', f'key = "{planted.joined(form)}"\n'


def zipped(name: str, text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w') as archive:
        archive.writestr(name, text)
    return stream.getvalue()


@pytest.fixture
def planted(repo: Repo) -> Planted:
    """A repository full of tokens, staged."""
    made = Planted()
    for name, content in files(made):
        repo.write(name, content)
    repo.write('unreadable.sh', f'artifacts push --token {made.token("unreadable")}\n').chmod(0)
    repo.git('add', '-A', '--', ':!unreadable.sh')
    return made


def assert_clean(planted: Planted, outcome: Outcome, folder: Path | None = None) -> None:
    written = [path.read_text(encoding='utf-8') for path in folder.iterdir()] if folder else []

    assert planted.leaked('\n'.join((outcome.stdout, outcome.stderr, *written))) == set()


@pytest.mark.parametrize('form', reports.FORMATS)
def test_no_format_of_a_report_tells_a_token(
    guard: Guard, planted: Planted, tmp_path: Path, form: str
) -> None:
    folder = tmp_path / 'written'
    folder.mkdir()

    outcome = guard(
        'check', '--format', form, '--pedantic', '--statistics', '--show-files', '--verbose',
        '--output', f'{form}={folder / "report"}',
    )  # fmt: skip

    assert outcome.status == 1
    assert (folder / 'report').stat().st_size > 1000
    assert_clean(planted, outcome, folder)


def test_no_job_summary_tells_a_token(
    guard: Guard, planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / 'written'
    folder.mkdir()
    monkeypatch.setenv('GITHUB_STEP_SUMMARY', str(folder / 'summary'))

    outcome = guard('check', '--format', 'github', '--pedantic')

    assert outcome.status == 1
    assert (folder / 'summary').stat().st_size > 1000
    assert_clean(planted, outcome, folder)


@pytest.mark.parametrize(
    ('argv', 'status'),
    [
        pytest.param(['check', '--staged'], 1, id='what is staged'),
        pytest.param(['check', '--staged', 'scripts/publish.sh'], 1, id='a staged file'),
        pytest.param(['check', '--staged', '--verbose', '--no-ignores'], 1, id='what is staged, with all said'),
        pytest.param(['check', 'encoded', 'split', '.env'], 1, id='folders'),
        pytest.param(['check', 'unreadable.sh', '--verbose'], None, id='a file that can be unreadable'),
        pytest.param(['check', '--select', 'unreadable-pipeline', '--show-files'], 1, id='broken pipelines'),
        pytest.param(['check', '--select', 'expired-ignore,unused-ignore', '--pedantic'], 1, id='ignore comments'),
        pytest.param(['config', 'show'], 0, id='the configuration'),
        pytest.param(['hosts', 'list'], 0, id='hosts'),
        pytest.param(['hosts', 'list', '--format', 'json'], 0, id='hosts as JSON'),
        pytest.param(['advise'], None, id='advice'),
        pytest.param(['advise', '--format', 'json'], None, id='advice as JSON'),
        pytest.param(['advise', '--format', 'markdown'], None, id='advice as Markdown'),
        pytest.param(['advise', '--write-policy'], 0, id='a draft of the policy'),
        pytest.param(['advise', '--gate', 'HEAD'], None, id='a comparison'),
        pytest.param(['audit'], None, id='an audit'),
        pytest.param(['audit', '--worktree', '--format', 'json'], None, id='an audit as JSON'),
        pytest.param(['audit', '--format', 'html'], None, id='an audit as a page'),
        pytest.param(['audit', '-o', 'sarif=/dev/stdout/x'], None, id='an audit that cannot be written'),
        pytest.param(['rules', 'list', '--format', 'json'], 0, id='rules'),
        pytest.param(['rules', 'explain', 'token-flag'], 0, id='a rule'),
        pytest.param(['rules', 'check', '.github'], 1, id='files that are no rules'),
        pytest.param(['rules', 'test', 'generic.yml'], 1, id='a file that is no rule'),
    ],
)  # fmt: skip
def test_no_command_tells_a_token(
    guard: Guard, planted: Planted, argv: list[str], status: int | None
) -> None:
    outcome = guard(*argv)

    assert status in (None, outcome.status)
    assert outcome.stdout + outcome.stderr
    assert_clean(planted, outcome)


@pytest.mark.parametrize('environment', [{'FORCE_COLOR': '1'}, {'COLUMNS': '20'}, {'COLUMNS': '300'}])
def test_no_width_and_no_colour_tells_a_token(
    guard: Guard, planted: Planted, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    outcome = guard('check', '--pedantic', '--show-files')

    assert outcome.status == 1
    # a line that is broken inside a token would hide it from the search, not from people
    assert_clean(planted, outcome._replace(stdout=''.join(outcome.stdout.split())))
    assert_clean(planted, outcome)


@pytest.mark.parametrize(
    ('name', 'content'),
    [
        pytest.param('ci.yml', workflow, id='a pipeline under a name that is none'),
        pytest.param('.github/workflows/ci.yml', workflow, id='a pipeline'),
        pytest.param('.github/workflows/ci.yml', lambda p: f'a: [{p.token("in")}', id='a broken pipeline'),
        pytest.param('a.sh', lambda p: f"artifacts push --token '{p.token('in')}\n", id='a broken script'),
    ],
)
def test_standard_input_tells_no_token(
    guard: Guard, repo: Repo, name: str, content: Callable[[Planted], str]
) -> None:
    planted = Planted()

    outcome = guard('check', '--stdin-filename', name, '--show-files', '--verbose', stdin=content(planted))

    assert outcome.status == 1
    assert_clean(planted, outcome)


@pytest.mark.parametrize(
    'content',
    [
        pytest.param('{0} = 1\n', id='an unknown key'),
        pytest.param('fail-on = "{0}"\n', id='an unknown level'),
        pytest.param('select = {{ a = "{0}" }}\n', id='a value of the wrong type'),
        pytest.param('ignore = ["{0}"]\n', id='an unknown rule'),
        pytest.param('exclude = ["a"\nkey = "{0}"\n', id='no TOML'),
        pytest.param('key = "{0}\n', id='an open string'),
        pytest.param('extends = "{0}.toml"\n', id='a file that is not there'),
        pytest.param('rules = ["{0}"]\n', id='rules that are not there'),
        pytest.param('[hosts]\n"{0}" = "shred"\n', id='an unknown tenancy'),
        pytest.param('[hosts.{0}]\n"a" = "shared"\n', id='an unknown system'),
        pytest.param('[keys.x]\naccept = [{{scope = "{0}", until = "{0}", why = ""}}]\n', id='a date'),
        pytest.param('organisations = ["{0}"]\n[keys.{0}]\nsecret = "{0}"\n', id='a good one, with a token'),
    ],
)
@pytest.mark.parametrize('command', [['check'], ['config', 'show']], ids=['check', 'config show'])
def test_a_configuration_tells_no_token(guard: Guard, repo: Repo, content: str, command: list[str]) -> None:
    planted = Planted()
    repo.write('artifacts-guard.toml', content.format(planted.token('configuration')))
    repo.write('a.sh', 'artifacts push --file a.md --project-slug x\n')

    outcome = guard(*command)

    assert outcome.stdout + outcome.stderr
    assert_clean(planted, outcome)


@pytest.mark.parametrize(
    'content',
    [
        pytest.param('id: {0}\n', id='a name that is none'),
        pytest.param('{0}: 1\n', id='an unknown key'),
        pytest.param('id: [{0}\n', id='no YAML'),
        pytest.param('id: no-x\nfact: {0}\n', id='an unknown fact'),
        pytest.param('id: no-x\nfact: call\ntitle: x\nlevel: {0}\nmessage: "{{`{0}`}}"\n', id='a level'),
        pytest.param('id: no-x\nfact: call\nwhen: {{command: {0}, {0}: true}}\n', id='conditions'),
    ],
)
@pytest.mark.parametrize('command', ['check', 'test'])
def test_a_rule_file_tells_no_token(guard: Guard, repo: Repo, content: str, command: str) -> None:
    planted = Planted()
    repo.write('guard-rules/no-x.yaml', content.format(planted.token('rule')))

    outcome = guard('rules', command, 'guard-rules')
    configured = repo.write('artifacts-guard.toml', 'rules = ["guard-rules"]\n')
    assert configured.is_file()
    checked = guard('check')

    assert (outcome.status, checked.status) in {(1, 2), (1, 0)}
    assert_clean(planted, outcome)
    assert_clean(planted, checked)


@pytest.mark.parametrize(
    'argv',
    [
        ['{0}'],
        ['check', '{0}'],
        ['check', '--{0}'],
        ['check', '--select', '{0}'],
        ['check', '--format', '{0}'],
        ['check', '--output', '{0}=x'],
        ['check', '--config', '{0}'],
        ['check', '--jobs', '{0}'],
        ['rules', 'explain', '{0}'],
        ['rules', 'check', '{0}'],
        ['rules', 'new', '{0}'],
        ['rules', '{0}'],
        ['config', 'schema', '{0}'],
        ['keys', '{0}'],
        ['keys', 'verify', '--token', '{0}'],
        ['keys', 'revoke', '--api-key-id', 'x', '--{0}'],
        ['keys', 'check', '--keys', '{0}'],
        ['keys', 'check', '--keys', '/dev/null', '--quiet-for', '{0}'],
        ['push', '{0}'],
        ['push', '--token', '{0}'],
        ['push', '--token={0}', 'a.md', '--project-slug', 'x'],
        ['push', '--{0}'],
        ['push', '{0}', '--project-slug', 'x'],
        ['push', 'a.md', '--project-slug', 'x', '--base-url', 'https://{0}@x'],
    ],
    ids=' '.join,
)
def test_a_wrong_call_tells_no_token(guard: Guard, repo: Repo, argv: list[str]) -> None:
    planted = Planted()
    token = planted.token('argument')

    outcome = guard(*[word.format(token) for word in argv])

    assert outcome.status in {2, 3}
    assert_clean(planted, outcome)


@pytest.mark.parametrize(
    ('module', 'name'),
    [
        pytest.param('artifacts_guard.inputs.prefilter', 'prefilter', id='while files are searched'),
        pytest.param('artifacts_guard.credentials.find', 'tokens', id='while tokens are looked for'),
        pytest.param('artifacts_guard.ci.github', 'read', id='while a pipeline is read'),
        pytest.param('artifacts_guard.yamltree', 'parse', id='while YAML is parsed'),
        pytest.param('artifacts_guard.facts.collect', 'collect', id='while facts are collected'),
        pytest.param('artifacts_guard.engine.run', 'findings', id='while rules judge'),
        pytest.param('artifacts_guard.findings.suppressions', 'apply', id='while comments are applied'),
        pytest.param('artifacts_guard.reports', 'render', id='while the report is written'),
    ],
)
@pytest.mark.parametrize('error', [ValueError, OSError, KeyError, UnicodeError, AssertionError])
def test_a_crash_tells_no_token(
    guard: Guard,
    repo: Repo,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    name: str,
    error: type[Exception],
) -> None:
    planted = Planted()
    repo.write('.github/workflows/report.yml', workflow(planted))
    repo.write('a.sh', f'artifacts push --token {planted.token("script")}  # artifacts-guard: ignore[x]\n')
    token = planted.token('crash')

    def crash(*_: object, **__: object) -> None:
        try:
            raise KeyError(token)
        except KeyError as cause:
            raise error(f'cannot handle {token}') from cause

    assert callable(getattr(import_module(module), name))
    monkeypatch.setattr(f'{module}.{name}', crash)
    outcome = guard('check', '--verbose')

    assert outcome.status == 4, outcome.stderr
    assert 'mistake of ours' in outcome.stderr
    assert_clean(planted, outcome)
