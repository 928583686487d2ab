"""The command line of the service's CLI, read as the CLI itself reads it (commander, no positional arguments)."""

from __future__ import annotations

from functools import lru_cache

from artifacts_guard.record import Record
from artifacts_guard.scopes.catalogue import measured
from artifacts_guard.scopes.catalogue import operation
from artifacts_guard.scopes.products import COMMON_COMMANDS
from artifacts_guard.scopes.products import DISTINCT_FLAGS
from artifacts_guard.scopes.verbs import GAP
from artifacts_guard.scopes.verbs import HELP
from artifacts_guard.scopes.verbs import UNKNOWN
from artifacts_guard.scopes.verbs import begins
from artifacts_guard.scopes.verbs import is_verb
from artifacts_guard.scopes.verbs import verbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Flag(Record):
    """An option as given.  `name` is canonical (`--dry-run` for `-n`).

    `value` is None for a flag without a value and for a value that is unknown; unknown parts of a known one are U+FFFC.
    `index` is that of the flag's word, `value_index` that of the word with the value (the same when `joined`: `--x=v`),
    or -1 when it has none.
    """

    name: str
    value: str | None = None
    index: int = -1
    value_index: int = -1
    joined: bool = False


class Invocation(Record):
    """A call of a program named `artifacts`.

    `command` is '' for none (bare, or only `--version`/`--help`), None when the verb is unknown; then `possible`
    are the commands it may be.  `unknown_words` are indices of words that may be options we can't see.
    `ours`: verb and flags are this CLI's and no other product's.  `foreign`: why it is another program, or ''.
    When neither, the words fit and the surroundings decide.  `swallowed` is the index of a `--version` that makes
    the CLI print its own version instead of running the command, or -1.  `verb` are the indices of the verb's words.
    """

    command: str | None
    flags: tuple[Flag, ...] = ()
    unknown_words: tuple[int, ...] = ()
    possible: tuple[str, ...] = ()
    ours: bool = False
    foreign: str = ''
    swallowed: int = -1
    verb: tuple[int, ...] = ()

    def flag(self, *names: str) -> Flag | None:
        """The last given of these flags (the CLI's own rule), or None."""
        for flag in reversed(self.flags):
            if flag.name in names:
                return flag
        return None

    def has(self, *names: str) -> bool:
        return any(flag.name in names for flag in self.flags)

    @property
    def informs(self) -> bool:
        """Only prints something about the CLI itself: `--version`, `--help`, `help`, bare."""
        if self.swallowed >= 0:
            return False
        return self.command in ('', HELP) or (self.has('--help', '--version') and not self._versioned())

    def _versioned(self) -> bool:
        """Every `--version` is the command's own (`--version=1`), and there is no `--help`."""
        own = '--version' in command_flags(self.command or '')
        return own and not self.has('--help') and all(f.joined for f in self.flags if f.name == '--version')

    @property
    def dry_run(self) -> bool:
        """`--dry-run` on a command that honours it (on a read command it is ignored and the call is made)."""
        return self.mutates and self.has('--dry-run')

    @property
    def mutates(self) -> bool:
        """Whether the command changes something; for an unknown verb, whether every possible one does."""
        commands = self.possible if self.command is None else (self.command,)
        known = [operation(command) for command in commands]
        return bool(known) and all(entry is not None and entry.mutates for entry in known)


def commands() -> tuple[str, ...]:
    """All commands of the CLI, in its schema's order."""
    return tuple(measured()['commands'])


def command_flags(command: str) -> dict[str, bool]:
    """The flags of a command (not the global ones) -> whether each takes a value."""
    flags: dict[str, bool] = measured()['commands'].get(command, {})
    return flags


def read(words: Sequence[str | None]) -> Invocation:
    """Read the words after the program's name.

    A word is None when it stands for any number of words (an unquoted or `"$@"` expansion), and has U+FFFC for
    unknown parts when it is surely one word.
    """
    return _read(tuple(words))


@lru_cache(maxsize=1024)  # the pipelines of a tree have many commands in common
def _read(words: tuple[str | None, ...]) -> Invocation:
    reading = _Reading(words)
    reading.run()
    return reading.invocation()


class _Reading:
    """One pass over the words: flags are taken wherever they stand, the other words are the verb.

    `pattern` is the verb so far; an element is a word (with unknown parts, perhaps) or `GAP`, any number of words.
    """

    def __init__(self, words: Sequence[str | None]) -> None:
        self.words = words
        self.flags: list[Flag] = []
        self.verb: list[int] = []
        self.pattern: tuple[str, ...] = ()
        self.possible: tuple[tuple[str, ...], ...] = verbs()  # those that begin with the pattern
        self.unknown: list[int] = []
        self.extra: list[int] = []  # literal words where ours takes none
        self.odd_flags: list[str] = []

    def run(self) -> None:
        index, only_operands = 0, False
        while index < len(self.words):
            word = self.words[index]
            if word is None:
                self.unknown.append(index)
                if not self._complete() and self.pattern[-1:] != (GAP,):
                    self.pattern = (*self.pattern, GAP)
            elif word == '--' and not only_operands:
                only_operands = True
            elif word.startswith('-') and len(word) > 1 and not only_operands:
                index = self._option(index, word)
            else:
                self._operand(index, word)
            index += 1

    def _complete(self) -> bool:
        return self.pattern in self.possible

    def _uncertain(self) -> bool:
        return any(word == GAP or UNKNOWN in word for word in self.pattern)

    def _operand(self, index: int, word: str) -> None:
        if self._complete():
            if word.startswith(UNKNOWN):
                self.unknown.append(index)
            elif index - 1 not in self.unknown[-1:] and self.pattern != (HELP,):
                # after an unknown word it may be the value of an option that the word holds
                self.extra.append(index)
            return
        # a word that is wholly unknown may well be meant to hold two (`access get`)
        pattern = (*self.pattern, word, *([GAP] if not word.strip(UNKNOWN) else []))
        fitting = tuple(verb for verb in self.possible if begins(pattern, verb))
        if fitting:
            self.verb.append(index)
            self.possible = fitting
            self.pattern = pattern
        elif not self._uncertain():
            self.extra.append(index)

    def _option(self, index: int, word: str) -> int:
        """Take the option at `index`; the index of the last word it uses."""
        name, joined, value = word.partition('=')
        if UNKNOWN in name:
            self.unknown.append(index)
            return index
        if not name.startswith('--') and len(name) > 2:
            return self._cluster(index, word)
        name = _short_flags().get(name, name)
        takes_value = _all_flags().get(name)
        if takes_value is None:
            self.odd_flags.append(name)
        if joined:
            self.flags.append(Flag(name, value, index, index, True))
            return index
        if (
            not takes_value
            or (name == '--version' and not self._takes_version(index))
            or index + 1 >= len(self.words)
        ):
            self.flags.append(Flag(name, None, index))
            return index
        self.flags.append(Flag(name, self.words[index + 1], index, index + 1))
        return index + 1

    def _takes_version(self, index: int) -> bool:
        """Whether a `--version` is followed by the number that people mean for it."""
        following = self.words[index + 1] if index + 1 < len(self.words) else '-'
        return (
            self._complete()
            and '--version' in command_flags(' '.join(self.pattern))
            and (following is None or not following.startswith('-'))
        )

    def _cluster(self, index: int, word: str) -> int:
        """`-nq`: short flags in one word."""
        for letter in word[1:]:
            name = _short_flags().get(f'-{letter}')
            if name is None:
                self.odd_flags.append(word)
                break
            self.flags.append(Flag(name, None, index))
        return index

    def invocation(self) -> Invocation:
        names = tuple(
            ' '.join(verb) for verb in self.possible if verb != (HELP,) and is_verb(self.pattern, verb)
        )
        command: str | None = ' '.join(self.pattern)
        if self._uncertain():
            command = names[0] if len(names) == 1 else None
        elif not self._complete():
            # a word that is no verb; or bare, or a group without its verb, which prints help
            command = None if self.extra else ''
            names = ()
        if self.extra and command is None:
            names = ()
        foreign = self._foreign(command)
        return Invocation(
            command,
            flags=tuple(self.flags),
            unknown_words=tuple(self.unknown),
            possible=() if command is not None else names,
            ours=not foreign and self._distinct(command),
            foreign=foreign,
            swallowed=self._swallowed(command),
            verb=tuple(self.verb),
        )

    def _foreign(self, command: str | None) -> str:
        """Why this can't be our CLI, in words; '' when it can."""
        word = self.words[self.extra[0]] if self.extra else None
        if word is not None and command is None:
            group = '' if self._uncertain() else ' '.join(self.pattern)
            return f'{group or "the CLI"} has no command {word}'
        allowed = set(measured()['global_flags'])
        for name in (command,) if command else (' '.join(verb) for verb in self.possible):
            allowed.update(command_flags(name))
        for flag in (*self.odd_flags, *(f.name for f in self.flags)):
            if flag not in allowed:
                return f'{command or "the CLI"} has no flag {flag}'
        if word is not None:
            return f'{command} takes no positional argument'
        scopes = self._value('--scopes')
        if scopes and scopes.strip() and UNKNOWN not in scopes and ':' not in scopes:
            return 'its scopes contain no colon'
        return ''

    def _value(self, name: str) -> str | None:
        return next((flag.value for flag in reversed(self.flags) if flag.name == name), None)

    def _distinct(self, command: str | None) -> bool:
        if command == '':
            return False
        if any(flag.name in DISTINCT_FLAGS for flag in self.flags):
            return True
        if command == 'keys create':
            return any(flag.name == '--name' for flag in self.flags) or ':' in (self._value('--scopes') or '')
        return command is not None and command not in COMMON_COMMANDS

    def _swallowed(self, command: str | None) -> int:
        if not command or '--version' not in command_flags(command):
            return -1
        return next(
            (f.index for f in self.flags if f.name == '--version' and not f.joined and f.value_index >= 0), -1
        )


@lru_cache(maxsize=1)
def _all_flags() -> dict[str, bool]:
    flags: dict[str, bool] = {}
    for own in measured()['commands'].values():
        flags.update(own)
    # a value for --version is what its users mean, not what the CLI reads
    return {**measured()['global_flags'], **flags}


def _short_flags() -> dict[str, str]:
    flags: dict[str, str] = measured()['short_flags']
    return flags
