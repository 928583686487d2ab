"""What a report is to show besides the findings."""

from __future__ import annotations

from artifacts_guard.record import Record


class Options(Record):
    """`width` is in cells.  `when` is the time of the scan for formats that must have one, in ISO form.

    `input` says in words what was given to be checked, '' for nothing to say.
    """

    color: bool = False
    width: int = 80
    show_files: bool = False
    statistics: bool = False
    version: str = ''
    when: str = '1970-01-01T00:00:00'
    input: str = ''
