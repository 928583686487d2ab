"""The page about a rule: Markdown for docs/rules, plain text for terminals."""

from __future__ import annotations

from artifacts_guard.engine.model import DEPRECATED
from artifacts_guard.engine.model import PREVIEW
from artifacts_guard.engine.samples import MARK
from artifacts_guard.engine.samples import shown
from artifacts_guard.engine.template import generic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from artifacts_guard.engine.load import Source
    from artifacts_guard.engine.model import Rule
    from artifacts_guard.engine.rule import Example

GROUPS = {
    'credentials': 'Credentials at rest',
    'exposure': 'Credentials in motion',
    'access': 'Who else can reach the credential',
    'scopes': 'Scopes',
    'unattended': 'Running unattended',
    'scan': 'About the scan itself',
    'inventory': 'Inventory: keys that the service lists (only in `audit`)',
}
_HOSTS = {'shared': 'on shared hosts', 'ephemeral': 'on machines of one job', '': 'on other hosts'}
_LANGUAGES = {
    '.yml': 'yaml',
    '.yaml': 'yaml',
    '.sh': 'bash',
    '.json': 'json',
    '.md': 'markdown',
    '.py': 'python',
}


def levels(rule: Rule) -> str:
    """The levels of a rule in words: `error`, or `error on shared hosts, note on machines of one job, …`."""
    if len(rule.level) == 1:
        return rule.level[0].use
    tenancies = [case.when.get('tenancy', '') for case in rule.level if set(case.when) <= {'tenancy'}]
    if len(tenancies) == len(rule.level):
        return ', '.join(f'{case.use} {_HOSTS[tenancy]}' for case, tenancy in zip(rule.level, tenancies))
    usual = rule.level[-1].use
    others = [level for level in rule.levels if level != usual]
    return f'{usual}, or {" or ".join(others)}' if others else usual


def _exact_levels(rule: Rule) -> str:
    """The levels of a rule with their conditions."""
    short = levels(rule)
    if ', or ' not in short:
        return short
    cases = [f'{case.use} when {condition(case.when)}' for case in rule.level[:-1]]
    return '; '.join([*cases, f'otherwise {rule.level[-1].use}'])


def remarks(rule: Rule) -> str:
    """What is out of the ordinary about a rule, in a few words; '' for nothing."""
    said = []
    if rule.pedantic is not None:
        said.append('only with --pedantic' if not rule.pedantic else 'in part only with --pedantic')
    if rule.status == PREVIEW:
        said.append('preview: has to be selected')
    if rule.status == DEPRECATED:
        said.append('deprecated')
    if rule.aliases:
        said.append(f'also called {", ".join(rule.aliases)}')
    return '; '.join(said)


def markdown(source: Source) -> str:
    """The page of a rule in Markdown."""
    rule, file = source.rule, source.file
    facts = [
        ('Level', _exact_levels(rule)),
        ('Group', rule.group),
        ('Judges', f'{rule.fact} facts'),
        ('Since', rule.since),
    ]
    if any(example.fixed for example in file.examples.bad):
        facts.append(('Fixed by', '`--fix`' if rule.safe else '`--fix` or `--unsafe-fixes`, where it can be'))
    if remarks(rule):
        facts.append(('Note', remarks(rule)))
    lines = [f'# {rule.id}', '', f'{rule.title}.', '', '| | |', '|---|---|']
    lines += [f'| {name} | {value} |' for name, value in facts]
    lines += ['', '## What it says', '', *_messages(rule), '', '## Why', '', generic(rule.why)]
    lines += ['', '## What to do', '', *_advice(rule)]
    lines += ['', '## Found', '']
    for example in file.examples.bad:
        lines += _example(example)
    lines += ['## Not found', '']
    for example in file.examples.good:
        lines += _example(example)
    if rule.references:
        lines += ['## References', '', *[f'- <{url}>' for url in rule.references], '']
    return '\n'.join(lines)


def plain(source: Source) -> str:
    """The page of a rule as text for a terminal: the first example of each kind, marks underlined."""
    rule, file = source.rule, source.file
    lines = [f'{rule.id}: {rule.title}', '', f'  {levels(rule)}']
    if remarks(rule):
        lines.append(f'  {remarks(rule)}')
    lines += ['', generic(rule.why), '', 'What to do', '', _indented(generic(rule.advice[-1].use))]
    lines += ['', f'Found: {file.examples.bad[0].name}', '', *_underlined(file.examples.bad[0])]
    lines += ['', f'Not found: {file.examples.good[0].name}', '', *_underlined(file.examples.good[0])]
    if rule.references:
        lines += ['', *[f'  {url}' for url in rule.references]]
    return '\n'.join(line.rstrip() for line in lines) + '\n'


def index(rules: Sequence[Rule]) -> str:
    """The list of all rules in Markdown, by group."""
    lines = [
        '# Rules',
        '',
        f'{len(rules)} rules. `artifacts-guard rules explain NAME` prints a page in the terminal.',
        '',
    ]
    for group, title in GROUPS.items():
        lines += [f'## {title}', '', '| Rule | What it finds | Level |', '|---|---|---|']
        for rule in rules:
            if rule.group == group:
                note = f' ({remarks(rule)})' if remarks(rule) else ''
                lines.append(f'| [{rule.id}]({rule.id}.md) | {rule.title} | {levels(rule)}{note} |')
        lines.append('')
    return '\n'.join(lines)


def _messages(rule: Rule) -> list[str]:
    return [f'- {generic(case.use).strip()}' for case in rule.message]


def _advice(rule: Rule) -> list[str]:
    """The usual advice first; special cases below, each with its condition."""
    lines = [generic(rule.advice[-1].use)]
    for case in rule.advice[:-1]:
        lines += ['', f'When {condition(case.when)}:', '', generic(case.use)]
    return lines


def condition(when: dict[str, Any]) -> str:
    """A condition in words, for readers of the page."""
    return ' and '.join(_clause(field, value) for field, value in when.items())


def _clause(field: str, value: Any) -> str:
    if field == 'not':
        return f'not ({condition(value)})' if len(value) > 1 else f'not {condition(value)}'
    if field in ('all', 'any'):
        return f'({(" and " if field == "all" else " or ").join(map(condition, value))})'
    if isinstance(value, bool):
        return f'`{field}`' if value else f'not `{field}`'
    if isinstance(value, list):
        return f'`{field}` is {" or ".join(f"`{each}`" for each in value)}'
    if not isinstance(value, dict):
        return f'`{field}` is `{value}`' if value != '' else f'`{field}` is empty'
    if 'present' in value:
        return f'`{field}` is {"not empty" if value["present"] else "empty"}'
    return ' and '.join(
        f'`{field}` {name.replace("_", " ")} `{argument}`' for name, argument in value.items()
    )


def _example(example: Example) -> list[str]:
    """An example in Markdown: its files in fences, marked lines named below."""
    title = example.name[:1].upper() + example.name[1:]
    lines = [f'### {title}', '']
    for path, text in example.documents.items():
        lines += _file(path, text)
        if numbers := _marked_lines(text):
            lines += [f'Found on line {", ".join(map(str, numbers))}.', '']
    if example.fixed:
        lines += ['Fixed:', '']
        for path, text in example.fixed.items():
            lines += _file(path, text)
    if example.known_gap:
        lines += [f'Known gap: {example.known_gap}', '']
    return lines


def _file(path: str, text: str) -> list[str]:
    suffix = path[path.rfind('.') :] if '.' in path else ''
    fence = '````' if '```' in text else '```'
    return [
        *(f'`{path}`', '', f'{fence}{_LANGUAGES.get(suffix, "text")}'),
        *(MARK.sub('', line) for line in shown(text).rstrip('\n').split('\n')),
        *(fence, ''),
    ]


def _marked_lines(text: str) -> list[int]:
    return sorted(
        {text.count('\n', 0, match.start()) + 1 for match in MARK.finditer(text) if match[0] == '[|'}
    )


def _underlined(example: Example) -> list[str]:
    lines = []
    for path, text in example.documents.items():
        lines += [f'  {path}', '']
        inside = False
        for line in shown(text).rstrip('\n').split('\n'):
            words, below, inside = _under(line, inside)
            lines.append(f'    {words}')
            if below.strip():
                lines.append(f'    {below}')
        lines.append('')
    return lines[:-1]


def _under(line: str, inside: bool) -> tuple[str, str, bool]:
    """A line without marks, the line that underlines what was marked, and whether a mark is still open."""
    words, below, at = '', '', 0
    for match in (*MARK.finditer(line), None):
        part = line[at : match.start() if match else len(line)]
        words += part
        below += ('^' if inside else ' ') * len(part)
        if match:
            at = match.end()
            inside = match[0] == '[|'
    return words, below, inside


def _indented(text: str) -> str:
    return '\n'.join(f'  {line}' if line else line for line in text.split('\n'))
