"""A detector for people who stay with detect-secrets: it finds this service's tokens in every form on a line.

    detect-secrets scan -p PATH/artifacts_guard/detect_secrets_plugin.py \\
        --disable-filter detect_secrets.filters.heuristic.is_indirect_reference

Without the second line that filter drops lines such as `client = Client("TOKEN")` before any detector sees them.
Both packages must be installed in one environment.  detect-secrets reads line by line and skips what is no
UTF-8, so tokens broken over lines and UTF-16 are for `artifacts-guard check`.
"""

from __future__ import annotations

from detect_secrets.plugins.base import BasePlugin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator


class AgentArtifactsDetector(BasePlugin):
    """Tokens of Agent Artifacts: API keys, agent tokens and claim tokens."""

    secret_type = 'Agent Artifacts Token'

    def analyze_string(self, string: str) -> Generator[str, None, None]:
        """Each token of a line; an encoded one as the text that stands there."""
        from artifacts_guard.credentials.find import tokens
        from artifacts_guard.text import Document

        for token in tokens(Document('', string)):
            yield string[token.span.start : token.span.end]
