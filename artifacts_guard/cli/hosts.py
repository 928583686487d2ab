"""`artifacts-guard hosts list`: the runners met, how they were classed, and the configuration that would change it."""

from __future__ import annotations

from artifacts_guard.cli.main import redacted
from artifacts_guard.cli.words import one_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from argparse import Namespace
    from argparse import _SubParsersAction

    from artifacts_guard.hosts import Host

FORMATS = ('text', 'json')
_SHOWN = 3  # jobs of a host that are named


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    parser = subparsers.add_parser('hosts', help='the runners that pipelines name, and how they were classed')
    actions = parser.add_subparsers(dest='action', required=True, metavar='ACTION')
    listed = actions.add_parser('list', help='all runners: shared, unknown, ephemeral')
    listed.add_argument(
        'paths', nargs='*', metavar='PATH', help='files and folders (default: the repository)'
    )
    listed.add_argument('--format', default='text', metavar='FORMAT', help=' or '.join(FORMATS))
    listed.add_argument(
        '--config', default='', metavar='FILE', help='this file instead of the one at the root'
    )


def run(args: Namespace) -> int:
    """0; 3 when something asked for could not be read."""
    from artifacts_guard import config
    from artifacts_guard import inputs
    from artifacts_guard.hosts import hosts

    form = one_of(args.format, FORMATS, 'format')
    tree = inputs.open(args.paths)
    try:
        found = hosts(tree, config.load(tree.root, args.config))
    finally:
        tree.close()
    print(redacted(as_json(found) if form == 'json' else as_text(found)), end='')
    return 3 if any(skipped.fatal for skipped in tree.skipped) else 0


def as_text(found: tuple[Host, ...]) -> str:
    """One paragraph a host."""
    if not found:
        return 'No pipeline names a runner.\n'
    return '\n'.join(_paragraph(host) for host in found)


def _paragraph(host: Host) -> str:
    named = [f'{place.path}:{place.line} {name}' for name, place in host.jobs[:_SHOWN]]
    more = len(host.jobs) - len(named)
    lines = [
        f'{host.tenancy:9}  {host.label or "(no label)"}  [{host.system}]',
        f'           because  {host.evidence}',
        *(f'           {"used by" if n == 0 else "       "}  {line}' for n, line in enumerate(named)),
        *([f'                    and {more} more'] if more else []),
    ]
    if host.setting:
        lines.append(f'           change   [hosts.{host.system}]  {host.setting}')
    return '\n'.join(lines) + '\n'


def as_json(found: tuple[Host, ...]) -> str:
    import json

    hosts = [
        {
            'system': host.system,
            'label': host.label,
            'tenancy': host.tenancy,
            'evidence': host.evidence,
            'jobs': [{'job': name, 'path': p.path, 'line': p.line} for name, p in host.jobs],
            'setting': host.setting,
        }
        for host in found
    ]
    return json.dumps({'version': 1, 'hosts': hosts}, indent=2, ensure_ascii=False) + '\n'
