"""Crontabs: `crontab`, `*.crontab`, and what lies in a folder `cron.d`.

https://man7.org/linux/man-pages/man5/crontab.5.html
Variables of a crontab hold for the lines after them, and nothing is expanded in them.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import interpreters
from artifacts_guard.ci import model
from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Trigger
from artifacts_guard.text import part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Tree

NAME = 'crontab'
# for docs/systems.md
UNDERSTANDS = ('variables of the lines before',)
UNRESOLVED = ('the environment of the machine',)
HOSTS = 'shared: a machine of many'
SHELLS = 'sh, or what `SHELL` says'
MASKS = False

_FIELD = r'[\d*][\d*,/~-]*'
_NAMED = r'[\dA-Za-z*][\dA-Za-z*,/~-]*'
_SCHEDULE = re.compile(
    r'[ \t]*(?:@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly|every_minute)'
    rf'|{_FIELD}[ \t]+{_FIELD}[ \t]+{_FIELD}[ \t]+{_NAMED}[ \t]+{_NAMED})[ \t]+(?=\S)'
)
_USER = re.compile(r'(\S+)[ \t]+(?=\S)')
_VARIABLE = re.compile(r'[ \t]*(["\']?)([A-Za-z_]\w*)\1[ \t]*=[ \t]*(.*)$')
_PERCENT = re.compile(r'\\%|%')
_SYSTEM_USERS = ('root', 'www-data', 'nobody')  # no programs are called so
_EVIDENCE = 'a cron line: its machine has other users and jobs'
_MOST_JOBS = 1000
_MOST_VARIABLES = 500


def claims(document: Document) -> bool:
    """By its name and a line with a schedule."""
    return any(_SCHEDULE.match(document.line(line)) for line in _lines(document))


def read(document: Document, tree: Tree) -> Pipeline:
    """Each line of a crontab as a job."""
    jobs = tuple(_jobs(document))
    return Pipeline(
        document,
        NAME,
        kind='crontab',
        jobs=jobs,
        triggers=tuple(trigger for job in jobs for trigger in job.triggers),
        masks=False,
    )


def _is_drop_in(folder: str) -> bool:
    return folder.rpartition('/')[2] == 'cron.d'


def _lines(document: Document) -> Iterator[int]:
    """Numbers of the lines that are no comments."""
    for line in range(1, document.line_count() + 1):
        if not document.line(line).lstrip().startswith('#'):
            yield line


def _jobs(document: Document) -> Iterator[Job]:
    env: list[Binding] = []
    shell = Shell('sh', False, False)
    with_user = _has_users(document)
    left = _MOST_JOBS
    for line in _lines(document):
        span = document.line_span(line)
        text = document.text[span.start : span.end]
        if schedule := _SCHEDULE.match(text):
            start = schedule.end()
            if with_user and (user := _USER.match(text, start)):
                start = user.end()
            if left:
                left -= 1
                command = part(document, span.start + start, span.start + len(text.rstrip()))
                yield _job(line, schedule[0].strip(), command, tuple(env), shell)
        elif len(env) < _MOST_VARIABLES and (variable := _VARIABLE.match(text.rstrip())):
            binding = _binding(document, span.start, variable)
            env.append(binding)
            if binding.name == 'SHELL' and binding.value:
                shell = interpreters.shell(binding.value.text)


def _has_users(document: Document) -> bool:
    """Whether each line names the user that it runs as: in `/etc/crontab` and `cron.d`."""
    folder, _, name = document.path.rpartition('/')
    if _is_drop_in(folder) or name.endswith('.cron.d'):
        return True
    if name == 'crontab' and folder.rpartition('/')[2] == 'etc':
        return True
    matches = [(text, _SCHEDULE.match(text)) for text in map(document.line, _lines(document))]
    users = [_USER.match(text, match.end()) for text, match in matches if match]
    return bool(users) and all(user is not None and user[1] in _SYSTEM_USERS for user in users)


def _job(line: int, schedule: str, command: Fragment, env: tuple[Binding, ...], shell: Shell) -> Job:
    place = command.whole()
    boot = schedule == '@reboot'
    step = Step(schedule, place, (Script(_command(command), shell),))
    return Job(
        f'line {line}',
        place,
        Runner(model.SHARED, 'cron', _EVIDENCE),
        steps=(step,),
        env=env,
        triggers=(Trigger(model.OTHER if boot else model.SCHEDULE, schedule, place),),
    )


def _command(fragment: Fragment) -> Template:
    """The text for the shell: what follows the first `%` is its standard input, `\\%` is a percent sign."""
    cuts = []
    end = len(fragment.text)
    for match in _PERCENT.finditer(fragment.text):
        if match[0] == '%':
            end = match.start()
            break
        cuts.append(Cut(match.start(), match.end(), said(fragment.place(match.start(), match.end()), '%')))
    return splice(fragment.slice(0, end), cuts)


def _binding(document: Document, offset: int, match: re.Match[str]) -> Binding:
    """A line `NAME = value`, whose value may stand in quotes."""
    start, end = match.span(3)
    value = match[3]
    if len(value) > 1 and value[0] == value[-1] and value[0] in '"\'':
        start, end = start + 1, end - 1
    fragment = part(document, offset + start, offset + end)
    place = part(document, offset + match.start(2), offset + match.end()).whole()
    return Binding(match[2], Template(fragment), 'pipeline', place)
