"""`artifacts-guard config`: the settings in force with their origin, and what a configuration file may say."""

from __future__ import annotations

from artifacts_guard.cli.main import redacted
from artifacts_guard.cli.words import one_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from argparse import Namespace
    from argparse import _SubParsersAction
    from typing import Any

    from artifacts_guard.config import Configuration

SCHEMAS = ('configuration', 'rule')


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        'config', help='show the settings in force, or the JSON Schema of configuration files'
    )
    actions = parser.add_subparsers(dest='action', required=True, metavar='ACTION')
    shown = actions.add_parser('show', help='all settings, each with the file that gives it')
    shown.add_argument(
        '--config', default='', metavar='FILE', help='this file instead of the one at the root'
    )
    schema = actions.add_parser('schema', help='JSON Schema of a kind of file, for editors')
    schema.add_argument('kind', nargs='?', default=SCHEMAS[0], metavar='KIND', help=f'{" or ".join(SCHEMAS)}')


def run(args: Namespace) -> int:
    """Always 0.  Raises UsageError for a configuration that is wrong."""
    import json

    if args.action == 'schema':
        print(json.dumps(_schema(one_of(args.kind, SCHEMAS, 'kind of file')), indent=2, ensure_ascii=False))
        return 0
    from artifacts_guard import config
    from artifacts_guard import inputs

    print(redacted(shown(config.read(inputs.open().root, args.config))), end='')
    return 0


def shown(configuration: Configuration) -> str:
    """The settings as TOML, with their origin in comments."""
    origins = dict(configuration.origins)
    lines = []
    tables = []
    for name, value in _plain(configuration).items():
        origin = origins.get(name, 'default')
        if isinstance(value, dict):
            tables += [
                '',
                f'[{name}]  # {origin}',
                *(f'{_toml(key)} = {_toml(one)}' for key, one in value.items()),
            ]
        else:
            lines.append(f'{name} = {_toml(value)}  # {origin}')
    return '\n'.join([*lines, *tables]) + '\n'


def _schema(kind: str) -> Any:
    if kind == 'rule':
        from artifacts_guard.engine.schema import json_schema as of_rules

        return of_rules()
    from artifacts_guard.config.model import json_schema

    return json_schema()


def _plain(configuration: Configuration) -> dict[str, Any]:
    """Settings by the names they have in a file, as text, numbers, lists and tables."""
    settings = configuration.settings
    hosts: dict[str, Any] = {}
    for rule in settings.hosts:
        table = hosts.setdefault(rule.system, {}) if rule.system else hosts
        table[rule.pattern] = rule.tenancy
    keys = {
        key.name: {
            'secret': key.secret,
            'jobs': key.jobs,
            'scopes': key.scopes,
            'owner': key.owner,
            'rotate-days': key.rotate_days,
            'reason': dict(key.reason),
            'accept': [{'scope': scope, 'until': until, 'why': why} for scope, until, why in key.accept],
        }
        for key in settings.keys
    }
    return {
        'select': settings.select,
        'ignore': settings.ignore,
        'exclude': settings.exclude,
        'pedantic': settings.pedantic,
        'generic': settings.generic,
        'fail-on': settings.fail_on,
        'organisations': settings.organisations,
        'service-hosts': settings.service_hosts,
        'public-projects': settings.public_projects,
        'rules': settings.rules,
        'per-path-ignores': dict(settings.per_path_ignores),
        'hosts': hosts,
        'keys': keys,
    }


def _toml(value: Any) -> str:
    """A value as TOML writes it."""
    import json

    if isinstance(value, dict):
        return '{' + ', '.join(f'{json.dumps(key)} = {_toml(one)}' for key, one in value.items()) + '}'
    if isinstance(value, (list, tuple)):
        return '[' + ', '.join(_toml(one) for one in value) + ']'
    return json.dumps(value, ensure_ascii=False)
