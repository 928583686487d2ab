"""Placeholders and references: what stands where a token would, and is none that someone could use.

Whether a body was drawn or made up is decided by `randomness`, which loses fewer than 1 in 100,000
genuine keys of any length from 16 on and of any usual alphabet.
"""

from __future__ import annotations

from artifacts_guard.credentials.formats import BODY
from artifacts_guard.credentials.formats import family_by_prefix
from artifacts_guard.credentials.randomness import predictable

SHORTEST_LITERAL = 16  # shorter than any token that the service or its sessions use

# A value is no literal when one of these stands in it: an expansion, a mask, an elision, a bracketed name.
_MARKS = (
    '${', '$(', '#{', '{{', '}}', '%{', '<%', '<<', '[[', '`',
    '...', '…', '***', '•••', '●●●', '###', '???',
)  # fmt: skip

# … or when it begins so: it names a place where the value is kept, or holds the value encrypted.
_LEADS = (
    '/', './', '../', '~', '\\', '@', '!', '{', '<', '[',
    'http://', 'https://', 'file:', 'env:', 'env.', 'secret:', 'secrets.', 'vars.', 'vault:', 'vault/', 'op://', 'bws:',
    'ref+', 'arn:', 'ssm:', 'awssm:', 'gcp:', 'sm://', 'kms:', 'keyvault:', 'secretref:', 'doppler:', 'infisical:',
    'projects/', 'process.env', 'os.environ', 'os.getenv', 'import.meta', 'ENC[', 'ENCRYPTED[', 'secure:', 'sops:',
)  # fmt: skip


def is_placeholder(value: str) -> bool:
    """Whether a value has the look of a token but cannot be one that works.

    `value` is a whole token with its prefix, or the text that stands where one would
    (`aa_live_...`, `aa_k_***`); without a known prefix the whole value is judged as a body.
    """
    family = family_by_prefix(value)
    if family is None:
        return predictable(value)
    body = value[len(family.prefix) :]
    return len(body) < family.shortest or bool(body.strip(BODY)) or predictable(body)


def is_reference_or_placeholder(value: str) -> bool:
    """Whether a value given to a token input is something else than a usable literal.

    So are an empty or short value, an expansion (`$X`, `${X}`, `$(X)`, `{{x}}`, `%X%`, `<token>`), a mask
    (`***`, `...`), a path, a URL, a vault's reference, words, and whatever is a placeholder.
    """
    value = value.strip()
    if len(value) < SHORTEST_LITERAL or value.startswith(_LEADS) or len(value.split()) > 1:
        return True
    return any(mark in value for mark in _MARKS) or _expands(value) or is_placeholder(value)


def _expands(value: str) -> bool:
    """Whether a variable of a shell (`$NAME`) or of cmd (`%NAME%`, `!NAME!`) stands in a value."""
    at = value.find('$')
    while at >= 0:
        if value[at + 1 : at + 2].isidentifier():
            return True
        at = value.find('$', at + 1)
    for mark in '%!':
        parts = value.split(mark)
        if any(part.isidentifier() for part in parts[1:-1]):
            return True
    return False
