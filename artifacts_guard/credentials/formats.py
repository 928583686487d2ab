"""The token families of the service: what each looks like, as a table.

Measured on the service itself: `aa_k_`, `aa_at_` and `aa_claim_` are followed by 32 random bytes
in base64url without padding; `aa_live_` is the form that the guide on API keys shows.
"""

from __future__ import annotations

from artifacts_guard.record import Record
from artifacts_guard.secret import Secret

BODY = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'

# 43 characters of 6 bits hold 258 bits: the last one carries 4 bits of the 32 bytes and ends in 00.
CANONICAL_ENDS = 'AEIMQUYcgkosw048'


class Family(Record):
    """A kind of token: `prefix` and a body of `shortest` to `longest` characters of `BODY`."""

    name: str
    prefix: str
    shortest: int
    longest: int

    @property
    def issued(self) -> bool:
        """Minted by the server, so its length is exact and its last character tells something."""
        return self.shortest == self.longest

    def accepts(self, body: str) -> bool:
        """Whether a body has the family's length (its characters are taken to be right)."""
        return self.shortest <= len(body) <= self.longest

    def canonical(self, body: str) -> bool:
        """Whether 32 bytes can end in the body's last character; always so for a documented key."""
        return not self.issued or body[-1:] in CANONICAL_ENDS


API_KEY = Family('api-key', 'aa_k_', 43, 43)
DOCUMENTED_KEY = Family('documented-key', 'aa_live_', 16, 512)
AGENT_TOKEN = Family('agent-token', 'aa_at_', 43, 43)
CLAIM_TOKEN = Family('claim-token', 'aa_claim_', 43, 43)

FAMILIES = (API_KEY, DOCUMENTED_KEY, AGENT_TOKEN, CLAIM_TOKEN)
BY_PREFIX = {family.prefix: family for family in FAMILIES}


def family_by_prefix(text: str) -> Family | None:
    """The family whose prefix a text begins with."""
    for family in FAMILIES:
        if text.startswith(family.prefix):
            return family
    return None


def family_of(text: str) -> Family | None:
    """The family of a text that is a token and nothing else; a placeholder has the form, too."""
    family = family_by_prefix(text)
    if family is None:
        return None
    body = text[len(family.prefix) :]
    return family if family.accepts(body) and not body.strip(BODY) else None


def secret(text: str) -> Secret:
    """A value as a `Secret` that shows its family's prefix, if it has one: `aa_k_…#9f3c`."""
    family = family_by_prefix(text)
    return Secret(text, family.prefix if family else '')
