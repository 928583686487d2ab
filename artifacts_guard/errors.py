"""What can go wrong, each with the exit status that the command line gives it.

GuardError
 ├─ UsageError      the call, a setting or a rule file is wrong          (2)
 ├─ InputError      something asked for could not be read                (3)
 └─ BugError        our own mistake, naming the document it happened on  (4)
"""

from __future__ import annotations


class GuardError(Exception):
    """An error to show to people as one sentence; never holds a secret."""

    exit_status = 2


class UsageError(GuardError):
    exit_status = 2


class InputError(GuardError):
    exit_status = 3


class BugError(GuardError):
    exit_status = 4
