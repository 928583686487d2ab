"""Invoke-RestMethod and Invoke-WebRequest: what they send stays in the process.

https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/invoke-restmethod
"""

from __future__ import annotations

from artifacts_guard.flow import external
from artifacts_guard.flow import http
from artifacts_guard.flow import process
from artifacts_guard.flow import structures
from artifacts_guard.flow.cmdlets.arguments import Arguments
from artifacts_guard.flow.cmdlets.arguments import read
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.programs import program
from artifacts_guard.flow.urls import secrets_in_urls
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import literal
from artifacts_guard.flow.value import text
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.call import Call
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.value import Value

_VALUES_WORDS = (
    'uri method custommethod headers body contenttype outfile infile authentication token credential useragent timeoutsec '
    'form proxy sessionvariable websession maximumretrycount retryintervalsec httpversion certificate certificatethumbprint '
    'statuscodevariable responseheadersvariable maximumredirection transferencoding sslprotocol'
)
VALUES = _VALUES_WORDS.split()
_SWITCHES_WORDS = (
    'usebasicparsing usedefaultcredentials disablekeepalive skipcertificatecheck skiphttperrorcheck skipheadervalidation '
    'followrellink passthru resume allowunencryptedauthentication allowinsecureredirect preserveauthorizationonredirect'
)
SWITCHES = _SWITCHES_WORDS.split()
_CANONICAL = 'Invoke-RestMethod'
_OWN_WORDS = frozenset(('-uri', '-headers', '-method', '-outfile', '-usebasicparsing', '-body', '-infile'))


def request(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """A request; each header becomes a word of its own, as other programs have it."""
    words = [Field(literal(_CANONICAL, call.written), call.fields[0].written)]
    taken = False
    for name, value in arguments.named:
        taken = taken or name == 'uri'
        if value is None:
            words.append(_option(name, call))
        elif name == 'headers':
            for header in _headers(value):
                words += [_option(name, call), header]
        else:
            given = value.replace(chunks=structures.as_json(value.chunks)) if name == 'body' else value
            words += [_option('method' if name == 'custommethod' else name, call), given]
    for operand in arguments.operands:
        words += [operand] if taken else [_option('uri', call), operand]
        taken = True
    if call.io.stdin and arguments.value('body', 'infile') is None:
        words += [_option('body', call), Field(structures.as_json(call.io.stdin), call.written)]
    made = call.replace(fields=tuple(words), io=call.io.replace(stdin=None, emissions=()))
    for word in words:
        for source in secrets_in_urls(word):
            external.leak(run, call, 'url', word, source, '-Uri')
    row = program(_CANONICAL)
    found = row.request(made.words) if row is not None else None
    if found is None:
        return Output((Emission(unknown(), call.written, call.name),))
    return http.request(run, made, found, call.state)


def _option(name: str, call: Call) -> Field:
    return Field(literal(f'-{name}', call.written), call.written)


def _headers(field: Field) -> list[Field]:
    """The headers of a table as `Name: value`; another value is one that may hold any."""
    entries = structures.entries(field.chunks)
    if entries is None:
        start = text(field.chunks).lower().find('authorization')
        return [field] if start <= 0 else [Field(_from(field.chunks, 'authorization'), field.written)]
    return [Field((*name, Chunk(': '), *value), _written(name, value, field)) for _, value, name in entries]


def _written(name: Value, value: Value, field: Field):  # type: ignore[no-untyped-def]
    return next((c.written for c in (*name, *value) if c.written is not None), field.written)


def _from(chunks: Value, mark: str) -> Value:
    """The value from a mark on, as far as that is known text."""
    for index, chunk in enumerate(chunks):
        at = (chunk.text or '').lower().find(mark)
        if at >= 0:
            return (chunk.replace(text=(chunk.text or '')[at:]), *chunks[index + 1 :])
    return EMPTY


def curl(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """`curl` and `wget` are aliases in Windows PowerShell, programs elsewhere: the words tell."""
    if any(word.lower() in _OWN_WORDS for word in call.words[1:]):
        return request(run, call, read(call.fields[1:], VALUES, SWITCHES))
    return process.process(run, call)
