"""Jinja in values of Ansible: what `{{ … }}` can be, and the words of a command line with it.

https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_templating.html
"""

from __future__ import annotations

import re

from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import between
from artifacts_guard.ci.fragments import joined
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Fragment

_MARK = re.compile(r'\{\{(?P<value>.*?)\}\}|\{%.*?%\}|\{#.*?#\}', re.DOTALL)
_SHELL_VARIABLE = re.compile(r'\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})')
# https://docs.ansible.com/ansible/latest/collections/ansible/builtin/env_lookup.html: of the machine that runs Ansible
_LOOKUP = re.compile(r'\b(?:lookup|query|q)\(\s*["\'](?:ansible\.builtin\.)?env["\']\s*,\s*["\'](\w+)["\']')
_REMOTE = re.compile(r'\bansible_env(?:\.(\w+)|\[["\'](\w+)["\']\])')
_NAME = re.compile(r'\s*([A-Za-z_][\w.]*)\s*(?:\||\Z)')
# filters that tell something about a value, not the value
_TELLING = re.compile(
    r'\|\s*(?:ansible\.builtin\.)?(?:length|count|bool|hash|checksum|password_hash|md5|sha1)\b'
)
_UNKNOWN = Reference('unknown', '')
# words of a command line: blanks, quoted text, escapes
_WORD_PART = re.compile(r'\s+|"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|\\(.)|[^\s"\'\\]+|["\'\\]', re.DOTALL)
_MOST_WORDS = 2000


def templated(fragment: Fragment, *, variables: bool = False) -> Template:
    """A value with its expressions; with `variables`, `$X` is one, too."""
    if '{' not in fragment.text and not (variables and '$' in fragment.text):
        return Template(fragment)
    return splice(fragment, _cuts(fragment, variables))


def _cuts(fragment: Fragment, variables: bool) -> Iterator[Cut]:
    at, text = 0, fragment.text
    for match in [*_MARK.finditer(text), None]:
        end = match.start() if match else len(text)
        for one in _SHELL_VARIABLE.finditer(text, at, end) if variables else ():
            yield Cut(*one.span(), choices=(Reference('variable', one[1] or one[2]),), early=False)
        if match is None:
            return
        at = match.end()
        value = match['value']
        if value is None:  # a statement or a comment
            yield Cut(*match.span(), said(fragment.place(*match.span()), ''))
        else:
            yield Cut(*match.span(), choices=choices(value), early=False)


def choices(expression: str) -> tuple[Reference | str, ...]:
    """What an expression can be: variables of Ansible, and of the environment in which it runs."""
    if _TELLING.search(expression):
        return (_UNKNOWN,)
    found = [Reference('variable', name) for name in _LOOKUP.findall(expression)]
    found += [Reference('variable', one or other) for one, other in _REMOTE.findall(expression)]
    name = _NAME.match(expression)
    if name and not name[1].startswith('ansible_env'):
        found.append(Reference('input', name[1]))
    return tuple(dict.fromkeys(found)) or (_UNKNOWN,)


def words(template: Template) -> list[Template]:
    """The words of a command line that no shell reads; expressions hold no blanks that count.

    https://docs.ansible.com/ansible/latest/collections/ansible/builtin/command_module.html
    """
    text = template.text
    for one in template.expressions:
        text = text[: one.start] + 'x' * (one.end - one.start) + text[one.end :]
    found: list[Template] = []
    parts: list[Template] = []
    for match in _WORD_PART.finditer(text):
        if match[0].isspace():
            if parts:
                found.append(joined(parts, ''))
            parts = []
            continue
        group = next((number for number in (1, 2, 3) if match[number] is not None), 0)
        parts.append(between(template, *match.span(group)))
        if len(found) >= _MOST_WORDS:
            return found
    return [*found, joined(parts, '')] if parts else found
