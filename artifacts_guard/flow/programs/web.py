"""HTTP requests made by commands: curl, wget, httpie and their like, and PowerShell's cmdlets."""

from __future__ import annotations

import re

from artifacts_guard.flow.programs.options import UNKNOWN
from artifacts_guard.flow.programs.options import Given
from artifacts_guard.flow.programs.table import View
from artifacts_guard.flow.programs.table import words_of
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# patterns are text: they are compiled when first used, not when the module is imported
_BEARER = r'(?i)\s*authorization\s*[:=]\s*["\']?(?:bearer\b|\ufffc)'
_METHODS = frozenset(('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'))
# separators of httpie's request items, longest first where one begins like another
_ITEM = r'(?P<name>[^\s:=@;\ufffc]{1,200})(?P<mark>:=@|:=|==|=@|:@|=|:|@|;)'


class Request(Record):
    """An HTTP request made by a command.

    `method` in capitals (derived where the program derives it; '' when unknown).  `urls`, `headers` are word indices;
    `bearer` is the word whose header or option is the bearer token (`-H 'Authorization: Bearer …'`, `--oauth2-bearer`), -1
    when none.  `credentials`: words with user:password.  `data`: words with body data; `data_stdin`/`data_files`: body from
    stdin, from the files named in these words.  `config_stdin`/`config_files`: options or headers read from stdin or files
    (`--config -`, `-K f`, `-H @-`, `-H @f`).  `output`: the word that names the file it writes, -1 for standard output.
    `in_process`: a cmdlet: its arguments are no process's argv.
    """

    method: str = ''
    urls: tuple[int, ...] = ()
    headers: tuple[int, ...] = ()
    bearer: int = -1
    credentials: tuple[int, ...] = ()
    data: tuple[int, ...] = ()
    data_stdin: bool = False
    data_files: tuple[int, ...] = ()
    config_stdin: bool = False
    config_files: tuple[int, ...] = ()
    output: int = -1
    in_process: bool = False


def request(row: dict[str, Any], words: Sequence[str]) -> Request | None:
    """See `Program.request`."""
    view = View(row, words)
    spec = view.spec.get('request')
    if spec is None:
        return None
    made = _Made(view, spec)
    made.headers_and_bearer()
    made.bodies()
    made.files()
    if spec.get('items'):
        made.items()
    elif not made.urls:
        made.urls = list(view.operands)
    return made.request(row)


class _Made:
    """A request while its parts are collected."""

    def __init__(self, view: View, spec: dict[str, Any]) -> None:
        self.view = view
        self.spec = spec
        self.method = ''
        self.urls = [g.value_index for g in self._given('url') if g.value_index >= 0]
        self.headers: list[int] = []
        self.bearer = -1
        self.credentials: list[int] = []
        self.data: list[int] = []
        self.data_stdin = False
        self.data_files: list[int] = []
        self.config_stdin = False
        self.config_files: list[int] = []

    def _given(self, key: str) -> tuple[Given, ...]:
        return tuple(g for g in self.view.options.all(words_of(self.spec.get(key, ''))) if g.value_index >= 0)

    def _has(self, key: str) -> bool:
        return self.view.options.has(words_of(self.spec.get(key, '')))

    def headers_and_bearer(self) -> None:
        for given in self._given('header'):
            value = given.value or ''
            if value.startswith('@'):
                self._from_file(value[1:], given.value_index)
                continue
            self.headers.append(given.value_index)
            if is_bearer(value):
                self.bearer = given.value_index
        for given in self._given('bearer'):
            self.bearer = given.value_index
        for given in self._given('user'):
            self.credentials.append(given.value_index)
        auth_type = self.view.value(self.spec.get('auth_type', ''))
        if auth_type.lower() == 'bearer' and self.credentials:
            self.bearer = self.credentials.pop()
        for given in self._given('config'):
            self._from_file(given.value or '', given.value_index)

    def _from_file(self, name: str, index: int) -> None:
        if name in ('-', '/dev/stdin', '/dev/fd/0'):
            self.config_stdin = True
        else:
            self.config_files.append(index)

    def bodies(self) -> None:
        for given in self._given('data'):
            self._body(given.value or '', given.value_index)
        for given in self._given('raw'):
            self.data.append(given.value_index)
        for given in self._given('form'):
            mark = re.match(r'[^=]{0,200}=[@<]', given.value or '')
            (self.data_files if mark else self.data).append(given.value_index)
        for given in self._given('upload'):
            if given.value in ('-', '.'):
                self.data_stdin = True
            else:
                self.data_files.append(given.value_index)

    def _body(self, value: str, index: int) -> None:
        """`@-`, `@file`, or the data itself (`--data-urlencode name@file` too)."""
        if value in ('@-', '@/dev/stdin'):
            self.data_stdin = True
        elif value.startswith('@'):
            self.data_files.append(index)
        else:
            self.data.append(index)

    def files(self) -> None:
        given = self._given('method')
        if given:
            value = given[-1].value or ''
            self.method = '' if UNKNOWN in value else value.upper()
        elif self._has('head'):
            self.method = 'HEAD'
        elif self._has('get'):
            self.method = 'GET'
        elif self._given('upload') and 'post_upload' not in self.spec:
            self.method = 'PUT'
        elif self.data or self.data_files or self.data_stdin:
            self.method = 'POST'
        else:
            self.method = 'GET'

    def items(self) -> None:
        """httpie: `[METHOD] URL [Header:value] [field=value] [field:=json] [query==value] [field@file]`."""
        words, operands = self.view.words, list(self.view.operands)
        explicit = bool(operands) and words[operands[0]].upper() in _METHODS
        if explicit:
            self.method = words[operands.pop(0)].upper()
        self.urls = operands[:1]
        for index in operands[1:]:
            match = re.match(_ITEM, words[index])
            mark = match['mark'] if match else '='
            if mark in (':', ';'):
                self.headers.append(index)
                if is_bearer(words[index]):
                    self.bearer = index
            elif mark in ('@', '=@', ':=@', ':@'):
                self.data_files.append(index)
            elif mark != '==':
                self.data.append(index)
        if not explicit:
            self.method = 'POST' if self.data or self.data_files else 'GET'

    def request(self, row: dict[str, Any]) -> Request:
        output = self._given('output')
        standard = bool(output) and output[-1].value in ('-', '/dev/stdout')
        return Request(
            self.method,
            urls=tuple(self.urls),
            headers=tuple(self.headers),
            bearer=self.bearer,
            credentials=tuple(self.credentials),
            data=tuple(self.data),
            data_stdin=self.data_stdin,
            data_files=tuple(self.data_files),
            config_stdin=self.config_stdin,
            config_files=tuple(sorted(self.config_files)),
            output=output[-1].value_index if output and not standard else -1,
            in_process=bool(row.get('cmdlet')),
        )


def is_bearer(header: str) -> bool:
    """Whether a header carries a bearer token, or an authorization whose scheme is not known."""
    return re.match(_BEARER, header) is not None
