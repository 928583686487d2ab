"""Arguments of the command line, with a suggestion for every word that is nearly right."""

from __future__ import annotations

import argparse
import os
from importlib import import_module

from artifacts_guard import __version__
from artifacts_guard.cli.main import COMMANDS
from artifacts_guard.cli.main import NAME
from artifacts_guard.cli.words import meant
from artifacts_guard.cli.words import one_of
from artifacts_guard.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
    from typing import NoReturn

__all__ = ('Parser', 'arguments', 'command_of', 'meant', 'module_of', 'one_of', 'parser_of', 'top_parser')

_UNKNOWN = 'unrecognized arguments: '
_WIDTH = 78  # of help, where there is no terminal


def _formatter(prog: str) -> argparse.HelpFormatter:
    """With a width that needs no `shutil`, which argparse would load for each option that is added."""
    columns = os.environ.get('COLUMNS', '')
    if columns.isascii() and columns.isdigit():
        return argparse.HelpFormatter(prog, width=max(int(columns) - 2, 20))
    try:
        return argparse.HelpFormatter(prog, width=max(os.get_terminal_size().columns - 2, 20))
    except OSError:
        return argparse.HelpFormatter(prog, width=_WIDTH)


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError and takes no abbreviations."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **{'allow_abbrev': False, 'formatter_class': _formatter, **named})

    def error(self, message: str) -> NoReturn:
        if message.startswith(_UNKNOWN):
            word = message.removeprefix(_UNKNOWN).split(' ')[0].split('=')[0]
            message = f'unknown option {word}' if word.startswith('-') else f'unexpected {word!r}'
            message += meant(word, self._option_string_actions)
        raise UsageError(f'{message} (see {self.prog} --help)')


def command_of(argv: list[str]) -> str:
    """The command that the first word names; prints the help and ends when that is what is asked for."""
    names = [name for name, _ in COMMANDS]
    if argv and not argv[0].startswith('-'):
        return one_of(argv[0], names, 'command')
    top = top_parser()
    if not argv:
        raise UsageError(f'no command is given\n{top.format_help()}')
    top.parse_args(argv)
    raise UsageError(f'no command is given (see {NAME} --help)')


def top_parser() -> argparse.ArgumentParser:
    """The parser of what can stand before a command; it knows the commands by their help alone."""
    top = Parser(NAME, description='Policy and secret-hygiene linter for pipelines that use Agent Artifacts.')
    top.add_argument('--version', action='version', version=f'{NAME} {__version__}')
    commands = top.add_subparsers(title='commands', metavar='COMMAND')
    for name, words in COMMANDS:
        commands.add_parser(name, help=words)
    return top


def module_of(command: str) -> Any:
    """The module of a command: it has `add_parser(subparsers)` and `run(args) -> int`."""
    return import_module(f'artifacts_guard.cli.{command}')


def parser_of(module: Any, command: str) -> argparse.ArgumentParser:
    """The parser of a command, as its module makes it."""
    commands = Parser(NAME).add_subparsers()
    module.add_parser(commands)
    return commands.choices[command]


def arguments(module: Any, command: str, argv: list[str]) -> argparse.Namespace:
    """The parsed arguments of a command; options may stand between paths."""
    parser = parser_of(module, command)
    if any(isinstance(action, argparse._SubParsersAction) for action in parser._actions):
        return parser.parse_args(argv)
    # argparse forgets a `--` when it looks for options between paths
    end = argv.index('--') if '--' in argv else len(argv)
    _refuse_option_files(argv[:end])
    parsed = parser.parse_intermixed_args(argv[:end])
    parsed.paths = [*parsed.paths, *argv[end + 1 :]]
    return parsed


def _refuse_option_files(words: list[str]) -> None:
    """A file of a repository that is called like an option must not become one when a hook passes its name."""
    for word in words:
        if word.startswith('-') and word != '-' and os.path.lexists(word):
            raise UsageError(
                f'{word} is the name of a file here and could be an option: put -- before file names'
            )
