"""A shell syntax tree as one line of text.

[A=1 cmd 'quoted' $x "$y" 2> file]   a simple command: assignments, words, redirections
a·b                                  parts of one word; ε is a word without any
${x :- word}                         a parameter with an operator and its words
{a | b}  (a && b)  a ; b  a &        pipeline, list, sequence, background
<if a then b else c>                 compound commands
#0  '#1'                             opaque ranges, the second quoted
@(a b)  ,(a b)  @{k=v}  x.m  <+ a b> lists, the second with commas, tables, members, operators of PowerShell
{a}  @x  <try a catch b finally c>   its script blocks, splatting, and try
"""

from __future__ import annotations

from artifacts_guard.record import Record
from artifacts_guard.shell import objects
from artifacts_guard.shell import syntax


def dump(value: object) -> str:
    """One line of text for a tree or any part of it; errors follow after `!`."""
    return _WRITERS[type(value)](value)


def join(values: tuple[object, ...], separator: str = ' ') -> str:
    return separator.join(dump(value) for value in values)


def walk(value: object) -> list[Record]:
    """All records of a tree, outer ones first."""
    found, todo = [], [value]
    while todo:
        item = todo.pop()
        if isinstance(item, tuple):
            todo += reversed(item)
        elif isinstance(item, Record):
            found.append(item)
            todo += [getattr(item, field) for field in reversed(type(item)._fields)]
    return found


def _quoted(text: str, quoted: bool) -> str:
    return f'"{text}"' if quoted else text


def _text(part: syntax.Text) -> str:
    text = part.text.replace('\n', '⏎').replace('\t', '⇥')
    return f"'{text}'" if part.quoted else text


def _parameter(part: syntax.Parameter) -> str:
    name = part.name + (f'[{part.index}]' if part.index else '')
    if not part.operator:
        return _quoted(f'${name}', part.quoted)
    words = ''.join(f' {dump(word)}' for word in (part.argument, part.second) if word)
    return _quoted(f'${{{name} {part.operator}{words}}}', part.quoted)


def _opaque(part: syntax.Opaque) -> str:
    return f"'#{part.index}'" if part.quoted else f'#{part.index}'


def _assignment(item: syntax.Assignment) -> str:
    name = (
        item.name + (f'[{item.index}]' if item.index else '') + ''.join(f'<{dump(p)}>' for p in item.pasted)
    )
    if item.value is None:
        return name
    return f'{name}{"+" * item.append}={dump(item.value)}'


def _redirection(item: syntax.Redirection) -> str:
    number = '' if item.descriptor is None else str(item.descriptor)
    return f'{number}{item.operator} {dump(item.target) if item.target else "?"}'


def _declaration(item: syntax.Declaration) -> str:
    return f'[{item.keyword}: {join((*item.options, *item.assignments, *item.redirections))}]'


def _pipe(item: syntax.Pipe) -> str:
    text = dump(item.commands[0])
    for both, command in zip(item.with_errors, item.commands[1:]):
        text += f' |{"&" * both} {dump(command)}'
    return f'{"!" * item.negated}{{{text}}}'


def _if(item: syntax.If) -> str:
    branches = ' elif '.join(f'{dump(condition)} then {dump(body)}' for condition, body in item.branches)
    return f'<if {branches}{f" else {dump(item.otherwise)}" if item.otherwise else ""}>'


def _for(item: syntax.For) -> str:
    words = '' if item.words is None else f' in {join(item.words)}'
    return f'<for {item.name}{words} do {dump(item.body)}>'


def _case(item: syntax.Case) -> str:
    items = ' ;; '.join(f'{join(patterns, "|")}) {dump(body)}' for patterns, body in item.items)
    return f'<case {dump(item.subject)} in {items}>'


def _try(item: objects.Try) -> str:
    handlers = ''.join(f' catch {dump(handler)}' for handler in item.handlers)
    return f'<try {dump(item.body)}{handlers}{f" finally {dump(item.last)}" if item.last else ""}>'


def _tree(tree: syntax.Tree) -> str:
    errors = ''.join(f' !{start}-{end}' for start, end in tree.errors)
    return dump(tree.body) + errors + ('' if tree.complete else ' incomplete')


_WRITERS = {
    syntax.Text: _text,
    syntax.Parameter: _parameter,
    syntax.Substitution: lambda item: _quoted(f'$({dump(item.body)})', item.quoted),
    syntax.ProcessSubstitution: lambda item: f'{item.direction}({dump(item.body)})',
    syntax.Arithmetic: lambda item: f'$(({join(item.substitutions)}))',
    syntax.Opaque: _opaque,
    syntax.Word: lambda item: join(item.parts, '·') or 'ε',
    syntax.Array: lambda item: f'({join(item.words)})',
    syntax.Assignment: _assignment,
    syntax.Redirection: _redirection,
    syntax.Simple: lambda item: f'[{join((*item.assignments, *item.words, *item.redirections))}]',
    syntax.Declaration: _declaration,
    syntax.Pipe: _pipe,
    syntax.AndOr: lambda item: f'({dump(item.left)} {item.operator} {dump(item.right)})',
    syntax.Background: lambda item: f'{dump(item.command)} &',
    syntax.Block: lambda item: join(item.commands, ' ; '),
    syntax.Subshell: lambda item: f'<subshell {dump(item.body)}>',
    syntax.Group: lambda item: f'<group {dump(item.body)}>',
    syntax.If: _if,
    syntax.While: lambda item: f'<while {dump(item.condition)} do {dump(item.body)}>',
    syntax.For: _for,
    syntax.Case: _case,
    syntax.Function: lambda item: f'<function {item.name} {dump(item.body)}>',
    syntax.Test: lambda item: f'<test {join(item.words)}>',
    syntax.Redirected: lambda item: f'<{dump(item.command)} {join(item.redirections)}>',
    syntax.Tree: _tree,
    objects.List: lambda item: f'{"," if item.commas else "@"}({join(item.words)})',
    objects.Table: lambda item: f'@{{{"; ".join(f"{dump(k)}={dump(v)}" for k, v in item.entries)}}}',
    objects.Member: lambda item: f'{dump(item.target)}{join(item.steps, "")}',
    objects.Step: lambda item: (
        f'.{item.name}' + ('' if item.arguments is None else f'({join(item.arguments)})')
    ),
    objects.Operation: lambda item: f'<{item.operator} {join(item.words)}>',
    objects.ScriptBlock: lambda item: f'{{{dump(item.body)}}}',
    objects.Splat: lambda item: f'@{item.name}',
    objects.Try: _try,
    objects.Sections: lambda item: (
        f'<from {item.entry} ' + ' '.join(f':{s.label} {dump(s.body)}' for s in item.sections) + '>'
    ),
}
