"""The service's tokens as rules of other scanners, all written from the one table of families.

Their patterns see plain tokens only, and only the length and the last character tell a token from what looks like one.
No word boundary stands before a pattern: it would miss a token after `\\n` in JSON, a colour in a log and `%0A` in a URL.
"""

from __future__ import annotations

from artifacts_guard.credentials.formats import CANONICAL_ENDS
from artifacts_guard.credentials.formats import FAMILIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from artifacts_guard.credentials.formats import Family

_CHARACTER = '[A-Za-z0-9_-]'
_OTHER = '[^A-Za-z0-9_-]'
_HOME = 'https://hostartifacts.dev'
_LEAST_ENTROPY = 3.0  # a body of 16 drawn characters has less only once in 400,000 times

_MADE = 'Made by `artifacts-guard rules export {}`.'


def _pattern(family: Family) -> str:
    if family.issued:
        return f'{family.prefix}{_CHARACTER}{{{family.shortest - 1}}}[{CANONICAL_ENDS}]'
    return f'{family.prefix}{_CHARACTER}{{{family.shortest},}}'


def _id(family: Family) -> str:
    return f'agent-artifacts-{family.name}'


def _title(family: Family) -> str:
    return f'Agent Artifacts {family.name.replace("-", " ")}'


def _closed(family: Family) -> str:
    """The pattern as a group, with what may follow a token: most engines cannot look ahead."""
    return f'({_pattern(family)})(?:{_OTHER}|$)'


def gitleaks() -> str:
    """A configuration of Gitleaks that adds to its own rules: https://github.com/gitleaks/gitleaks#configuration"""
    more = f'secretGroup = 1\nentropy = {_LEAST_ENTROPY}\n'
    return f'# {_MADE.format("gitleaks")}\n[extend]\nuseDefault = true\n\n{_rules(more)}'


def betterleaks() -> str:
    """The same for Betterleaks, which takes the group by itself and from version 2 on refuses fields that it does not know.

    https://github.com/betterleaks/betterleaks
    """
    return f'# {_MADE.format("betterleaks")}\n[extend]\nuseDefault = true\n\n{_rules()}'


def _rules(more: str = '') -> str:
    """Rules in the TOML that began with Gitleaks, each with some fields more."""
    return '\n'.join(
        '[[rules]]\n'
        f"id = '{_id(family)}'\n"
        f"description = '{_title(family)}'\n"
        f"regex = '''{_closed(family)}'''\n"
        f"keywords = ['{family.prefix}']\n"
        f'{more}'
        for family in FAMILIES
    )


def gitlab() -> str:
    """`.gitlab/secret-detection-ruleset.toml`, which adds to the rules of GitLab's pipeline secret detection.

    https://docs.gitlab.com/user/application_security/secret_detection/pipeline/configure/
    """
    return (
        f'# {_MADE.format("gitlab")}\n'
        '[secrets]\n'
        '[[secrets.passthrough]]\n'
        'type = "raw"\n'
        'target = "gitleaks.toml"\n'
        'value = """\n'
        '[extend]\n'
        '# the analyzer keeps its own rules here\n'
        'path = "/gitleaks.toml"\n\n'
        f'{_rules()}"""\n'
    )


def kingfisher() -> str:
    """Rules of Kingfisher, for `--rules-path`: https://mongodb.github.io/kingfisher/rules/overview"""
    rules = ''.join(
        f'  - name: {_title(family)}\n'
        f'    id: agentartifacts.{number}\n'
        f"    pattern: '{_closed(family)}'\n"
        f'    min_entropy: {_LEAST_ENTROPY}\n'
        f'    confidence: {"high" if family.issued else "medium"}\n'
        f'    references: [{_HOME}]\n'
        for number, family in enumerate(FAMILIES, 1)
    )
    return f'# {_MADE.format("kingfisher")}\nrules:\n{rules}'


def trufflehog() -> str:
    """Custom detectors of TruffleHog, for `--config`.

    https://github.com/trufflesecurity/trufflehog/blob/main/pkg/custom_detectors/CUSTOM_DETECTORS.md
    """
    detectors = ''.join(
        f'  - name: {_id(family)}\n'
        f'    keywords: [{family.prefix}]\n'
        '    regex:\n'
        f"      token: '{_closed(family)}'\n"
        f'    entropy: {_LEAST_ENTROPY}\n'
        for family in FAMILIES
    )
    return f'# {_MADE.format("trufflehog")}\ndetectors:\n{detectors}'


def github() -> str:
    """Custom patterns of GitHub's secret scanning, one JSON object for each, by the names of its form.

    https://docs.github.com/en/code-security/reference/secret-security/custom-patterns
    """
    import json

    patterns = [
        {
            'pattern_name': _title(family),
            'secret_format': _pattern(family),
            'before_secret': r'\A|[\s\S]',
            'after_secret': rf'\z|{_OTHER}',
        }
        for family in FAMILIES
    ]
    return json.dumps(patterns, indent=2) + '\n'


WRITERS: dict[str, Callable[[], str]] = {
    'gitleaks': gitleaks,
    'betterleaks': betterleaks,
    'kingfisher': kingfisher,
    'trufflehog': trufflehog,
    'github': github,
    'gitlab': gitlab,
}
