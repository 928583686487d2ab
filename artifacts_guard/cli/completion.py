"""`artifacts-guard completion SHELL`: a script made of the parsers themselves, so it knows what they know."""

from __future__ import annotations

import argparse

from artifacts_guard.cli.main import COMMANDS
from artifacts_guard.cli.parser import module_of
from artifacts_guard.cli.parser import parser_of
from artifacts_guard.cli.parser import top_parser
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from argparse import Namespace
    from argparse import _SubParsersAction

_SHELLS = ('bash', 'zsh', 'fish')
_FILES = ('FILE', 'PATH', 'DIR', '[FORMAT=]FILE', 'COMMAND')


class Option(Record):
    """An option; `value` is the name of what it takes, or empty, and `words` are all that can be meant by it."""

    names: tuple[str, ...]
    help: str
    value: str = ''
    words: tuple[str, ...] = ()
    files: bool = False
    repeatable: bool = False


class Place(Record):
    """What can follow the words of a command, such as `keys list`: words with their help, options, files."""

    words: str
    next: tuple[tuple[str, str], ...] = ()
    options: tuple[Option, ...] = ()
    files: bool = False


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    parser = subparsers.add_parser('completion', help='completion of commands and options for a shell')
    shells = parser.add_subparsers(dest='shell', required=True, metavar='SHELL')
    for name in _SHELLS:
        shells.add_parser(name, help=f'a script for {name}, on standard output')


def run(args: Namespace) -> int:
    """0."""
    from artifacts_guard.cli import shells

    print(shells.SCRIPTS[args.shell](places()), end='')
    return 0


def places() -> tuple[Place, ...]:
    """All there is to complete: the commands, then each command and each of its actions."""
    known = _known()
    found = [Place('', COMMANDS, _options('', top_parser(), known))]
    for name, _ in COMMANDS:
        found += _below(name, parser_of(module_of(name), name), known)
    return tuple(found)


def _below(words: str, parser: ArgumentParser, known: dict[str, tuple[str, ...]]) -> list[Place]:
    """The place of a parser and those of its actions."""
    following, deeper, files = [], [], False
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            following += [(choice.dest, choice.help or '') for choice in action._choices_actions]
            for name, child in action.choices.items():
                deeper += _below(f'{words} {name}', child, known)
        elif not action.option_strings:
            following += [(word, '') for word in _fixed(words, action, known)]
            files = files or action.metavar in _FILES
    return [Place(words, tuple(following), _options(words, parser, known), files), *deeper]


def _options(words: str, parser: ArgumentParser, known: dict[str, tuple[str, ...]]) -> tuple[Option, ...]:
    return tuple(
        _option(words, parser, action, known)
        for action in parser._actions
        if action.option_strings and action.help != argparse.SUPPRESS
    )


def _option(
    words: str, parser: ArgumentParser, action: argparse.Action, known: dict[str, tuple[str, ...]]
) -> Option:
    text = parser._get_formatter()._expand_help(action)
    takes = action.nargs is None  # what may lack its value is completed as if it had none
    return Option(
        tuple(action.option_strings),
        text,
        str(action.metavar) if takes else '',
        _fixed(words, action, known) if takes else (),
        takes and action.metavar in _FILES,
        isinstance(action, argparse._AppendAction),
    )


def _fixed(words: str, action: argparse.Action, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The words that an argument can be: those of its action, of its command or of its name anywhere."""
    command = words.split(' ', maxsplit=1)[0]
    keys = (f'{words} {action.metavar}', f'{command} {action.metavar}', str(action.metavar))
    return next((known[key] for key in keys if key in known), ())


def _known() -> dict[str, tuple[str, ...]]:
    """The fixed words of arguments by their name in the help, where it means several things with its command."""
    from artifacts_guard import reports
    from artifacts_guard.advisor.plan import stores
    from artifacts_guard.cli import config
    from artifacts_guard.cli import ending
    from artifacts_guard.cli import envelope
    from artifacts_guard.cli import hosts
    from artifacts_guard.cli import record
    from artifacts_guard.cli import rules
    from artifacts_guard.credentials.patterns import WRITERS
    from artifacts_guard.engine import load
    from artifacts_guard.reports import advice
    from artifacts_guard.reports import audit

    names = load.builtin()
    return {
        'check FORMAT': reports.FORMATS,
        'advise FORMAT': advice.FORMATS,
        'audit FORMAT': audit.FORMATS,
        'record FORMAT': record.FORMATS,
        'push FORMAT': envelope.FORMATS,
        'keys FORMAT': envelope.FORMATS,
        'rules FORMAT': rules.FORMATS,
        'hosts FORMAT': hosts.FORMATS,
        'LEVEL': ending.FAIL_ON,
        'RULES': tuple(sorted({*(rule.id for rule in names), *(rule.group for rule in names)})),
        'rules explain NAME': tuple(rule.id for rule in names),
        'SCANNER': tuple(WRITERS),
        'KIND': config.SCHEMAS,
        'advise STORE': tuple(dict.fromkeys(store.store for store in stores())),
    }
