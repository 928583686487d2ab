"""Completion scripts of three shells, from the places of `completion`.  They start no program while one types."""

from __future__ import annotations

import re
from shlex import quote

from artifacts_guard.cli.main import NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

    from artifacts_guard.cli.completion import Option
    from artifacts_guard.cli.completion import Place

_FUNCTION = '_artifacts_guard'
_BASH = """\
# bash completion of {name}
{function}() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} place='' words='' word
    COMPREPLY=()
    # bash takes the sign in --format=json for a word of its own
    if [[ $current == '=' ]]; then
        current=''
    elif [[ $previous == '=' && $COMP_CWORD -gt 2 ]]; then
        previous=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$place $word" in
            *' --') return ;;
            {commands}) place=$word ;;
            {actions}) place="$place $word" ;;
        esac
    done
    case "$place:$previous" in
{values}
        *)
            case "$place:$current" in
{options}
{next}
            esac
            ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o bashdefault -o default -F {function} {name}
"""
_ZSH = """\
#compdef {name}
{function}() {{
    local place='' word
    local -a following
    local -i depth=0
    for word in "${{(@)words[2,CURRENT-1]}}"; do
        case "$place $word" in
            *' --') _default; return ;;
            {commands}) place=$word; (( depth++ )) ;;
            {actions}) place="$place $word"; (( depth++ )) ;;
        esac
    done
    shift $depth words
    (( CURRENT -= depth ))
    case "$place" in
{places}
    esac
}}
if [[ $funcstack[1] == _{name} ]]; then
    {function} "$@"
else
    compdef {function} {name}
fi
"""
_FISH = """\
# fish completion of {name}
function _{function}_at
    set -l place ''
    set -l typed (commandline -opc)
    set -e typed[1]
    for word in $typed
        switch "$place $word"
            case {commands}
                set place $word
            case {actions}
                set place "$place $word"
        end
    end
    test "$place" = "$argv[1]"
end
"""


def bash(places: Sequence[Place]) -> str:
    """The script for bash, 3.2 and later."""
    values, options, following = [], [], []
    for place in places:
        values += _bash_values(place)
        names = ' '.join(name for option in place.options for name in option.names)
        options.append(f'                {quote(place.words + ":-")}*) words={quote(names)} ;;')
        if place.next:
            words = ' '.join(word for word, _ in place.next)
            following.append(f'                {quote(place.words + ":")}*) words={quote(words)} ;;')
    return _BASH.format(
        name=NAME,
        function=_FUNCTION,
        values='\n'.join(values),
        options='\n'.join(options),
        next='\n'.join(following),
        **_steps(places, '|'),
    )


def _bash_values(place: Place) -> list[str]:
    """Branches for the options of a place that take something: of the same words, or of anything, such as files."""
    by_words: dict[tuple[str, ...], list[str]] = {}
    for option in place.options:
        if option.value:
            by_words.setdefault(option.words, []).extend(option.names)
    branches = []
    for words, names in by_words.items():
        named = '|'.join(quote(f'{place.words}:{name}') for name in names)
        answer = f'words={quote(" ".join(words))}' if words else 'return'
        branches.append(f'        {named}) {answer} ;;')
    return branches


def zsh(places: Sequence[Place]) -> str:
    """The script for zsh: to be kept as `_artifacts-guard` in a folder of `fpath`, or to be sourced."""
    return _ZSH.format(
        name=NAME,
        function=_FUNCTION,
        places='\n'.join(_zsh_place(place) for place in places),
        **_steps(places, '|'),
    )


def _zsh_place(place: Place) -> str:
    """The branch of a place: `_arguments` for options and files, words that follow with their help.

    The forms: https://zsh.sourceforge.io/Doc/Release/Completion-System.html#Completion-Functions
    """
    lines = [f'        {quote(place.words)})']
    specs = [quote(_zsh_option(option, name)) for option in place.options for name in option.names]
    if place.next:
        words = ' '.join(quote(f'{word}:{text}' if text else word) for word, text in place.next)
        lines.append(f'            following=({words})')
        specs.append(quote('*:word:{_describe word following}'))
    elif place.files:
        specs.append(quote('*:file:_files'))
    lines.append('            _arguments \\')
    lines.append(' \\\n'.join(f'                {spec}' for spec in specs))
    lines.append('            ;;')
    return '\n'.join(lines)


def _zsh_option(option: Option, name: str) -> str:
    others = '' if option.repeatable else f'({" ".join(option.names)})'
    text = re.sub(r'([\[\]\\])', r'\\\1', option.help)
    if not option.value:
        return f'{others}{name}[{text}]'
    sign = '=' if name.startswith('--') else '+'
    action = f'({" ".join(option.words)})' if option.words else '_files' if option.files else ' '
    return f'{"*" if option.repeatable else others}{name}{sign}[{text}]:{option.value.replace(":", " ")}:{action}'


def fish(places: Sequence[Place]) -> str:
    """The script for fish."""
    lines = [_FISH.format(name=NAME, function=_FUNCTION, **_steps(places, ' '))]
    for place in places:
        start = f'complete -c {NAME} -n {_fish(f"_{_FUNCTION}_at {_fish(place.words)}")}'
        for word, text in place.next:
            lines.append(f'{start} -f -a {_fish(word)}' + (f' -d {_fish(text)}' if text else '') + '\n')
        if not place.next and not place.files:
            lines.append(f'{start} -f\n')
        lines += [f'{start} {_fish_option(option)}\n' for option in place.options]
    return ''.join(lines)


def _fish_option(option: Option) -> str:
    """Its names, what it takes and its help: https://fishshell.com/docs/current/cmds/complete.html."""
    words = [f'-l {name[2:]}' if name.startswith('--') else f'-s {name[1:]}' for name in option.names]
    if option.value:
        words.append('-r -F' if option.files else '-x')
    if option.words:
        words.append(f'-a {_fish(" ".join(option.words))}')
    return ' '.join((*words, f'-d {_fish(option.help)}'))


def _fish(text: str) -> str:
    """A word in single quotes, in which a backslash stands before another and before a quote."""
    escaped = text.replace('\\', '\\\\').replace("'", "\\'")
    return f"'{escaped}'"


def _steps(places: Iterable[Place], between: str) -> dict[str, str]:
    """Patterns of what leads from place to place: the commands, and the actions of commands."""
    words = [place.words for place in places if place.words]
    return {
        'commands': between.join(quote(f' {each}') for each in words if ' ' not in each),
        'actions': between.join(quote(each) for each in words if ' ' in each),
    }


SCRIPTS = {'bash': bash, 'zsh': zsh, 'fish': fish}
