"""`python -m artifacts_guard`."""

from __future__ import annotations

from artifacts_guard.cli.main import entry

if __name__ == '__main__':
    entry()
