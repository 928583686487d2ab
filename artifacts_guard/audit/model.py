"""What an audit is given: the repositories, and how each is looked at."""

from __future__ import annotations

from artifacts_guard.record import Record

ANALYSED = 'analysed'
FAILED = 'failed'
MISSING = 'missing'  # named, and no shard of it is there


class Source(Record):
    """A repository: its name in reports, the folder it is in, and the commit to look at ('' for the usual one)."""

    name: str
    path: str
    revision: str = ''


class Options(Record):
    """How every repository is looked at; all of it is part of what a shard depends on, but for the limits.

    `worktree`: files as they stand instead of a commit.  `config` is a file that stands in for each repository's own,
    `pepper` what keys the fingerprints of tokens.  `today` decides which ignore comments have expired.  `seconds` and
    `megabytes` are what one repository may take, 0 for no limit.
    """

    worktree: bool = False
    config: str = ''
    pepper: str = ''
    today: str = ''
    sarif: bool = False
    seconds: int = 300
    megabytes: int = 0
