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


def whereabouts(error: Exception) -> str:
    """Kind and place of a mistake of ours, in our code.  Not what it says: that may hold a part of what was read."""
    import os

    place = ''
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if f'{os.sep}artifacts_guard{os.sep}' in file:
            name = file.rpartition(f'{os.sep}artifacts_guard{os.sep}')[2]
            place = f' at {name.replace(os.sep, "/")}:{trace.tb_lineno}'
        trace = trace.tb_next
    return f'{type(error).__name__}{place}'
