"""Make `artifacts_guard/data/service.json` from a folder of measurements of the service.

    python scripts/generate_service.py FOLDER [OUTPUT]

FOLDER holds `cli_schema.json` (the answer of `artifacts schema`), `scope_matrix.json` and `scope_matrix_rest.json` (each
command, route and tool tried with every subset of scopes) and `facts_rest.json` (recorded answers, which date the
measurement).  Nothing is invented here: what is read differently from the measurement stands in `_READINGS`,
with the reason.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

COMMIT = '1517ddd'  # of the server and the CLI that were measured; the data itself does not name it
_ROOT = Path(__file__).resolve().parent.parent
OUTPUT = _ROOT / 'artifacts_guard' / 'data' / 'service.json'

# (kind, name) -> fields that replace the measured ones
_READINGS: dict[tuple[str, str], dict[str, Any]] = {
    ('cli', 'logout'): {
        'enforced': [],
        'note': 'Removes the saved login and revokes its own key with that key; a token given by the environment '
        'needs no scope for it.',
    },
    ('rest', 'GET /api/by-path/:owner/:project'): {
        'enforced': ['artifacts:read'],
        'note': 'Answers 200 to any key and to none, but the list is empty for a key without artifacts:read.',
    },
    ('mcp', 'resolve_path'): {
        'enforced': ['artifacts:read'],
        'note': 'Answers any key; whether the list is complete without artifacts:read was not measured, so the '
        'documented scope is kept.',
    },
}

# flags that the schema does not list and the CLI, its documentation or its help name all the same
_UNLISTED_FLAGS: dict[str, dict[str, bool]] = {
    'schema': {'--compact': False},
    'profile set-username': {'--username': True},
    'keys list': {'--limit': True, '--all': False},
    'workspace list': {'--limit': True, '--all': False},
    'share list': {'--limit': True, '--all': False},
}
_GLOBAL_FLAGS = {
    '--token': True,
    '--token-stdin': False,
    '--base-url': True,
    '--web-url': True,
    '--no-input': False,
    '--dry-run': False,
    '--debug': False,
    '--verbose': False,
    '--format': True,
    '--ndjson': False,
    '--quiet': False,
    '--version': False,
    '--help': False,
}
_SHORT_FLAGS = {'-n': '--dry-run', '-v': '--verbose', '-q': '--quiet', '-h': '--help', '-V': '--version'}
_ENVIRONMENT = (
    'AGENT_ARTIFACTS_BASE_URL',
    'AGENT_ARTIFACTS_WEB_URL',
    'AGENT_ARTIFACTS_TOKEN',
    'AGENT_ARTIFACTS_FORMAT',
    'AGENT_ARTIFACTS_NO_INPUT',
    'AGENT_ARTIFACTS_DEBUG',
    'AGENT_ARTIFACTS_CONFIG_DIR',
)
# paths that answer like another one (recorded in facts_rest.json)
_ROUTE_ALIASES = {'GET /health': 'GET /api/health'}


def generate(folder: Path) -> dict[str, Any]:
    """The content of service.json."""
    schema = _load(folder, 'cli_schema.json')['data']
    commands = _load(folder, 'scope_matrix.json')
    other = _load(folder, 'scope_matrix_rest.json')
    operations = [
        *_operations('cli', commands, lambda row: row['command']),
        *_operations('rest', [r for r in other if r['kind'] == 'rest'], _route_name),
        *_operations('mcp', [r for r in other if r['kind'] == 'mcp'], _tool_name),
    ]
    for alias, name in _ROUTE_ALIASES.items():
        known = next(op for op in operations if op['name'] == name)
        operations.append({**known, 'name': alias, 'http': [alias]})
    return {
        'comment': 'made by scripts/generate_service.py; do not edit',
        'server': COMMIT,
        'cli': schema['version'],
        'measured': _day(folder),
        'environment': list(_ENVIRONMENT),
        'global_flags': _GLOBAL_FLAGS,
        'short_flags': _SHORT_FLAGS,
        'commands': {
            **{c['command']: _flags(c) for c in schema['commands']},
            'schema': _UNLISTED_FLAGS['schema'],
        },
        'required': {c['command']: _required(c) for c in schema['commands'] if _required(c)},
        'operations': operations,
    }


def _load(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding='utf-8'))


def _day(folder: Path) -> str:
    """The day of the newest time stamp in the recorded answers."""
    stamps = re.findall(
        r'"createdAt": *"(\d{4}-\d\d-\d\d)T', (folder / 'facts_rest.json').read_text(encoding='utf-8')
    )
    return str(max(stamps))


def _flags(command: dict[str, Any]) -> dict[str, bool]:
    """Flag -> whether it takes a value, as the schema writes it: `--file <path>`."""
    listed = {flag['flag'].split()[0]: '<' in flag['flag'] for flag in command.get('flags', ())}
    return {**listed, **_UNLISTED_FLAGS.get(command['command'], {})}


def _required(command: dict[str, Any]) -> list[str]:
    return [flag['flag'].split()[0] for flag in command.get('flags', ()) if flag.get('required')]


def _route_name(row: dict[str, Any]) -> str:
    """`GET /api/audit-events?artifactId=` and `POST /api/artifacts (…)` are their routes."""
    method, path = row['command'].split()[:2]
    return f'{method} {path.partition("?")[0]}'


def _tool_name(row: dict[str, Any]) -> str:
    return str(row['command'].split()[1])


def _operations(kind: str, rows: list[dict[str, Any]], name: Any) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(name(row), []).append(row)
    return [_operation(kind, key, group) for key, group in groups.items()]


def _operation(kind: str, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """One operation from the rows of its cases; the first row is the plain case."""
    base = rows[0]
    made = {
        'kind': kind,
        'name': name,
        'documented': base['documented_scopes'],
        'enforced': _effective(base),
        'conditional': _conditional(base, rows[1:]),
        'human_only': base['human_only'],
        'mutates': _mutates(kind, name, base),
        'anonymous_ok': any(_anonymous(row) for row in rows),
        'any_key': base['any_valid_key'],
        'http': [' '.join(call.split()[:2]) for call in base['http']]
        if kind == 'cli'
        else [name] * (kind == 'rest'),
        'note': base.get('notes', ''),
    }
    made.update(_READINGS.get((kind, name), {}))
    return {key: value for key, value in made.items() if value not in ([], False, '')}


def _effective(row: dict[str, Any]) -> list[str]:
    scopes = row.get('effective_scopes')
    return list(row['enforced_scopes'] if scopes is None else scopes)


def _mutates(kind: str, name: str, row: dict[str, Any]) -> bool:
    if kind == 'cli':
        return bool(row['mutates'])
    if kind == 'rest':
        return not name.startswith('GET ')
    return name.split('_', maxsplit=1)[0] in ('create', 'update', 'delete')


def _anonymous(row: dict[str, Any]) -> bool:
    if 'no_token_ok' in row:
        return bool(row['no_token_ok'])
    return any((row.get('no_token_exit0') or {}).values())


def _conditional(base: dict[str, Any], cases: list[dict[str, Any]]) -> list[list[Any]]:
    """Flags that can add scopes: those common to all cases that need the same more than the plain one."""
    plain = set(_effective(base))
    flags: dict[tuple[str, ...], set[str]] = {}
    for case in cases:
        more = tuple(scope for scope in _effective(case) if scope not in plain)
        if more:
            given = set(case.get('flags') or re.findall(r'\((\w+)\)', case['command'])) - set(
                base.get('flags', ())
            )
            flags[more] = flags.get(more, given) & given
    return [[flag, list(more)] for more, names in flags.items() for flag in sorted(names)]


def main(arguments: list[str]) -> int:
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write('usage: generate_service.py FOLDER [OUTPUT]\n')
        return 2
    text = json.dumps(generate(Path(arguments[0])), indent=1, ensure_ascii=False) + '\n'
    Path(arguments[1] if len(arguments) > 1 else OUTPUT).write_text(text, encoding='utf-8')
    return 0


if __name__ == '__main__':
    raise SystemExit(main(sys.argv[1:]))
