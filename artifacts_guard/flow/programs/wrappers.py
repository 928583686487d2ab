"""Programs that run another command: where it begins, which shell reads it, what it finds in its environment."""

from __future__ import annotations

from artifacts_guard.flow.programs.options import UNKNOWN
from artifacts_guard.flow.programs.options import assigned_name
from artifacts_guard.flow.programs.table import View
from artifacts_guard.flow.programs.table import words_of
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Inner(Record):
    """What a wrapper runs.

    `start`/`stop`: the inner command is `words[start:stop]`; start is -1 when there is none of that form.
    `program`: index of the word that names the program, when it is not `start` (`docker run --entrypoint sh IMAGE -c …`).
    `text`: words that, joined by blanks, are shell text for a shell of its own (`bash -c`, `ssh host …`, `su -c`,
    `watch`, `eval`); `arguments` is the index of the first word after it (`$0` of that shell) or -1.
    `script`: index of a word that names a script file (`bash FILE`, `source FILE`), `arguments` then is that of `$1`.
    `stdin`: it is a shell that reads its commands from standard input (`| sh`, `bash -s`, `ssh host`).
    `shell`: which shell reads text, script or stdin (`sh`, `bash`, `pwsh`, `cmd`; `current` for eval and source).
    `options`: what that shell has set: x, e, u, pipefail … and names given to `-O`.
    `assignments`: (name, index) of NAME=VALUE words in front; they are in this command's argv.
    `appended`: words from standard input are added (xargs, parallel); `placeholder`: where, '' for the end.
    `environment`: kept, cleared, or other (another machine or container); `kept` names handed on all the same,
    `removed` names taken away.  `user`: runs as another user.  `remote`: runs on another machine.
    `keeps_stdin`: the inner command gets this command's standard input.
    """

    start: int = -1
    stop: int = -1
    program: int = -1
    text: tuple[int, ...] = ()
    arguments: int = -1
    script: int = -1
    stdin: bool = False
    shell: str = ''
    options: tuple[str, ...] = ()
    assignments: tuple[tuple[str, int], ...] = ()
    appended: bool = False
    placeholder: str = ''
    environment: str = 'kept'
    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    user: bool = False
    remote: bool = False
    keeps_stdin: bool = True


def inner(row: dict[str, Any], words: Sequence[str]) -> Inner | None:
    """What this command line runs; None when the row is no wrapper or nothing is run."""
    if 'shell' in row:
        return _shell(row, words)
    view = View(row, words)
    spec = view.spec.get('wrapper')
    if spec is None or ('silent' in spec and view.options.has(words_of(spec['silent']))):
        return None
    if 'exec' in spec:
        return _find(words, words_of(spec['exec']))
    made = _what(view, spec)
    return None if made is None else _surroundings(view, spec, made)


def _what(view: View, spec: dict[str, Any]) -> Inner | None:
    """The inner command's words."""
    if 'text' in spec:
        given = view.options.last(words_of(spec['text']))
        if given is not None and given.value_index >= 0:
            return Inner(text=(given.value_index,), shell=spec.get('shell', 'sh'))
    if 'text_operand' in spec:
        at = spec['text_operand']
        operands = view.operands
        if at >= len(operands) or view.words[operands[at]] in ('', '-'):
            return None
        return Inner(text=(operands[at],), shell=spec.get('shell', 'sh'))
    if 'script_operand' in spec:
        at = spec['script_operand']
        if at >= len(view.operands):
            return None
        index = view.operands[at]
        return Inner(script=index, arguments=_at(view.words, index + 1), shell=spec.get('shell', 'sh'))
    start, assignments = _start(view, spec)
    if start < 0 or start >= len(view.words):
        return Inner(stdin=True, shell=spec.get('shell', 'sh')) if spec.get('bare') == 'stdin' else None
    stop = _stop(view.words, start, spec)
    if spec.get('joined') and not ('argv' in spec and view.options.has(words_of(spec['argv']))):
        return Inner(text=tuple(range(start, stop)), shell=spec.get('shell', 'sh'), assignments=assignments)
    return Inner(start, stop, assignments=assignments)


def _start(view: View, spec: dict[str, Any]) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Where the inner command begins, and the assignments before it."""
    if 'separator' in spec:
        return view.options.end, ()
    if view.skip and not spec.get('interspersed') and len(view.operands) == view.skip:
        start = view.options.stop
        return start + (view.words[start : start + 1] == ['--']), ()
    operands = list(view.operands)
    assignments: list[tuple[str, int]] = []
    if spec.get('assignments'):
        while operands and (view.words[operands[0]] == '-' or assigned_name(view.words[operands[0]])):
            index = operands.pop(0)
            assignments.append((assigned_name(view.words[index]), index))
    skip = view.skip
    if spec.get('skips_number') and skip < len(operands) and view.words[operands[skip]].isdecimal():
        return operands[skip] + 1, ()
    return (operands[skip] if skip < len(operands) else -1), tuple(pair for pair in assignments if pair[0])


def _stop(words: Sequence[str], start: int, spec: dict[str, Any]) -> int:
    """Where it ends: at the first of some words (`:::` of parallel), else with the line."""
    marks = words_of(spec.get('until', ''))
    return next((index for index in range(start, len(words)) if words[index] in marks), len(words))


def _surroundings(view: View, spec: dict[str, Any], made: Inner) -> Inner:
    """Environment, user and standard input of the inner command."""
    options = view.options
    environment = spec.get('environment', 'kept')
    if 'keep' in spec and options.has(words_of(spec['keep'])):
        environment = 'kept'
    kept: list[str] = []
    for given in options.all(words_of(spec.get('keep_names', ''))):
        if given.value:
            kept += [name for name in given.value.split(',') if name and UNKNOWN not in name]
            environment = spec.get('environment', 'kept')
    if 'clear' in spec and (options.has(words_of(spec['clear'])) or _lone_dash(view, made)):
        environment = 'cleared'
    user = spec.get('user', '')
    stdin_flags = words_of(spec.get('stdin_flags', ''))
    entrypoint = options.last(words_of(spec.get('program', '')))
    return made.replace(
        program=entrypoint.value_index if entrypoint else -1,
        environment=environment,
        kept=tuple(kept),
        removed=tuple(given.value for given in options.all(words_of(spec.get('unset', ''))) if given.value),
        user=user is True or (isinstance(user, str) and options.has(words_of(user))),
        remote=spec.get('remote', False),
        keeps_stdin=options.has(stdin_flags) if stdin_flags else not spec.get('appended'),
        **_appended(view, spec, made),
    )


def _lone_dash(view: View, made: Inner) -> bool:
    """`env - cmd`, `su - user`: a dash by itself before the inner command."""
    last = made.start if made.start >= 0 else min((*made.text, len(view.words)))
    return any(view.words[index] == '-' for index in view.operands if index < last)


def _appended(view: View, spec: dict[str, Any], made: Inner) -> dict[str, Any]:
    if not spec.get('appended'):
        return {}
    if 'until' in spec and made.text and made.text[-1] + 1 < len(view.words):
        return {'appended': False, 'placeholder': spec.get('placeholder', '')}
    given = view.options.last(words_of(spec.get('placeholders', '')))
    mark = spec.get('placeholder', '') if given is None else (given.value or '{}')
    return {'appended': True, 'placeholder': mark}


def _find(words: Sequence[str], names: frozenset[str]) -> Inner | None:
    """`find … -exec cmd {} ;`: the first of its commands."""
    for index, word in enumerate(words):
        if word in names and index + 1 < len(words):
            stop = next((at for at in range(index + 1, len(words)) if words[at] in (';', '+')), len(words))
            return Inner(index + 1, stop, placeholder='{}', keeps_stdin=True) if stop > index + 1 else None
    return None


# the long options of bash that take a value, and those after which it runs nothing
_SHELL_VALUES = ('--rcfile', '--init-file')
_SHELL_SILENT = ('--version', '--help')
_LONG_OPTIONS = {
    'errexit': 'e',
    'xtrace': 'x',
    'nounset': 'u',
    'verbose': 'v',
    'allexport': 'a',
    'noexec': 'n',
}


def _shell(row: dict[str, Any], words: Sequence[str]) -> Inner | None:
    """`sh`, `bash` …: `-c TEXT [name args]`, FILE [args], or commands from standard input."""
    name = row['shell']
    if name in ('pwsh', 'cmd'):
        return _windows_shell(name, words)
    letters, named, index = _shell_options(words)
    if index < 0:
        return None
    options = tuple(
        dict.fromkeys([*(x for x in letters if x not in 'cs'), *(_LONG_OPTIONS.get(x, x) for x in named)])
    )
    following = _at(words, index)
    if 'c' in letters:
        if following < 0:
            return None
        return Inner(text=(index,), arguments=_at(words, index + 1), shell=name, options=options)
    if 's' in letters or following < 0:
        return Inner(stdin=True, arguments=following, shell=name, options=options)
    return Inner(script=index, arguments=_at(words, index + 1), shell=name, options=options)


def _shell_options(words: Sequence[str]) -> tuple[list[str], list[str], int]:
    """The letters and the names (`-o pipefail`) that are set, and the index behind them (-1: it runs nothing)."""
    letters: list[str] = []
    named: list[str] = []
    index = 1
    while index < len(words):
        word = words[index]
        if word in ('--', '-'):
            return letters, named, index + 1
        if word in _SHELL_SILENT:
            return letters, named, -1
        if word[:1] not in ('-', '+') or len(word) < 2:
            break
        if word.startswith('--'):
            index += 2 if word in _SHELL_VALUES else 1
            continue
        for letter in word[1:]:
            if letter in 'oO':
                index += 1
                if word[0] == '-' and index < len(words):
                    named.append(words[index])
            elif word[0] == '-' and letter.isalpha():
                letters.append(letter)
        index += 1
    return letters, named, index


def _at(words: Sequence[str], index: int) -> int:
    return index if index < len(words) else -1


def _windows_shell(name: str, words: Sequence[str]) -> Inner | None:
    """`pwsh -Command TEXT…`, `pwsh -File F`, `cmd /c TEXT…`."""
    takers = ('-executionpolicy', '-ex', '-ep', '-version', '-workingdirectory', '-wd', '-configurationname')
    index = 1
    while index < len(words):
        word = words[index].lower()
        if name == 'cmd':
            if word[:2] in ('/c', '/k', '/r'):
                rest = tuple(range(index + 1, len(words)))
                return Inner(text=rest, shell=name) if rest else None
            index += 1
            continue
        if word in ('-command', '-c', '-commandwithargs', '/c'):
            if words[index + 1 : index + 2] == ['-']:
                return Inner(stdin=True, shell=name)
            rest = tuple(range(index + 1, len(words)))
            return Inner(text=rest, shell=name) if rest else None
        if word in ('-file', '-f'):
            return (
                Inner(script=index + 1, arguments=_at(words, index + 2), shell=name)
                if index + 1 < len(words)
                else None
            )
        if word in ('-encodedcommand', '-e', '-ec', '-enc'):
            return None
        if not word.startswith('-'):
            return Inner(script=index, arguments=_at(words, index + 1), shell=name)
        index += 2 if word in takers else 1
    return Inner(stdin=True, shell=name) if name == 'pwsh' else None
