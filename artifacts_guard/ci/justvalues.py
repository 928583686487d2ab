"""Values of justfiles: strings, names, `+` and `/`, `env("X")`; and `{{ … }}` in recipes.

https://just.systems/man/en/expressions-and-substitutions.html
"""

from __future__ import annotations

import re

from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Place

_UNKNOWN = Reference('unknown', '')
_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n]+|\#.*$)
    |(?P<string>'''.*?'''|\"\"\".*?\"\"\"|'[^']*'|"(?:[^"\\]|\\.)*")
    |(?P<env>env(?:_var(?:_or_default)?)?\(\s*(?:'(?P<a>[^']*)'|"(?P<b>[^"]*)")\s*
        (?:,\s*(?:'(?P<c>[^']*)'|"(?P<d>[^"]*)")\s*)?\))
    |(?P<name>[A-Za-z_][\w-]*)(?!\s*\()
    |(?P<plus>\+)
    |(?P<slash>/)""",
    re.VERBOSE | re.DOTALL,
)
_OPEN = '{{'
_MOST = 10_000  # letters of an expression


def expression(fragment: Fragment) -> Template:
    """The value of an expression that is a whole fragment."""
    cuts = _cuts(fragment)
    if cuts is None:
        template = fragment if fragment.text else said(fragment.whole(), '-').fragment
        return Template(template, (Expression(0, len(template.text), (_UNKNOWN,), False),))
    return splice(fragment, cuts)


def _cuts(fragment: Fragment) -> list[Cut] | None:
    """What each token stands for; None for what is not understood (calls, `if`, backticks)."""
    text, at = fragment.text, 0
    cuts = []
    if len(text) > _MOST:
        return None
    while at < len(text):
        token = _TOKEN.match(text, at)
        if not token:
            return None
        place = fragment.place(at, token.end())
        kind = token.lastgroup if token.lastgroup in ('blank', 'string', 'name', 'plus', 'slash') else 'env'
        if kind == 'string':
            width = 3 if text.startswith(("'''", '"""'), at) else 1
            cuts.append(Cut(at, token.end(), said(place, text[at + width : token.end() - width])))
        elif kind == 'env':
            cuts.append(Cut(at, token.end(), choices=_environment(token), early=False))
        elif kind == 'name':
            if token['name'] in ('if', 'else', 'assert'):
                return None
            cuts.append(Cut(at, token.end(), choices=(Reference('input', token['name']),), early=False))
        else:
            cuts.append(Cut(at, token.end(), said(place, '/' if kind == 'slash' else '')))
        at = token.end()
    return cuts


def _environment(token: re.Match[str]) -> tuple[Reference | str, ...]:
    reference = Reference('variable', token['a'] or token['b'] or '')
    default = token['c'] if token['c'] is not None else token['d']
    return (reference,) if not default else (reference, default)


def interpolated(fragment: Fragment, known: frozenset[str]) -> Template:
    """Text of a recipe with `{{ … }}`; `{{{{` is a brace itself."""
    if _OPEN not in fragment.text:
        return Template(fragment)
    return splice(fragment, _interpolations(fragment, known))


def _interpolations(fragment: Fragment, known: frozenset[str]) -> Iterator[Cut]:
    text, at = fragment.text, 0
    while (at := text.find(_OPEN, at)) >= 0:
        if text.startswith('{{{{', at):
            yield Cut(at, at + 4, said(fragment.place(at, at + 4), _OPEN))
            at += 4
            continue
        end = text.find('}}', at)
        if end < 0:
            return
        yield Cut(at, end + 2, choices=_choices(fragment.slice(at + 2, end), known), early=False)
        at = end + 2


def _choices(inner: Fragment, known: frozenset[str]) -> tuple[Reference | str, ...]:
    """What an interpolation can carry: the names in it, or the string that it is."""
    template = expression(inner)
    found: list[Reference | str] = []
    for one in template.expressions:
        found += [c for c in one.choices if isinstance(c, str) or c.kind != 'input' or c.name in known]
    if not template.expressions:
        return (template.text,)
    if found == [_UNKNOWN]:
        # a call: its value is made of the names in it
        names = [n for n in re.findall(r'[A-Za-z_][\w-]*', inner.text) if n in known]
        found += [Reference('input', name) for name in dict.fromkeys(names)]
    return tuple(dict.fromkeys(found)) or (_UNKNOWN,)


def said_word(fragment: Fragment) -> Template:
    """A string that stands for itself."""
    return Template(fragment)


def reference(name: str, place: Place) -> Template:
    """The value of a parameter."""
    template = said(place, name)
    return template.replace(expressions=(Expression(0, len(name), (Reference('input', name),), False),))
