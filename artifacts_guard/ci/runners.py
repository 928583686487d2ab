"""What labels of runners say about the host: is it thrown away after one job, or do others use it too?

Tables are data: a label is looked up as a glob, in order; what no row explains is unknown.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from artifacts_guard.ci.model import EPHEMERAL
from artifacts_guard.ci.model import SHARED
from artifacts_guard.ci.model import UNKNOWN
from artifacts_guard.ci.model import Runner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.settings import HostRule

_WORST = (SHARED, UNKNOWN, EPHEMERAL)

# https://docs.github.com/en/actions/reference/runners/github-hosted-runners, with the labels of images
# that were taken out of service, and macOS sizes from …/reference/runners/larger-runners.  Names of
# other larger runners are chosen by each organisation and tell nothing.
GITHUB_HOSTED: tuple[str, ...] = (
    'ubuntu-latest',
    'ubuntu-slim',
    'ubuntu-[0-9][0-9].04',
    'ubuntu-[0-9][0-9].04-arm',
    'windows-latest',
    'windows-20[0-9][0-9]',
    'windows-20[0-9][0-9]-vs20[0-9][0-9]',
    'windows-11-arm',
    'macos-latest',
    'macos-latest-large',
    'macos-latest-xlarge',
    'macos-10.15',
    'macos-[0-9][0-9]',
    'macos-[0-9][0-9]-arm64',
    'macos-[0-9][0-9]-intel',
    'macos-[0-9][0-9]-large',
    'macos-[0-9][0-9]-xlarge',
)


def worst(tenancies: Iterable[str]) -> str:
    """The worst of several tenancies; unknown for none."""
    found = set(tenancies)
    return next((tenancy for tenancy in _WORST if tenancy in found), UNKNOWN)


def is_hosted(label: str, table: tuple[str, ...] = GITHUB_HOSTED) -> bool:
    """Whether a label is in a table of globs; GitHub compares labels without case."""
    lower = label.lower()
    return lower in table or any('[' in glob and fnmatchcase(lower, glob) for glob in table)


def configured(runner: Runner, system: str, rules: tuple[HostRule, ...]) -> Runner:
    """A runner as the configuration explains its labels: the first rule that fits any of them counts."""
    options = runner.options or (((runner.label,), runner.tenancy),)
    rules = tuple(rule for rule in rules if rule.system in ('', system))
    evidence = ''
    found = []
    for labels, tenancy in options:
        rule = next(
            (rule for rule in rules if any(fnmatchcase(label, rule.pattern) for label in labels)), None
        )
        found.append((labels, rule.tenancy if rule else tenancy))
        if rule:
            evidence = f'the configuration says that `{rule.pattern}` is {rule.tenancy}'
    if not evidence:
        return runner
    tenancy = worst(tenancy for _, tenancy in found)
    return runner.replace(tenancy=tenancy, evidence=evidence, options=tuple(found))


def github(labels: tuple[str, ...], group: str) -> tuple[str, str]:
    """Tenancy and evidence of GitHub's `runs-on`: all labels are of one runner.

    https://docs.github.com/en/actions/how-tos/write-workflows/choose-where-workflows-run/choose-the-runner-for-a-job
    """
    if group:
        return SHARED, f'runner group `{group}`: its machines serve whoever may use the group'
    lower = [label.lower() for label in labels]
    if 'self-hosted' in lower:
        return SHARED, '`self-hosted`: a machine that other jobs use too'
    if labels and all(is_hosted(label) for label in labels):
        return EPHEMERAL, f'`{labels[0]}` is a GitHub-hosted runner, thrown away after one job'
    if not labels:
        return UNKNOWN, 'the file names no runner'
    odd = next(label for label in labels if not is_hosted(label))
    return UNKNOWN, f'nobody explained the label `{odd}`'


def forge(labels: tuple[str, ...], group: str) -> tuple[str, str]:
    """Tenancy and evidence of `runs-on` in Forgejo and Gitea, whose runners are all self-managed.

    Each runner maps its labels to an image or to the host itself, and the file shows neither:
    https://forgejo.org/docs/latest/admin/actions/configuration/#choosing-labels.
    A label written with its type (`office:host`) says so.
    """
    for label in (*labels, group):
        lower = label.lower()
        if lower in ('self-hosted', 'host') or lower.endswith(':host') or ':host:' in lower:
            return SHARED, f'`{label}`: jobs run on the host itself'
    for label in labels:
        if '://' in label:
            return UNKNOWN, f'`{label}`: a container on a machine that others use too'
    name = labels[0] if labels else group
    if not name:
        return UNKNOWN, 'the file names no runner'
    return UNKNOWN, f'nobody explained the label `{name}`'
