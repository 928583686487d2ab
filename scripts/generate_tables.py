"""Write the pages made from data: `docs/scopes.md` from service.json and `docs/programs.md` from programs.json.

python scripts/generate_tables.py           write them
python scripts/generate_tables.py --check   exit 1 when one is out of date
"""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_ROOT))

from artifacts_guard.flow.programs import Program  # noqa: E402
from artifacts_guard.flow.programs import programs  # noqa: E402
from artifacts_guard.scopes.catalogue import DANGEROUS  # noqa: E402
from artifacts_guard.scopes.catalogue import DEFAULT_SCOPES  # noqa: E402
from artifacts_guard.scopes.catalogue import SCOPES  # noqa: E402
from artifacts_guard.scopes.catalogue import USELESS  # noqa: E402
from artifacts_guard.scopes.catalogue import Operation  # noqa: E402
from artifacts_guard.scopes.catalogue import measured  # noqa: E402
from artifacts_guard.scopes.catalogue import operations  # noqa: E402

_KINDS = {'cli': 'Commands of the CLI', 'rest': 'REST routes', 'mcp': 'MCP tools'}
_FEATURES = (
    ('shell', 'runs shell text'),
    ('wrapper', 'runs another command'),
    ('passes', 'output holds its input'),
    ('passes_flags', 'output can hold its input'),
    ('digests', 'output does not hold its input'),
    ('drop', 'can leave a secret out'),
    ('swallows', 'takes its input and prints none of it'),
    ('swallow_flags', 'takes its input with a flag'),
    ('prints_arguments', 'prints its arguments'),
    ('echoes_arguments', 'output can hold its arguments'),
    ('dump', 'prints variables'),
    ('substitutes', 'writes the values of variables'),
    ('env', 'hands variables on'),
    ('send_env', 'hands variables on'),
    ('build_args', 'build arguments stay in the image'),
    ('writes', 'writes files'),
    ('request', 'sends requests'),
    ('store', 'stores secrets'),
    ('yields', 'prints secrets'),
    ('secret_files', 'prints files'),
    ('install', 'installs packages'),
)


def scopes_page() -> str:
    """docs/scopes.md"""
    data = measured()
    parts = [
        '# Scopes\n',
        '<!-- made by scripts/generate_tables.py; do not edit -->\n',
        f'What each operation of the service needs, measured on server commit {data["server"]} with CLI {data["cli"]} on '
        f'{data["measured"]}: every command, route and tool was tried with every subset of scopes. “Needed” is what a '
        'complete answer takes, whatever the documentation says; where the two differ, the row is marked ≠.\n',
        f'Without `--scopes`, a new key gets {_list(DEFAULT_SCOPES)}. {_list(USELESS)} opens nothing. '
        f'{_list(DANGEROUS)} take away, open up or give away: as excess they are errors. '
        'A key with `agents:manage` can make a key with all scopes.\n',
    ]
    for kind, title in _KINDS.items():
        rows = '\n'.join(_operation(entry) for entry in operations(kind))
        parts.append(
            f'## {title}\n\n| operation | documented | needed | remarks |\n|---|---|---|---|\n{rows}\n'
        )
    used = {scope for entry in operations() for scope in entry.enforced}
    assert used <= set(SCOPES)
    return '\n'.join(parts)


def _list(scopes: tuple[str, ...]) -> str:
    return ', '.join(f'`{scope}`' for scope in scopes)


def _operation(entry: Operation) -> str:
    if entry.human_only:
        needed = 'a person: no key can do it'
    elif entry.enforced:
        needed = _list(entry.enforced)
    else:
        needed = 'any key' if entry.any_key else 'nothing'
    remarks = ['≠'] if entry.differs else []
    remarks += [f'with `{flag}` also {_list(scopes)}' for flag, scopes in entry.conditional]
    if entry.anonymous_ok and entry.enforced:
        remarks.append('public ones without a key')
    remarks += ['changes something'] if entry.mutates else []
    return f'| `{entry.name}` | {_list(entry.documented) or "–"} | {needed} | {"; ".join(remarks)} |'


def programs_page() -> str:
    """docs/programs.md"""
    known = programs()
    parts = [
        '# Programs\n',
        '<!-- made by scripts/generate_tables.py; do not edit -->\n',
        f'What {len(known)} programs do with a secret that reaches them, as `artifacts-guard` sees it. The table is '
        '`artifacts_guard/data/programs.json`; each row names the page it was made from.\n',
        '| program | also | what it does | source |\n|---|---|---|---|',
    ]
    rows = [
        f'| `{row.name}` | {" ".join(f"`{alias}`" for alias in row.aliases)} | {_does(row)} | <{row.source}> |'
        for row in sorted(known, key=lambda row: (row.kind, row.name))
    ]
    return '\n'.join(parts) + '\n' + '\n'.join(rows) + '\n'


def _does(row: Program) -> str:
    said = [text for feature, text in _FEATURES if feature in row.features]
    said += [row.note] if row.note else []
    text = '; '.join(dict.fromkeys(said)) or 'nothing with its input or output'
    return f'{row.kind}: {text}'.replace('|', '\\|')


PAGES = {'docs/scopes.md': scopes_page, 'docs/programs.md': programs_page}


def main(arguments: list[str]) -> int:
    stale = 0
    for name, page in PAGES.items():
        path, text = _ROOT / name, page()
        if arguments == ['--check']:
            if not path.is_file() or path.read_text(encoding='utf-8') != text:
                sys.stderr.write(f'{name} is out of date: run scripts/generate_tables.py\n')
                stale = 1
        else:
            path.write_text(text, encoding='utf-8')
    return stale


if __name__ == '__main__':
    raise SystemExit(main(sys.argv[1:]))
