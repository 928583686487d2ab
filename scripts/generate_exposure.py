"""docs/exposure.md: the truth table of tests/flow/forms.py as a page."""

from __future__ import annotations

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.flow.forms import FORMS  # noqa: E402
from tests.flow.forms import MEASURED  # noqa: E402

SINKS = {
    'flag': ('token-flag', 'error / warning / note'),
    'argv': ('token-in-argv', 'error / warning / note'),
    'log': ('token-in-log', 'error; warning where the system masks'),
    'url': ('token-in-url', 'error'),
    'disk': ('token-to-disk', 'error; note for a private file that a trap removes'),
    'image': ('token-in-image', 'error'),
}
HEAD = """# What shows a token, and what does not

Each row is a shell form run with `T` (and `AGENT_ARTIFACTS_TOKEN`) holding a token. It is a test of the analysis
(`tests/flow/forms.py`). Where the last column says *seen* or *not seen*, the form was really run, and another user of the
host looked at `/proc/*/cmdline` meanwhile (`tests/flow/test_oracle.py`, on Linux as root).

Two things to know. The shell puts a variable's value in before it starts a program: quotes, variables and `$(cat file)` hide
nothing. And the environment keeps a token from other *users*, not from other processes of the same user; standard
input keeps it from these, too.

| rule | level on a shared / unknown / thrown-away host |
|---|---|
"""


def exposure() -> dict[str, str]:
    """The page."""
    lines = [f'| [{rule}](rules/{rule}.md) | {level} |' for rule, level in SINKS.values()]
    lines += ['', '| form | script | reported | another user |', '|---|---|---|---|']
    for sentence, script, sinks in FORMS:
        reported = ', '.join(dict.fromkeys(f'`{SINKS[sink][0]}`' for sink in sinks)) or 'nothing'
        seen = {True: 'seen', False: 'not seen', None: ''}[MEASURED.get(sentence)]
        code = '<br>'.join(f'`` {line} ``' for line in script.replace('|', '\\|').splitlines())
        lines.append(f'| {sentence} | {code} | {reported} | {seen} |')
    return {'docs/exposure.md': HEAD + '\n'.join(lines) + '\n'}
