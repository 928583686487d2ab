"""What programs do with a secret that reaches them: one table of data (`data/programs.json`), read by rows.

`words` is always the whole command line as the program gets it: word 0 is the program as written, and all
indices are indices into it.  Unknown parts of a word are U+FFFC (a token reference is rendered so, too); a word that is
only U+FFFC may be anything.  No function raises on any words.
"""

from __future__ import annotations

from functools import lru_cache

from artifacts_guard.flow.programs import environment
from artifacts_guard.flow.programs import files
from artifacts_guard.flow.programs import table
from artifacts_guard.flow.programs import wrappers
from artifacts_guard.flow.programs.options import UNKNOWN
from artifacts_guard.flow.programs.shells import BUILTINS
from artifacts_guard.flow.programs.shells import CMD_BUILTINS
from artifacts_guard.flow.programs.shells import POWERSHELL_BUILTINS
from artifacts_guard.flow.programs.table import View
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from artifacts_guard.flow.programs.environment import BuildArgument
    from artifacts_guard.flow.programs.packages import Install
    from artifacts_guard.flow.programs.secrets import Store
    from artifacts_guard.flow.programs.web import Request
    from artifacts_guard.flow.programs.wrappers import Inner

__all__ = (
    'BUILTINS',
    'CMD_BUILTINS',
    'POWERSHELL_BUILTINS',
    'UNKNOWN',
    'Program',
    'program',
    'programs',
)


class Program(Record):
    """One row of the table.

    `kind` groups rows for people; `source` is the page the row was made from.  `passes_stdin`: its output can hold
    its input.  `digests`: its output is made of its input but does not carry it.  `prints_arguments`: writes its
    arguments to standard output (not `printf -v`).  `echoes_arguments`: its output can hold parts of its arguments (`sed`,
    `jq --arg`, `awk -v`).  `builtin`: shells have it built in (a path or a wrapper in front makes it a process all
    the same).  `cmdlet`: PowerShell's own: arguments stay in the process.  `features`: all that the row speaks of.
    """

    name: str
    row: dict[str, Any]
    aliases: tuple[str, ...] = ()
    kind: str = ''
    source: str = ''
    note: str = ''
    passes_stdin: bool = False
    digests: bool = False
    prints_arguments: bool = False
    echoes_arguments: bool = False
    builtin: bool = False
    cmdlet: bool = False
    features: frozenset[str] = frozenset()

    def _lacks(self, *features: str) -> bool:
        """None of the row's forms says anything about these: no need to read the words."""
        return self.features.isdisjoint(features)

    @property
    def is_wrapper(self) -> bool:
        return not self._lacks('shell', 'wrapper')

    def inner(self, words: Sequence[str]) -> Inner | None:
        """What it runs, for a wrapper or a shell; None when it runs nothing (`env` alone, `sudo -l`)."""
        return wrappers.inner(self.row, words) if self.is_wrapper else None

    def carries(self, words: Sequence[str], names: Sequence[str] = ()) -> bool:
        """Whether its output can hold a secret that is in its input: passes_stdin, and neither digests nor drops."""
        if self._lacks('passes', 'passes_flags'):
            return False
        view = View(self.row, words)
        passes = bool(view.spec.get('passes')) or view.has('passes_flags')
        return passes and not view.spec.get('digests') and not self.drops(words, names)

    def drops(self, words: Sequence[str], names: Sequence[str] = ()) -> bool:
        """Whether this call of a filter leaves the secret out: `grep -v TOKEN`, `cut -d= -f1`, `jq .data.apiKey.id`.

        `names` are the variables whose values are in the input as NAME=VALUE lines; without them, any name of a token.
        """
        if self._lacks('drop', 'quiet'):
            return False
        from artifacts_guard.flow.programs import filters

        return filters.drops(self.row, words, names)

    def swallows_output(self, words: Sequence[str]) -> bool:
        """Whether it is known to take its standard input and print none of it (stores, digests, `--password-stdin`)."""
        view = View(self.row, words)
        if (
            view.spec.get('digests')
            or view.spec.get('swallows')
            or view.has('swallow_flags')
            or view.has('quiet')
        ):
            return True
        stored = self.store(words)
        return stored is not None and stored.arrives == 'stdin'

    def prints_files(self, words: Sequence[str]) -> tuple[int, ...]:
        """Words naming files whose content it writes to standard output (`cat F`, `jq . F`, `dd if=F`)."""
        return () if self._lacks('prints') else files.prints(self.row, words)

    def reads_files(self, words: Sequence[str]) -> tuple[int, ...]:
        """Words naming files it reads at all (also `@file`, `-K file`, `--env-file f`; the word may have that prefix)."""
        return () if self._lacks('prints', 'reads', 'request', 'store') else files.reads(self.row, words)

    def writes(self, words: Sequence[str]) -> tuple[int, ...]:
        """Words naming files it writes what it was given to (`tee F`, `sed -i F`; the word can be `of=F`, `--output=F`)."""
        return () if self._lacks('writes') else files.writes(self.row, words)

    def dumps_environment(self, words: Sequence[str]) -> tuple[str, ...] | None:
        """The names of variables whose values it prints; () for all; None when it prints none."""
        return None if self._lacks('dump', 'prints') else environment.dumps(self.row, words)

    def substitutes(self, words: Sequence[str]) -> tuple[str, ...] | None:
        """Names of variables that it writes the values of wherever its input names them (`envsubst`); () for any, None: none."""
        return None if self._lacks('substitutes') else environment.substitutes(self.row, words)

    def verbose(self, words: Sequence[str]) -> bool:
        """Whether it shows headers or arguments on standard error (`curl -v`, `wget -d`, `artifacts --debug`)."""
        if self._lacks('verbose', 'trace'):
            return False
        view = View(self.row, words)
        if view.has('verbose'):
            return True
        traces = view.options.all(view.flags('trace'))
        return any((given.value or '') in ('-', '%', '/dev/stderr', '/dev/stdout') for given in traces)

    def store(self, words: Sequence[str]) -> Store | None:
        """The store that it puts a secret into."""
        if self._lacks('store'):
            return None
        from artifacts_guard.flow.programs import secrets

        return secrets.store(self.row, words)

    def yields_secret(self, words: Sequence[str]) -> str | None:
        """A stable name of the place whose secret it prints (`vault kv get -field=token ci/x` → `vault:ci/x#token`).

        Parts that are not known are `…`; two names with such a part need not be the same place.
        """
        if self._lacks('yields', 'secret_files'):
            return None
        from artifacts_guard.flow.programs import secrets

        return secrets.yields_secret(self.row, words)

    def pass_through(self, words: Sequence[str]) -> tuple[str, ...]:
        """Names of environment variables handed on by name only (`docker run -e NAME`, `sudo --preserve-env=A,B`)."""
        return () if self._lacks('env', 'wrapper', 'send_env') else environment.pass_through(self.row, words)

    def assigns(self, words: Sequence[str]) -> tuple[tuple[str, int], ...]:
        """(name, word index) of NAME=VALUE given to an option (`docker run -e A=B`, `--env=A=B`)."""
        return () if self._lacks('env', 'send_env') else environment.assigns(self.row, words)

    def build_args(self, words: Sequence[str]) -> tuple[BuildArgument, ...]:
        """The `--build-arg`s of an image build."""
        return () if self._lacks('build_args') else environment.build_args(self.row, words)

    def request(self, words: Sequence[str]) -> Request | None:
        """The HTTP request that it makes."""
        if self._lacks('request'):
            return None
        from artifacts_guard.flow.programs import web

        return web.request(self.row, words)

    def installs(self, words: Sequence[str]) -> tuple[Install, ...]:
        """The packages that it installs, or runs from a registry."""
        if self._lacks('install'):
            return ()
        from artifacts_guard.flow.programs import packages

        return packages.installs(self.row, words)


@lru_cache(maxsize=1024)
def _program(name: str) -> Program:
    row = table.rows()[name]
    forms = (row, *row.get('forms', ()))
    return Program(
        name,
        row,
        aliases=tuple(row.get('aliases', '').split()),
        kind=row['kind'],
        source=row['source'],
        note=row.get('note', ''),
        passes_stdin=any(form.get('passes') or form.get('passes_flags') for form in forms),
        digests=bool(row.get('digests')),
        prints_arguments=bool(row.get('prints_arguments')),
        echoes_arguments=bool(row.get('echoes_arguments')),
        builtin=bool(row.get('builtin')),
        cmdlet=bool(row.get('cmdlet')),
        features=frozenset(key for form in forms for key in form),
    )


def program(name: str) -> Program | None:
    """The row of a program by name, path (`/usr/bin/env`) or Windows name (`curl.exe`, any case)."""
    found = table.find(name)
    return None if found is None else _program(found)


def programs() -> tuple[Program, ...]:
    """All rows, in the data's order."""
    return tuple(_program(name) for name in table.rows())
