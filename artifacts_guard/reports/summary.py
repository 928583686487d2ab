"""The end of the text report: findings by level, what was looked at, and what was not and why."""

from __future__ import annotations

from artifacts_guard.findings.finding import LEVELS
from artifacts_guard.reports.excerpt import clip_text
from artifacts_guard.reports.prose import prose
from artifacts_guard.reports.visible import text_width
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.reports.model import Entry
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options
    from artifacts_guard.reports.prose import Line

REASONS = 8  # reasons for not looking that are told apart
PATHS = 3  # paths named for each
NOTES = 8

# How people write the names of systems; others are written as they are.
_SYSTEMS = {
    'ansible': 'Ansible',
    'appveyor': 'AppVeyor',
    'argo': 'Argo',
    'azure': 'Azure Pipelines',
    'bitbucket': 'Bitbucket',
    'buildkite': 'Buildkite',
    'circleci': 'CircleCI',
    'cloudbuild': 'Cloud Build',
    'codebuild': 'CodeBuild',
    'compose': 'Compose',
    'crontab': 'crontab',
    'docker': 'Dockerfile',
    'drone': 'Drone',
    'forgejo': 'Forgejo',
    'gitea': 'Gitea',
    'github': 'GitHub Actions',
    'gitlab': 'GitLab CI',
    'javascript': 'JavaScript',
    'jenkins': 'Jenkins',
    'kubernetes': 'Kubernetes',
    'python': 'Python',
    'semaphore': 'Semaphore',
    'shell': 'shell',
    'teamcity': 'TeamCity',
    'tekton': 'Tekton',
    'travis': 'Travis CI',
    'woodpecker': 'Woodpecker',
}


def count(number: int, noun: str) -> str:
    """`1 file`, `2 files`, `1,234 files`."""
    return f'{number:,} {noun}' + ('' if number == 1 else 's')


def listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return ' and '.join([', '.join(parts[:-1]), parts[-1]]) if len(parts) > 1 else ''.join(parts)


def size(number: int) -> str:
    """A number of bytes as people read it."""
    if number < 1000:
        return count(number, 'byte')
    for unit in ('kB', 'MB'):
        number_of_units = number / 1000
        if number_of_units < 999.5:
            return (
                f'{number_of_units:.1f} {unit}' if number_of_units < 9.95 else f'{number_of_units:.0f} {unit}'
            )
        number //= 1000
    return f'{number / 1000:.1f} GB'


def system_name(system: str) -> str:
    return _SYSTEMS.get(system, system)


def found(report: Report) -> str:
    """The findings in one sentence."""
    counts = report.counts()
    parts = [count(number, level) for level, number in counts.items() if number]
    if not parts:
        return 'No findings.'
    files = len({entry.spot.path for entry in report.entries})
    return f'Found {listed(parts)} in {count(files, "file")}.'


def statistics(entries: Iterable[Entry]) -> list[tuple[int, str, str]]:
    """How often each rule was found at each level: number, level, rule; the most frequent first."""
    numbers: dict[tuple[str, str], int] = {}
    for entry in entries:
        key = entry.level, entry.rule
        numbers[key] = numbers.get(key, 0) + 1
    return sorted(
        ((number, level, rule) for (level, rule), number in numbers.items()),
        key=lambda row: (-row[0], LEVELS.index(row[1]), row[2]),
    )


def summary(report: Report, options: Options, width: int) -> Iterator[Line]:
    if options.show_files:
        yield from _files(report, width)
    if options.statistics and report.entries:
        yield from _statistics(report)
    yield from _found(report, width)
    yield from prose(looked_at(report), width)
    yield from _skipped(report, options, width)
    yield from _notes(report, options, width)


def _found(report: Report, width: int) -> Iterator[Line]:
    runs: list[tuple[str, str]] = []
    parts = [(count(number, level), level) for level, number in report.counts().items() if number]
    for index, (text, level) in enumerate(parts):
        runs.append(('Found ' if not index else ' and ' if index == len(parts) - 1 else ', ', 'strong'))
        runs.append((text, level))
    files = len({entry.spot.path for entry in report.entries})
    runs.append((f' in {count(files, "file")}.', 'strong') if parts else ('No findings.', 'good'))
    hidden = suppressed(report)
    if hidden and sum(len(text) for text, _ in runs) + 1 + len(hidden) <= width:
        runs.append((f' {hidden}', 'dim'))
        hidden = ''
    yield tuple(runs)
    if hidden:
        yield ((hidden, 'dim'),)


def suppressed(report: Report) -> str:
    """How many findings are suppressed, and by what, in one sentence; '' for none."""
    inline = sum(1 for entry in report.suppressed if entry.hidden and entry.hidden.kind == 'inline')
    other = len(report.suppressed) - inline
    if inline and other:
        return (
            f'{inline + other:,} more are suppressed, {inline:,} by comments and {other:,} by the baseline.'
        )
    if not inline and not other:
        return ''
    verb = 'is' if inline + other == 1 else 'are'
    return f'{inline + other:,} more {verb} suppressed by {"comments" if inline > 1 else "a comment" if inline else "the baseline"}.'


def looked_at(report: Report) -> str:
    """What was looked at, in one sentence: files and bytes, and by system what pipelines were found in them.

    Of a history, its objects.
    """
    if report.objects:
        kinds = [count(number, kind) for kind, number in report.objects if number]
        return f'Looked at {listed(kinds) or "no objects"} ({size(report.size)}).'
    parts = [
        f'{visible(name)} {files:,}' + (f' ({count(jobs, "job")})' if jobs else '')
        for name, files, jobs in systems(report)
    ]
    amount = f' ({size(report.size)})' if report.size else ''
    return f'Looked at {count(report.files, "file")}{amount}' + (
        f', among them {listed(parts)}.' if parts else '.'
    )


def systems(report: Report) -> list[tuple[str, int, int]]:
    """By system, the most frequent first: its name, how many files it reads and how many jobs they have."""
    numbers: dict[str, list[int]] = {}
    for taken in report.taken:
        if taken.system:
            of_system = numbers.setdefault(taken.system, [0, 0])
            of_system[0] += 1
            of_system[1] += taken.jobs
    ordered = sorted(numbers.items(), key=lambda item: (-item[1][0], item[0]))
    return [(system_name(system), files, jobs) for system, (files, jobs) in ordered]


def reasons(report: Report) -> list[tuple[bool, str, list[str]]]:
    """Why things were not looked at, what was asked for first: whether it is fatal, the reason, the paths."""
    found: dict[tuple[bool, str], list[str]] = {}
    for skipped in report.skipped:
        found.setdefault((skipped.fatal, skipped.reason), []).append(skipped.path)
    rows = [(fatal, reason, paths) for (fatal, reason), paths in found.items()]
    return sorted(rows, key=lambda row: (not row[0], -len(row[2]), row[1]))


def _skipped(report: Report, options: Options, width: int) -> Iterator[Line]:
    """What was not looked at, by reason."""
    if not report.skipped:
        return
    yield (('Not looked at:', 'warning'), (f' {count(len(report.skipped), "file")}', ''))
    ordered = reasons(report)
    shown = ordered if options.show_files else ordered[:REASONS]
    for _, reason, paths in shown:
        named = paths if options.show_files else paths[:PATHS]
        more = len(paths) - len(named)
        text = ', '.join(clip_text(visible(path), max(width // 2, 20)) for path in named)
        for index, line in enumerate(
            prose(f'{text}{f" and {more:,} more" if more else ""}: {reason}', width - 4)
        ):
            yield (('  ' if not index else '    ', ''), *line)
    if len(ordered) > len(shown):
        yield ((f'  and {len(ordered) - len(shown)} more reasons (`--show-files` names all)', 'dim'),)


def _notes(report: Report, options: Options, width: int) -> Iterator[Line]:
    shown = report.notes if options.show_files else report.notes[:NOTES]
    for note in shown:
        for index, line in enumerate(prose(note, width - 2)):
            yield (('- ' if not index else '  ', 'gutter'), *line)
    if len(report.notes) > len(shown):
        yield ((f'- and {len(report.notes) - len(shown)} more (`--show-files` names all)', 'dim'),)


def _files(report: Report, width: int) -> Iterator[Line]:
    """What each file was taken for."""
    if not report.taken:
        return
    paths = [clip_text(visible(taken.path), max(width // 2, 20)) for taken in report.taken]
    column = max(map(text_width, paths)) + 2
    for path, taken in zip(paths, report.taken):
        words = [visible(system_name(taken.system))] * bool(taken.system) + [visible(taken.kind)] * bool(
            taken.kind
        )
        if taken.system and taken.kind != 'program':
            words.append(count(taken.jobs, 'job') if taken.jobs else 'no jobs')
        if taken.note:
            words.append(visible(taken.note))
        yield (
            (path, 'path'),
            (' ' * (column - text_width(path)), ''),
            (', '.join(words), '' if taken.system else 'dim'),
        )
    yield ()


def _statistics(report: Report) -> Iterator[Line]:
    rows = statistics(report.entries)
    column = len(str(rows[0][0]))
    for number, level, rule in rows:
        yield (f'{number:>{column}}  ', 'strong'), (f'{level:<7}', level), (f'  {visible(rule)}', '')
    yield ()
