#!/usr/bin/env python3
"""Sets up everything on a fresh machine (Python 3.10+ and git) and runs it.

    python3 dev.py example     install into .venv, check the example repository
    python3 dev.py test        install into .venv with the test tools, run the tests
    python3 dev.py lint        ruff and mypy

Everything goes into `.venv` beside this file: the system's Python stays as it is, also where it
refuses `pip install` (PEP 668).
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, '.venv')
BIN = os.path.join(VENV, 'Scripts' if os.name == 'nt' else 'bin')
LOCK = os.path.join(ROOT, 'requirements.lock')
EXAMPLE = os.path.join('examples', 'storefront')


def main(arguments: list[str]) -> int:
    """Run one task; the rest of the command line goes to pytest."""
    task = arguments[0] if arguments else ''
    if task not in TASKS:
        print((__doc__ or '').strip(), file=sys.stderr)
        return 2
    if sys.version_info < (3, 10):
        print(f'Python 3.10 or newer is needed, this is {sys.version.split()[0]}', file=sys.stderr)
        return 2
    return TASKS[task](arguments[1:])


def example(_: list[str]) -> int:
    install('.')
    # findings are what it is to show: they are no failure here
    return run('artifacts-guard', 'check', '--exit-zero', EXAMPLE)


def test(arguments: list[str]) -> int:
    install('.[test]', editable=True)
    return run('python', '-m', 'pytest', '-n', 'auto', *arguments)


def lint(_: list[str]) -> int:
    install('.[test]', editable=True)
    checks = (
        ('ruff', 'check', '.'),
        ('ruff', 'format', '--check', '.'),
        ('mypy',),
        ('python', os.path.join('scripts', 'generate'), '--check'),
    )
    return max([run(*check) for check in checks])


TASKS = {'example': example, 'test': test, 'lint': lint}


def install(what: str, *, editable: bool = False) -> None:
    """Install this project into its own environment, with the versions of the lock file."""
    if not os.path.exists(os.path.join(BIN, 'python')) and not os.path.exists(
        os.path.join(BIN, 'python.exe')
    ):
        venv.EnvBuilder(with_pip=True, symlinks=os.name != 'nt').create(VENV)
    command = ['python', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-c', LOCK]
    status = run(*command, *(['-e'] if editable else []), what)
    if status:
        raise SystemExit(status)


def run(program: str, *arguments: str) -> int:
    return subprocess.call([os.path.join(BIN, program), *arguments], cwd=ROOT)


if __name__ == '__main__':
    raise SystemExit(main(sys.argv[1:]))
