"""`artifacts-guard check`: lint pipelines and scripts, find tokens."""

from __future__ import annotations

from artifacts_guard.cli import ending
from artifacts_guard.cli import fixing
from artifacts_guard.cli import output
from artifacts_guard.cli import sources
from artifacts_guard.cli.main import complain
from artifacts_guard.cli.words import meant
from artifacts_guard.cli.words import one_of
from artifacts_guard.errors import UsageError
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from argparse import Namespace
    from argparse import _SubParsersAction
    from collections.abc import Iterable
    from collections.abc import Mapping
    from collections.abc import Sequence

    from artifacts_guard.config import Configuration
    from artifacts_guard.findings.baseline import Entry
    from artifacts_guard.findings.finding import Result
    from artifacts_guard.findings.ruletext import RuleText
    from artifacts_guard.inputs.tree import Tree
    from artifacts_guard.settings import Settings

_ALONE = ('html',)  # formats that are read without the command line beside them
_DESCRIBING = ('sarif', 'gitlab-secrets', 'html')  # formats that hold the texts of rules


class Options(Record):
    """The command line of `check`, with what holds when nothing is said."""

    paths: Sequence[str] = ()
    staged: bool = False
    stdin_filename: str = ''
    history: str | None = None
    log: bool = False
    all_files: bool = False
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    pedantic: bool = False
    generic: bool = False
    no_ignores: bool = False
    baseline: str = ''
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    config: str = ''
    format: str = 'text'
    output: Sequence[str] = ()
    statistics: bool = False
    show_files: bool = False
    verbose: bool = False
    fail_on: str = ''
    exit_zero: bool = False
    jobs: int = 0


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        'check',
        help='lint pipelines and scripts, and find tokens',
        description='Lint pipelines and the scripts they call, and find tokens in any text file.',
        epilog='Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or configuration, '
        '3 something could not be checked, 4 a mistake of ours.',
    )
    sources.add_arguments(parser.add_argument_group('what is checked'))

    rules = parser.add_argument_group('rules')
    for option, words in (
        ('--select', 'only these rules or groups, separated by commas'),
        ('--ignore', 'not these rules or groups, besides those of the configuration'),
    ):
        rules.add_argument(option, action='append', default=[], metavar='RULES', help=words)
    rules.add_argument('--pedantic', action='store_true', help='also rules that are matters of taste')
    rules.add_argument(
        '--generic',
        action='store_true',
        help='secrets of any kind in pipelines, with the detectors of detect-secrets',
    )
    rules.add_argument('--no-ignores', action='store_true', help='report what comments in the files ignore')
    rules.add_argument('--baseline', default='', metavar='FILE', help='do not report what this file accepts')
    rules.add_argument(
        '--config', default='', metavar='FILE', help='this configuration instead of the one at the root'
    )

    fixing.add_arguments(parser.add_argument_group('fixes'))

    report = parser.add_argument_group('report')
    report.add_argument(
        '--format',
        default='text',
        metavar='FORMAT',
        help='text (default), concise, json, sarif, github, gitlab, gitlab-secrets, junit, csv, markdown, html',
    )
    report.add_argument(
        '--output',
        '-o',
        action='append',
        default=[],
        metavar='[FORMAT=]FILE',
        help='write the report to FILE; with FORMAT, in that format and besides the report on standard output',
    )
    report.add_argument('--statistics', action='store_true', help='count findings by rule')
    report.add_argument('--show-files', action='store_true', help='say for each file what it was taken for')
    report.add_argument('--verbose', '-v', action='store_true', help='say what was read, on standard error')

    ending = parser.add_argument_group('exit status and speed')
    ending.add_argument(
        '--fail-on', default='', metavar='LEVEL', help='error, warning (default), note or never'
    )
    ending.add_argument('--exit-zero', action='store_true', help='exit with 0 even when there are findings')
    ending.add_argument('--jobs', type=_jobs, default=0, metavar='N', help='processes to use at most')


def run(args: Namespace) -> int:
    """As `check`, from parsed arguments."""
    return check(Options(**vars(args)))


def check(options: Options, opened: Tree | None = None) -> int:
    """The exit status.  Raises UsageError for a wrong call and InputError when there is nothing to check.

    `opened` is the tree that the options mean, when it is there already.
    """
    from artifacts_guard import config
    from artifacts_guard import reports

    sources.refuse_contradictions(options)
    fixing.refuse_contradictions(options)
    form = one_of(options.format, reports.FORMATS, 'format')
    targets = output.targets(form, options.output, reports.FORMATS)
    if options.diff:  # standard output is for the patch
        targets = tuple(target for target in targets if target.path)
    tree = opened or sources.opened(options)
    try:
        configuration = config.read(tree.root, options.config)
        settings = _settings(configuration.settings, options)
        _refuse_unknown_rules(settings, tree.root)
        result = _checked(tree, settings, options)
        if result.findings:
            result = _with_fixes(tree, options, result, targets)
        _report(result, targets, options, tree, settings)
        _say(result, tree, configuration, verbose=options.verbose)
    finally:
        tree.close()
    return status(result, settings.fail_on, exit_zero=options.exit_zero)


def _accepted(options: Options) -> Sequence[Entry] | None:
    """The entries of the baseline, None without one."""
    if not options.baseline:
        return None
    from artifacts_guard import baseline

    return baseline.read(options.baseline)


def _without_accepted(
    result: Result, entries: Sequence[Entry], settings: Settings, options: Options
) -> Result:
    from artifacts_guard import baseline
    from artifacts_guard.check import date_of_today

    limited = (options.paths, options.staged, options.stdin_filename, options.log, settings.select)
    whole = options.history is None and not any(limited)
    return baseline.applied(result, entries, date_of_today(), whole=whole)


def status(result: Result, fail_on: str, *, exit_zero: bool = False) -> int:
    """The exit status that a result has."""
    failing = ending.failing(fail_on)
    if not exit_zero and any(finding.level in failing for finding in result.findings):
        return ending.FOUND
    return ending.INCOMPLETE if any(one.fatal for one in result.skipped) else ending.CLEAN


def _refuse_unknown_rules(settings: Settings, root: str) -> None:
    """Names of rules count before anything is looked at, so that a wrong one never goes unnoticed."""
    ignored = (name for _, names in settings.per_path_ignores for name in names)
    names = (*settings.select, *settings.ignore, *ignored)
    if not names and not settings.rules:
        return
    from artifacts_guard.engine.load import rules
    from artifacts_guard.engine.selection import unknown

    known = rules(settings.rules, root)
    for name in unknown(names, known):
        raise UsageError(
            f'unknown rule {name!r}{meant(name, {part for rule in known for part in (rule.id, rule.group)})}'
        )


def _settings(settings: Settings, options: Options) -> Settings:
    """The settings of the configuration as the command line changes them."""
    select, ignore = _names(options.select), _names(options.ignore)
    return settings.replace(
        select=select or settings.select,
        ignore=(*settings.ignore, *ignore),
        generic=options.generic or settings.generic,
        fail_on=one_of(options.fail_on, ending.FAIL_ON, 'level') if options.fail_on else settings.fail_on,
    )


def _names(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for words in given for name in words.replace(',', ' ').split())


def _checked(tree: Tree, settings: Settings, options: Options) -> Result:
    """The result without what a baseline accepts."""
    entries = _accepted(options)
    result = sources.checked(tree, settings, options)
    return result if entries is None else _without_accepted(result, entries, settings, options)


def _with_fixes(tree: Tree, options: Options, result: Result, targets: tuple[output.Target, ...]) -> Result:
    """The result after fixes, or with those that it could have where a report shows them."""

    def read(edited: Mapping[str, str]) -> Settings:
        from artifacts_guard import config

        return _settings(config.read(tree.root, options.config, edited).settings, options)

    def check(changed: Tree, settings: Settings) -> Result:
        return _checked(changed, settings, options)

    return fixing.outcome(tree, read, options, result, check, {target.form for target in targets})


def _report(
    result: Result, targets: tuple[output.Target, ...], options: Options, tree: Tree, settings: Settings
) -> None:
    from artifacts_guard import reports

    nothing = _nothing(tree, result, staged=options.staged)
    for target in targets:
        if nothing and target.form == 'text':
            target.write(f'{nothing[0].upper()}{nothing[1:]}.\n')
            continue
        rendered = reports.render(
            target.form,
            result,
            color=target.is_coloured(),
            width=target.width(),
            show_files=options.show_files,
            statistics=options.statistics,
            rules=_texts(settings, tree.root) if target.form in _DESCRIBING else None,
            when=_now(),
            input=_input(options, tree) if target.form in _ALONE else '',
        )
        target.write(rendered)
    if nothing and not any(target.form == 'text' and not target.path for target in targets):
        complain(nothing)


def _input(options: Options, tree: Tree) -> str:
    """What was given to be checked, in a sentence."""
    from artifacts_guard.inputs.git import commit
    from artifacts_guard.reports.redaction import without_tokens

    if options.stdin_filename:
        return without_tokens(f'Standard input, as `{options.stdin_filename}`.')
    what = f'The files as they {"are staged" if options.staged else "lie in the folder"}'
    name = commit(tree.root)
    where = f', on top of the commit `{name}`' if name else ''
    paths = ', '.join(f'`{path}`' for path in options.paths)
    return without_tokens(f'{what}{where}{f"; of them {paths}" if paths else ""}.')


def _texts(settings: Settings, root: str) -> Mapping[str, RuleText]:
    from artifacts_guard.engine import load
    from artifacts_guard.engine.selection import chosen
    from artifacts_guard.engine.texts import rule_texts

    return rule_texts(chosen(load.rules(settings.rules, root), settings.select, settings.ignore))


def _nothing(tree: Tree, result: Result, *, staged: bool) -> str:
    """The sentence for a check that had nothing to look at, '' when it had."""
    if (
        tree.selected
        or any(number for _, number in result.objects)
        or any(one.fatal for one in result.skipped)
    ):
        return ''
    if result.objects:
        return 'nothing to check: git holds no objects, or the range no commits'
    return 'nothing to check: nothing is staged' if staged else 'nothing to check: everything is excluded'


def _say(result: Result, tree: Tree, configuration: Configuration, *, verbose: bool) -> None:
    """What belongs on standard error: how files were chosen, and what could not be checked."""
    from artifacts_guard.inputs.decode import shown

    if verbose:
        complain(f'root: {tree.root}')
        complain(f'configuration: {", ".join(configuration.files) or "none"}')
    for note in tree.notes:
        complain(note)
    for one in sorted(result.skipped, key=lambda one: (one.path, one.reason)):
        if one.fatal or verbose:
            complain(f'{shown(one.path)}: {one.reason}')


def _jobs(word: str) -> int:
    if word.isascii() and word.isdigit() and int(word) > 0:
        return int(word)
    from argparse import ArgumentTypeError

    raise ArgumentTypeError('must be a number from 1')


def _now() -> str:
    import time

    return time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime())
