"""Texts of rules with the words of a fact in them.

    {field}            the field's value; a list is joined: a, b and c
    {`field`}          the same, each value between backticks
    {field:,}          a list joined for a command line: a,b,c
    {field|or this}    what stands there when the field is empty
    {host}             the job's host in words, from its tenancy and runner
    {call}             the command with the program's name, as people type it; a REST operation as it is

Braces after `$`, doubled braces and braces around anything else stand for themselves, so shell and
pipeline snippets can be written as they are.
"""

from __future__ import annotations

import re

from artifacts_guard.engine.vocabulary import EPHEMERAL
from artifacts_guard.engine.vocabulary import SHARED
from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.facts.model import Fact

_FIELD = lazy(r'(?<![${\w])\{(`?)([a-z_]+)\1(:,)?(?:\|([^{}]*))?\}(?!\})')
_UNKNOWN_PART = '\ufffc'  # stands in values for what cannot be known before the run
_LONGEST = 120  # characters of one value; names in pipelines can be of any length

_HOSTS = {
    SHARED: 'a host that other jobs or people use too',
    EPHEMERAL: 'a machine that is thrown away after this job',
}
DERIVED = {'host': _HOSTS[SHARED], 'call': 'artifacts push'}  # words that are made, and an example of each


def names(text: str) -> tuple[str, ...]:
    """The fields that a text mentions, in order."""
    return tuple(match[2] for match in _FIELD.finditer(text))


def rendered(text: str, fact: Fact) -> str:
    """The text with the words of a fact in it."""
    return _FIELD.sub(lambda match: _value(match, fact) or match[4] or '', text) if '{' in text else text


def _value(match: re.Match[str], fact: Fact) -> str:
    quote, name, listed = match[1], match[2], match[3]
    if name == 'host':
        return _host(fact)
    value = _call(fact) if name == 'call' else getattr(fact, name)
    if not isinstance(value, tuple):
        return _quoted(str(value), quote) if value != '' else ''
    items = [_quoted(item, quote) for item in value]
    return ','.join(items) if listed else joined(items)


def sentence(text: str, fact: Fact) -> str:
    """The text with the words of a fact in it, beginning with a capital letter."""
    words = rendered(text.strip(), fact)
    return words[:1].upper() + words[1:]


def _quoted(value: str, quote: str) -> str:
    """One line of bounded length, so that nothing in a document can disturb a sentence."""
    line = ' '.join(value.replace(_UNKNOWN_PART, '…').split())
    if len(line) > _LONGEST:
        line = line[: _LONGEST - 1] + '…'
    return f'`{line.replace("`", "ˋ")}`' if quote else line


def _call(fact: Fact) -> str:
    command: str = getattr(fact, 'command', '')
    if command in ('', 'unknown'):
        return ''
    return command if command[0].isupper() else f'artifacts {command}'


def _host(fact: Fact) -> str:
    """The tenancy in words, with the runner's label; the evidence after it is said by the trail."""
    words = _HOSTS.get(fact.tenancy, 'an unknown host')
    label, evidence, _ = fact.runner.partition(' (')
    return f'{words} ({_quoted(label, "`" if evidence else "")})' if label else words


def joined(items: list[str]) -> str:
    """a · a and b · a, b and c"""
    return ' and '.join([', '.join(items[:-1]), items[-1]]) if len(items) > 1 else ''.join(items)


def generic(text: str) -> str:
    """The text without any fact: what stands for an empty field, or three dots."""
    return _FIELD.sub(lambda match: match[4] or DERIVED.get(match[2], '…'), text)


def unsupported(text: str) -> tuple[str, ...]:
    """The fields that a text mentions without saying what stands there when there is no value."""
    return tuple(match[2] for match in _FIELD.finditer(text) if not match[4])
