"""The security review: one or many repositories, what the service lists, and the questions that a reviewer asks.

repository → shard (`snapshot`), shards + keys + logs → tables (`inventory`, `database`), tables → reports (`pages`).
"""

from __future__ import annotations

VERSION = 1  # of the form of shards
