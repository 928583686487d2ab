"""`check`: options, formats, outputs and the exit status, with the checking itself replaced."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from artifacts_guard import check as checking
from artifacts_guard import reports
from artifacts_guard.cli import check
from artifacts_guard.cli import parser
from artifacts_guard.findings.finding import Finding
from artifacts_guard.findings.finding import Result
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.inputs.tree import Tree
from artifacts_guard.settings import Settings
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests.conftest import Guard
from tests.conftest import Repo

MACHINE_FORMATS = [name for name in reports.FORMATS if name != 'text']


class Checker:
    """Stands for the checking: returns a finding of each given level, and remembers what it was called with."""

    def __init__(self) -> None:
        self.levels: tuple[str, ...] = ()
        self.skipped: tuple[Skipped, ...] = ()
        self.settings = Settings()
        self.options: dict[str, Any] = {}
        self.selected: tuple[str, ...] = ()

    def __call__(self, tree: Tree, settings: Settings, **options: Any) -> Result:
        tree.exclude(settings.exclude)
        self.settings, self.options, self.selected = settings, options, tree.selected
        place = Place(Document('a.sh', 'echo\n'), Span(0, 4))
        found = [
            Finding('token-flag', level, 'high', f'a {level}', place, identity=level) for level in self.levels
        ]
        return Result(tuple(found), skipped=(*tree.skipped, *self.skipped), files=len(tree.selected))


@pytest.fixture
def checker(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Checker:
    made = Checker()
    monkeypatch.setattr(checking, 'check', made)
    repo.commit(files={'a.sh': 'echo\n'})
    return made


SKIPPED, FATAL = Skipped('b.sh', 'left out', fatal=False), Skipped('b.sh', 'cannot be read')


@pytest.mark.parametrize('form', reports.FORMATS)
@pytest.mark.parametrize(
    ('levels', 'skipped', 'argv', 'status'),
    [
        pytest.param((), (), [], 0, id='nothing found'),
        pytest.param(('note',), (), [], 0, id='only notes'),
        pytest.param(('warning',), (), [], 1, id='a warning'),
        pytest.param(('error', 'note'), (), [], 1, id='an error'),
        pytest.param(('warning',), (), ['--fail-on', 'error'], 0, id='a warning where only errors count'),
        pytest.param(('note',), (), ['--fail-on', 'note'], 1, id='a note where notes count'),
        pytest.param(('error',), (), ['--fail-on', 'never'], 0, id='an error where nothing counts'),
        pytest.param(('error',), (), ['--exit-zero'], 0, id='an error that is only shown'),
        pytest.param((), (SKIPPED,), [], 0, id='something was left out on purpose'),
        pytest.param((), (FATAL,), [], 3, id='something could not be checked'),
        pytest.param(('note',), (FATAL,), [], 3, id='a note, and something could not be checked'),
        pytest.param(('warning',), (FATAL,), [], 1, id='a warning, and something could not be checked'),
        pytest.param(
            (), (FATAL,), ['--exit-zero'], 3, id='something could not be checked, whatever findings count'
        ),
    ],
)
def test_the_exit_status_is_the_same_in_every_format(
    guard: Guard,
    checker: Checker,
    form: str,
    levels: tuple[str, ...],
    skipped: tuple[Skipped, ...],
    argv: list[str],
    status: int,
) -> None:
    checker.levels, checker.skipped = levels, skipped

    outcome = guard('check', '--format', form, *argv)

    assert outcome.status == status
    assert ('b.sh: cannot be read' in outcome.stderr) == (FATAL in skipped)


def test_options_reach_the_check(guard: Guard, checker: Checker, repo: Repo) -> None:
    repo.write(
        'artifacts-guard.toml',
        'select = ["exposure"]\nignore = ["piling-push"]\nexclude = ["out"]\nfail-on = "note"\n',
    )
    repo.write('out/b.sh')

    status, _, stderr = guard(
        'check',
        '--pedantic',
        '--no-ignores',
        '--jobs=3',
        '--ignore',
        'token-flag,token-in-url public-push',
        '--ignore=public-edit',
        '--verbose',
    )

    assert status == 0
    assert checker.options == {'pedantic': True, 'no_ignores': True, 'jobs': 3}
    assert checker.selected == ('a.sh', 'artifacts-guard.toml')
    assert checker.settings == Settings(
        path='artifacts-guard.toml',
        select=('exposure',),
        ignore=('piling-push', 'token-flag', 'token-in-url', 'public-push', 'public-edit'),
        exclude=('out',),
        fail_on='note',
    )
    assert (
        stderr
        == f'artifacts-guard: root: {repo.path}\nartifacts-guard: configuration: artifacts-guard.toml\n'
    )
    guard('check', '--select=all', '--fail-on=error')
    assert (checker.settings.select, checker.settings.fail_on) == (('all',), 'error')
    assert checker.options['jobs'] >= 1
    (repo.path / 'other.toml').write_text('organisations = ["acme"]')
    guard('check', '--config', 'other.toml')
    assert checker.settings == Settings(path='other.toml', organisations=('acme',))


def test_the_short_way_of_the_hook_has_the_same_options() -> None:
    parsed = vars(parser.arguments(check, 'check', []))

    assert (
        check.Options(**{k: tuple(v) if isinstance(v, list) else v for k, v in parsed.items()})
        == check.Options()
    )


@pytest.mark.parametrize(
    ('argv', 'text', 'sentence'),
    [
        pytest.param(['--select', 'token-flg'], '', "unknown rule 'token-flg'; did you mean token-flag?", id='selected'),
        pytest.param(['--ignore', 'xyzzy'], '', "unknown rule 'xyzzy'", id='ignored'),
        pytest.param([], 'ignore = ["exposur"]', "unknown rule 'exposur'; did you mean exposure?", id='ignored in the configuration'),
        pytest.param([], '[per-path-ignores]\ndocs = ["tokn-flag"]', "unknown rule 'tokn-flag'; did you mean token-flag?", id='ignored for a path'),
        pytest.param([], 'rules = ["nosuch"]', 'nosuch: there is no such file or folder', id='a folder of rules that is not there'),
    ],
)  # fmt: skip
def test_a_rule_that_is_none_is_a_wrong_usage(
    guard: Guard, checker: Checker, repo: Repo, argv: list[str], text: str, sentence: str
) -> None:
    repo.write('artifacts-guard.toml', text)

    status, stdout, stderr = guard('check', *argv)

    assert (status, stdout) == (2, '')
    assert sentence in stderr


def test_a_wrong_configuration_is_a_wrong_usage(guard: Guard, checker: Checker, repo: Repo) -> None:
    repo.write('artifacts-guard.toml', 'slect = []')

    assert guard('check') == (
        2,
        '',
        "artifacts-guard: artifacts-guard.toml:1: 'slect' is no setting; did you mean 'select'?\n",
    )


def test_options_may_stand_between_paths(guard: Guard, checker: Checker, repo: Repo) -> None:
    for name in 'bcd':
        repo.write(f'{name}.sh')

    assert guard('check', 'a.sh', '--format', 'json', 'b.sh', '--pedantic', 'c.sh').status == 0
    assert checker.selected == ('a.sh', 'b.sh', 'c.sh')


def test_standard_input(guard: Guard, checker: Checker) -> None:
    assert guard('check', '--stdin-filename', 'ci/new.yml', stdin='on: push').status == 0
    assert checker.selected == ('ci/new.yml',)


@pytest.mark.parametrize('form', reports.FORMATS)
def test_an_output_without_a_format_takes_the_place_of_standard_output(
    guard: Guard, checker: Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    checker.levels = ('warning',)
    monkeypatch.setattr(check, '_now', lambda: '2026-01-02T03:04:05')
    expected = guard('check', '--format', form).stdout

    assert guard('check', '--format', form, '--output', str(tmp_path / 'out')) == (1, '', '')
    assert (tmp_path / 'out').read_bytes().decode() == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ['out', 'repo']


def test_outputs_with_a_format_are_written_besides(guard: Guard, checker: Checker, tmp_path: Path) -> None:
    checker.levels = ('warning',)

    status, stdout, _ = guard(
        'check', '-o', f'sarif={tmp_path}/a', '--output', f'json={tmp_path}/b=c', '--format', 'concise'
    )

    assert status == 1
    assert stdout == guard('check', '--format', 'concise').stdout
    assert json.loads((tmp_path / 'a').read_text())['version'] == '2.1.0'
    assert json.loads((tmp_path / 'b=c').read_text())['findings'][0]['rule'] == 'token-flag'


def test_an_output_that_exists_keeps_its_permissions_and_a_link_its_target(
    guard: Guard, checker: Checker, tmp_path: Path
) -> None:
    (tmp_path / 'real').write_text('old')
    (tmp_path / 'real').chmod(0o640)
    (tmp_path / 'link').symlink_to('real')

    guard('check', '--output', f'{tmp_path}/link')

    assert (tmp_path / 'link').is_symlink()
    assert (tmp_path / 'real').read_text() != 'old'
    assert (tmp_path / 'real').stat().st_mode & 0o777 == 0o640


def test_an_output_that_cannot_be_written_is_said(guard: Guard, checker: Checker) -> None:
    assert guard('check', '--output', 'nosuch/out') == (
        2,
        '',
        'artifacts-guard: --output nosuch/out: No such file or directory\n',
    )


@pytest.mark.parametrize(
    ('argv', 'sentence'),
    [
        pytest.param([], 'The files as they lie in the folder, on top of the commit COMMIT.', id='all'),
        pytest.param(['a.sh', '.'], 'on top of the commit COMMIT; of them a.sh, ..', id='some files'),
        pytest.param(
            ['--staged'], 'The files as they are staged, on top of the commit COMMIT.', id='what is staged'
        ),
        pytest.param(['--stdin-filename', 'ci.yml'], 'Standard input, as ci.yml.', id='standard input'),
    ],
)
def test_a_page_says_what_was_checked(
    guard: Guard, checker: Checker, repo: Repo, argv: list[str], sentence: str
) -> None:
    commit = repo.git('rev-parse', 'HEAD').strip()

    page = re.sub('<[^>]*>', '', guard('check', '--format', 'html', *argv, stdin='x').stdout)

    assert sentence.replace('COMMIT', commit) in page


def test_a_page_of_a_folder_without_a_commit_names_none(guard: Guard, checker: Checker, repo: Repo) -> None:
    repo.git('update-ref', '-d', 'HEAD')

    assert '<p>The files as they lie in the folder.</p>' in guard('check', '--format', 'html').stdout


def test_the_help_names_every_format(guard: Guard) -> None:
    words = guard('check', '--help').stdout.replace(',', ' ').split()

    assert set(reports.FORMATS) <= set(words)


@pytest.fixture
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a job summary, in which an earlier command has written."""
    path = tmp_path / 'summary'
    path.write_text('# before\n')
    monkeypatch.setenv('GITHUB_STEP_SUMMARY', str(path))
    return path


def test_annotations_come_with_a_job_summary(guard: Guard, checker: Checker, summary: Path) -> None:
    checker.levels = ('warning',)

    status, stdout, stderr = guard('check', '--format', 'github')

    assert (status, stderr) == (1, '')
    assert stdout.startswith('::warning ')
    written = summary.read_text()
    assert written == '# before\n' + guard('check', '--format', 'markdown').stdout


@pytest.mark.parametrize('argv', [['--format', 'concise'], ['-o', 'github=a'], ['--format', 'markdown']])
def test_other_formats_write_no_job_summary(
    guard: Guard, checker: Checker, summary: Path, argv: list[str]
) -> None:
    guard('check', *argv)

    assert summary.read_text() == '# before\n'


def test_a_job_summary_that_is_asked_for_by_name_is_written_once(
    guard: Guard, checker: Checker, summary: Path
) -> None:
    guard('check', '--format', 'github', '--output', f'markdown={summary}')

    assert summary.read_text() == guard('check', '--format', 'markdown').stdout


def test_a_job_summary_that_cannot_be_written_is_said_and_no_failure(
    guard: Guard, checker: Checker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv('GITHUB_STEP_SUMMARY', str(tmp_path / 'nosuch' / 'summary'))

    assert guard('check', '--format', 'github') == (
        0,
        'No findings.\n',
        'artifacts-guard: the job summary is not written: No such file or directory\n',
    )


def test_machine_formats_are_utf8_whatever_the_terminal_is(
    guard: Guard, checker: Checker, repo: Repo
) -> None:
    assert json.loads(guard('check', '--format', 'json', '-o', '-').stdout)['version']


def test_nothing_staged_is_said_in_the_report_for_people(guard: Guard, checker: Checker) -> None:
    assert guard('check', '--staged', '--pedantic') == (0, 'Nothing to check: nothing is staged.\n', '')


@pytest.mark.parametrize('form', MACHINE_FORMATS)
def test_nothing_staged_is_said_beside_a_report_for_machines(
    guard: Guard, checker: Checker, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    rendered: list[str] = []
    monkeypatch.setattr(reports, 'render', lambda name, *_, **__: rendered.append(name) or f'{name}\n')

    assert guard('check', '--staged', '--format', form) == (
        0,
        f'{form}\n',
        'artifacts-guard: nothing to check: nothing is staged\n',
    )


def test_everything_excluded_is_said(guard: Guard, checker: Checker, repo: Repo) -> None:
    repo.write('artifacts-guard.toml', 'exclude = ["*"]')

    assert guard('check') == (0, 'Nothing to check: everything is excluded.\n', '')


def test_a_path_that_is_not_there(guard: Guard, checker: Checker) -> None:
    status, _, stderr = guard('check', 'nosuch.yml', 'a.sh')

    assert (status, stderr) == (3, 'artifacts-guard: nosuch.yml: no such file or folder\n')
    assert checker.selected == ('a.sh',)


def test_given_files_that_are_not_staged_are_checked_as_they_are(guard: Guard, checker: Checker) -> None:
    status, _, stderr = guard('check', '--staged', 'a.sh')

    assert (status, checker.selected) == (0, ('a.sh',))
    assert stderr == (
        'artifacts-guard: none of the given files is staged: they are checked as they are in the working tree\n'
    )


@pytest.mark.parametrize(
    ('variables', 'coloured'),
    [
        pytest.param({}, False, id='no terminal'),
        pytest.param({'FORCE_COLOR': '1'}, True, id='colours are asked for'),
        pytest.param({'FORCE_COLOR': '1', 'NO_COLOR': '1'}, False, id='colours are refused'),
        pytest.param({'FORCE_COLOR': '', 'NO_COLOR': ''}, False, id='empty variables say nothing'),
    ],
)
def test_colours(
    guard: Guard,
    checker: Checker,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    variables: dict[str, str],
    coloured: bool,
) -> None:
    checker.levels = ('error',)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert ('\x1b[' in guard('check', '-o', '-', '-o', f'text={tmp_path}/file').stdout) == coloured
    assert '\x1b[' not in (tmp_path / 'file').read_text()


def test_the_width_is_what_columns_says(
    guard: Guard, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(reports, 'render', lambda *_, width, **__: asked.append(width) or '')
    for columns in ('120', 'x', '0', ''):
        monkeypatch.setenv('COLUMNS', columns)
        guard('check')

    assert asked == [120, 80, 80, 80]
