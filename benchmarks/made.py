"""What is measured on when nothing else is given: texts, a script and workflows, the same for the same number."""

from __future__ import annotations

import random

WORDS = (
    'report',
    'of',
    'a',
    'build',
    'shows',
    'what',
    'was',
    'measured',
    'why',
    'it',
    'had',
    'not',
    'been',
    'fast',
)
ONE_RULE = """\
rules:
  - name: key of the service
    id: benchmark.key
    pattern: '(aa_(?:k|at|claim)_[A-Za-z0-9_-]{43})'
    confidence: medium
"""
SCRIPT = """\
#!/usr/bin/env bash
set -euo pipefail
export AGENT_ARTIFACTS_NO_INPUT=1
make report.md
artifacts push --private --project-slug reports --file report.md --token "$AGENT_ARTIFACTS_TOKEN"
"""
WORKFLOW = """\
name: report {number}
on:
  push:
    branches: [main]
  schedule:
    - cron: "{minute} 4 * * *"
permissions:
  contents: read
env:
  NODE_ENV: production
jobs:
  test:
    runs-on: ${{{{ matrix.os }}}}
    strategy:
      matrix:
        os: [ubuntu-24.04, windows-2025, macos-15]
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: "{node}"
          cache: npm
      - run: npm ci
      - name: test
        run: |
          npm test -- --reporter junit | tee test.log
          if grep -q FAILED test.log; then
            echo "::error::{words}"
            exit 1
          fi
  report:
    needs: [test]
    runs-on: {runner}
    steps:
      - uses: actions/checkout@v4
      - name: render
        run: node tools/render.mjs --title "{words}" > report.md
      - name: publish
        env:
          AGENT_ARTIFACTS_NO_INPUT: "1"
          AGENT_ARTIFACTS_TOKEN: ${{{{ secrets.REPORT_KEY_{number} }}}}
        run: |
          set -euo pipefail
          args=(--private --project-slug reports --file report.md)
          artifacts push "${{args[@]}}" {flag}
"""


def text(seed: int, size: int) -> str:
    """Lines of words, the same for the same seed."""
    draw = random.Random(seed)
    lines: list[str] = []
    length = 0
    while length < size:
        lines.append(' '.join(draw.choices(WORDS, k=10)))
        length += len(lines[-1]) + 1
    return '\n'.join(lines) + '\n'


def workflow(number: int) -> str:
    draw = random.Random(number)
    return WORKFLOW.format(
        number=number,
        minute=number % 60,
        node=draw.choice([20, 22, 24]),
        runner=draw.choice(['ubuntu-24.04', '[self-hosted, linux]', 'macos-15']),
        words=' '.join(draw.choices(WORDS, k=6)),
        flag=draw.choice(['', '--token "$AGENT_ARTIFACTS_TOKEN"', '--format json > out.json']),
    )
