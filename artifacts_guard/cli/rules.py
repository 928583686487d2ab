"""`artifacts-guard rules`: the catalogue, explained; rules of one's own, begun, checked and tested."""

from __future__ import annotations

from artifacts_guard.cli.main import redacted
from artifacts_guard.cli.parser import one_of
from artifacts_guard.credentials.patterns import WRITERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from argparse import Namespace
    from argparse import _SubParsersAction
    from collections.abc import Sequence
    from typing import Any

    from artifacts_guard.engine.load import Source
    from artifacts_guard.engine.model import Rule

FOUND = 1
FOLDER = 'guard-rules'
FORMATS = ('text', 'json')


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    parser = subparsers.add_parser('rules', help='the rules, explained; rules of your own')
    actions = parser.add_subparsers(dest='action', required=True, metavar='ACTION')

    listed = actions.add_parser('list', help='all rules with their levels')
    listed.add_argument('--format', default=FORMATS[0], metavar='FORMAT', help=' or '.join(FORMATS))
    explained = actions.add_parser('explain', help='why a rule is there and what to do, with examples')
    explained.add_argument('name', metavar='NAME')
    for known in (listed, explained):
        known.add_argument(
            '--config', default='', metavar='FILE', help='this configuration, not the one at the root'
        )

    for action, words in (
        ('test', 'run the examples in rule files'),
        ('check', 'say what is wrong with rule files'),
    ):
        tested = actions.add_parser(action, help=words)
        tested.add_argument('paths', nargs='+', metavar='PATH', help='a rule file, or a folder of them')

    exported = actions.add_parser('export', help="the service's tokens as rules of another scanner")
    exported.add_argument('scanner', metavar='SCANNER', help=', '.join(WRITERS))

    begun = actions.add_parser('new', help='begin a rule of your own')
    begun.add_argument('name', metavar='NAME')
    begun.add_argument('--folder', default=FOLDER, metavar='DIR', help='where to write it (%(default)s)')


def run(args: Namespace) -> int:
    """The exit status: 0, or 1 when something is wrong with rules.  UsageError for a wrong call."""
    if args.action == 'list':
        return show(one_of(args.format, FORMATS, 'format'), args.config)
    if args.action == 'explain':
        return explain(args.name, args.config)
    if args.action == 'test':
        return test(args.paths)
    if args.action == 'check':
        return check(args.paths)
    if args.action == 'export':
        print(WRITERS[one_of(args.scanner, WRITERS, 'scanner')](), end='')
        return 0
    return new(args.name, args.folder)


def show(form: str, config: str) -> int:
    """Print the list of all rules, those that the configuration names among them."""
    from artifacts_guard.engine import load

    rules = (*load.builtin(), *(source.rule for source in _own(config)))
    if form == 'json':
        import json

        print(
            json.dumps(
                {'version': 1, 'rules': [_record(rule) for rule in rules]}, indent=2, ensure_ascii=False
            )
        )
        return 0
    from artifacts_guard.engine.pages import GROUPS
    from artifacts_guard.engine.pages import remarks

    width = max(len(rule.id) for rule in rules)
    for group in dict.fromkeys(rule.group for rule in rules):
        print(f'{GROUPS.get(group, group)} ({group})')
        for rule in rules:
            if rule.group == group:
                note = f' ({remarks(rule)})' if remarks(rule) else ''
                print(f'  {rule.id:<{width}}  {"/".join(rule.levels):<18}  {rule.title}{note}')
        print()
    print(f'{len(rules)} rules; `artifacts-guard rules explain NAME` tells more.')
    return 0


def _record(rule: Rule) -> dict[str, Any]:
    return {
        'id': rule.id,
        'title': rule.title,
        'group': rule.group,
        'fact': rule.fact,
        'levels': list(rule.levels),
        'pedantic': rule.pedantic == {},
        'status': rule.status,
        'since': rule.since,
        'aliases': list(rule.aliases),
        'security_severity': rule.security_severity,
        'references': list(rule.references),
        'own': rule.own,
    }


def explain(name: str, config: str) -> int:
    """Print the page about a rule, found by its name or one of its aliases."""
    from artifacts_guard.engine import load
    from artifacts_guard.engine.pages import plain

    rules = load.builtin()
    for rule in rules:
        if name in (rule.id, *rule.aliases):
            print(plain(load.source(rule)), end='')
            return 0
    own = _own(config)
    for source in own:
        if name in (source.rule.id, *source.rule.aliases):
            print(plain(source), end='')
            return 0
    from artifacts_guard.engine.vocabulary import suggestion
    from artifacts_guard.errors import UsageError

    names = [rule.id for rule in (*rules, *(source.rule for source in own))]
    raise UsageError(f'no rule is called {name!r}{suggestion(name, names)}')


def check(paths: Sequence[str]) -> int:
    """Print what is wrong with rule files."""
    sources, problems = _read(paths)
    for problem in problems:
        print(redacted(problem))
    if not problems:
        examples = sum(len(s.file.examples.bad) + len(s.file.examples.good) for s in sources)
        print(
            f'{_counted(len(sources), "rule")} with {_counted(examples, "example")}: nothing is wrong with their form.'
        )
    return FOUND if problems else 0


def test(paths: Sequence[str]) -> int:
    """Run the examples of rule files and print what differs."""
    from artifacts_guard.check import analyse
    from artifacts_guard.engine import examples

    sources, problems = _read(paths)
    for problem in problems:
        print(redacted(problem))
    ran = failed = gaps = 0
    for source in sources:
        for example in (*source.file.examples.bad, *source.file.examples.good):
            ran += 1
            gaps += bool(example.known_gap)
            differences = examples.run(source.rule, example, analyse)
            failed += bool(differences)
            if differences:
                print(redacted(f'{source.path}: {example.name}'))
            for difference in differences:
                print(redacted(f'  {difference}'))
    known = f', {_counted(gaps, "known gap")} among them' if gaps else ''
    print(
        f'{_counted(ran, "example")} of {_counted(len(sources), "rule")} ran{known}: {failed or "none"} failed.'
    )
    return FOUND if failed or problems else 0


def new(name: str, folder: str) -> int:
    """Write the beginning of a rule, which is a whole rule with examples that hold."""
    import os.path

    from artifacts_guard.engine import load
    from artifacts_guard.engine.grammar import is_name
    from artifacts_guard.engine.selection import named
    from artifacts_guard.errors import UsageError

    if not is_name(name):
        raise UsageError(
            f'{name!r} is no name for a rule: small letters, digits and hyphens, as in token-flag'
        )
    if named((name,), load.builtin()):
        raise UsageError(f'{name} is a rule or group that comes with the program')
    path = os.path.join(folder, f'{name}.yaml')
    try:
        os.makedirs(folder, exist_ok=True)
        with open(path, 'x', encoding='utf-8', newline='\n') as stream:
            stream.write(_BEGINNING.replace('NAME', name))
    except OSError as error:
        raise UsageError(f'{path} cannot be written: {error.strerror}') from None
    shown = path.replace(os.sep, '/')
    print(f'{shown} is written.  Change it, then run:')
    print(f'  artifacts-guard rules test {shown}')
    print(f'It takes part in checks when the configuration names it: rules = ["{folder}"]')
    return 0


def _own(file: str) -> list[Source]:
    """The rules that the configuration names."""
    from artifacts_guard import config
    from artifacts_guard import inputs
    from artifacts_guard.engine import load

    root = inputs.open().root
    paths = config.load(root, file).rules
    return load.own(paths, root, load.builtin()) if paths else []


def _read(paths: Sequence[str]) -> tuple[list[Source], list[str]]:
    """The rules under some paths, and what is wrong with the others, paths as people gave them."""
    import os.path

    from artifacts_guard.engine import load
    from artifacts_guard.errors import UsageError

    sources: list[Source] = []
    problems: list[str] = []
    for path in paths:
        if not os.path.exists(path):
            raise UsageError(f'{path}: there is no such file or folder')
        found, wrong = load.read(path, mine=True)
        sources += [each.replace(path=load.joined(path, each.path)) for each in found]
        problems += [load.joined(path, each) for each in wrong]
    return sources, [*problems, *load.clashes(sources, [] if _are_built_in(paths) else load.builtin())]


def _are_built_in(paths: Sequence[str]) -> bool:
    import os.path

    from artifacts_guard.engine.load import RULES_DIR

    base = os.path.realpath(RULES_DIR)
    return all(f'{os.path.realpath(path)}{os.sep}'.startswith(f'{base}{os.sep}') for path in paths)


def _counted(number: int, noun: str) -> str:
    return f'{number} {noun}' if number == 1 else f'{number} {noun}s'


_BEGINNING = """\
# Rules judge facts; see docs/writing-a-rule.md of artifacts-guard for the kinds of facts and their fields.
id: NAME
title: Artifact deleted by an automation
status: stable

fact: call
when: {command: artifact delete, automation: true, dry_run: false}

level: warning

message: "{`call`|This command} runs in an automation"

why: |
  Say here what goes wrong, for somebody who meets this for the first time.

fix:
  advice: |
    Say here what to do, with the exact command.

examples:            # [| |] marks what must be found, and nothing else may be
  bad:
    - name: a job that cleans up
      path: .github/workflows/cleanup.yml
      text: |
        name: cleanup
        on: workflow_dispatch
        jobs:
          cleanup:
            runs-on: ubuntu-latest
            steps:
              - env:
                  AGENT_ARTIFACTS_TOKEN: ${{ secrets.CLEANUP_KEY }}
                run: |
                  [|artifacts artifact delete --artifact-id art_1|]
  good:
    - name: a preview
      path: .github/workflows/cleanup.yml
      text: |
        name: cleanup
        on: workflow_dispatch
        jobs:
          cleanup:
            runs-on: ubuntu-latest
            steps:
              - run: artifacts artifact delete --artifact-id art_1 --dry-run
"""
