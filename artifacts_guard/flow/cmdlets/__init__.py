"""PowerShell's cmdlets, aliases and static methods: they run in its own process, so nobody sees their arguments.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_aliases
"""

from __future__ import annotations

import re
from functools import lru_cache
from functools import partial

from artifacts_guard.flow import external
from artifacts_guard.flow.cmdlets import environment
from artifacts_guard.flow.cmdlets import parameters
from artifacts_guard.flow.cmdlets import requests
from artifacts_guard.flow.cmdlets import running
from artifacts_guard.flow.cmdlets import streams
from artifacts_guard.flow.cmdlets.arguments import Arguments
from artifacts_guard.flow.cmdlets.arguments import read
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.output import merged
from artifacts_guard.flow.programs import program
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from artifacts_guard.flow.builtins import Builtin
    from artifacts_guard.flow.call import Call
    from artifacts_guard.flow.interpreter import Interpreter

    Cmdlet: TypeAlias = Callable[[Interpreter, Call, Arguments], Output]

_PATHS = 'path literalpath filepath encoding filter include exclude value inputobject width delimiter stream'
# what it does, its parameters that take values, its switches, and the names it has
_ROWS: tuple[tuple[Cmdlet, str, str, str], ...] = (
    (streams.write_output, 'inputobject', 'noenumerate', 'write-output echo write'),
    (streams.write_host, 'object separator foregroundcolor backgroundcolor', 'nonewline', 'write-host'),
    (
        streams.write_host,
        'message exception errorrecord category errorid targetobject recommendedaction activity status',
        '',
        'write-error write-warning',
    ),
    (streams.write_quietly, 'message messagedata tags', '', 'write-verbose write-debug write-information'),
    (
        streams.nothing,
        '',
        '',
        'out-null test-path start-sleep sleep write-progress break continue set-strictmode',
    ),
    (streams.out_host, 'inputobject', 'paging', 'out-host oh out-default'),
    (
        streams.passed,
        'inputobject property string securestring key depth width pattern path stream delimiter header groupby',
        'ashashtable asplaintext force raw first last simplematch notmatch allmatches quiet autosize wrap',
        'convertfrom-json convertto-securestring convertfrom-securestring convertfrom-csv convertto-csv convertto-xml '
        'convertfrom-stringdata convertto-html format-table ft format-list fl format-wide fw format-custom out-string '
        'sort-object sort get-unique group-object group select-string sls get-credential',
    ),
    (
        streams.to_json,
        'inputobject depth enumsasstrings escapehandling',
        'compress asarray',
        'convertto-json',
    ),
    (
        streams.select,
        'inputobject property expandproperty excludeproperty first last skip skiplast index',
        'unique wait',
        'select-object select',
    ),
    (
        streams.counted,
        'inputobject property',
        '',
        'measure-object measure get-filehash compare-object get-member gm',
    ),
    (streams.tee, 'inputobject filepath literalpath variable encoding', 'append', 'tee-object tee'),
    (
        streams.write_file,
        _PATHS,
        'append force nonewline noclobber notypeinformation passthru',
        'out-file set-content add-content ac export-csv export-clixml export-json',
    ),
    (
        streams.read_file,
        f'{_PATHS} totalcount tail readcount',
        'raw wait asbytestream',
        'get-content gc cat type',
    ),
    (streams.read_host, 'prompt', 'assecurestring maskinput', 'read-host'),
    (
        streams.carried,
        'typename argumentlist property comobject path parent leaf',
        '',
        'new-object split-path resolve-path convert-path get-random select-xml',
    ),
    (streams.join_path, 'path childpath additionalchildpath', 'resolve', 'join-path'),
    (streams.leave, '', '', 'exit return'),
    (streams.throw, '', '', 'throw'),
    (
        environment.items,
        'path literalpath filter include exclude depth name',
        'recurse force file directory hidden',
        'get-childitem gci ls dir get-item gi get-itemproperty get-itempropertyvalue',
    ),
    (environment.set_item, f'{_PATHS} itemtype name', 'force', 'set-item si new-item ni set-itemproperty sp'),
    (
        environment.remove_item,
        _PATHS,
        'force recurse',
        'remove-item ri rm del erase rd rmdir clear-item cli clear-content',
    ),
    (
        environment.set_named,
        'name value scope option visibility description',
        'force',
        'set-variable sv set new-variable nv',
    ),
    (environment.print_named, 'name scope', 'valueonly', 'get-variable gv'),
    (environment.remove_named, 'name scope', 'force', 'remove-variable rv clear-variable clv'),
    (
        environment.get_environment,
        '',
        '',
        '[environment]::getenvironmentvariable [environment]::getenvironmentvariables',
    ),
    (environment.set_environment, '', '', '[environment]::setenvironmentvariable'),
    (
        environment.location,
        'path literalpath stackname',
        'passthru',
        'set-location sl cd chdir push-location pushd',
    ),
    (
        environment.define_alias,
        'name value definition scope option description',
        'force',
        'set-alias sal new-alias nal',
    ),
    (environment.trace, 'trace', 'off step strict', 'set-psdebug'),
    (environment.native_errors, '', '', '$psnativecommanduseerroractionpreference'),
    (
        running.invoke,
        'scriptblock argumentlist computername session hostname name initializationscript inputobject filepath credential',
        'asjob nonewscope',
        'invoke-command icm start-job sajb start-threadjob invoke-inparallel new-module',
    ),
    (running.measure, 'expression inputobject', '', 'measure-command'),
    (
        running.for_each,
        'process begin end remainingscripts inputobject membername parallel throttlelimit argumentlist',
        'asjob',
        'foreach-object foreach %',
    ),
    (running.where, 'filterscript property value inputobject', 'eq ne like match', 'where-object where ?'),
    (running.expression, 'command', '', 'invoke-expression iex'),
    (running.create_block, '', '', '[scriptblock]::create'),
    (
        running.source,
        'name minimumversion requiredversion scope prefix',
        'force global passthru',
        '. import-module ipmo',
    ),
    (running.shell, '', '', 'pwsh powershell pwsh.exe powershell.exe'),
    (
        running.start_process,
        'filepath argumentlist args workingdirectory verb windowstyle credential redirectstandardoutput '
        'redirectstandarderror redirectstandardinput environment',
        'wait nonewwindow passthru',
        'start-process saps start',
    ),
    (parameters.bind, '', '', 'param'),
    (
        requests.request,
        ' '.join(requests.VALUES),
        ' '.join(requests.SWITCHES),
        'invoke-restmethod irm invoke-webrequest iwr',
    ),
    (requests.curl, '', '', 'curl wget'),
)
# commands of the shell's own name: Verb-Noun, in any case for the verbs that PowerShell approves
_NAME = re.compile(r'(?:[\w.]+\\)?([A-Za-z]+)-([A-Za-z]\w*)')
# https://learn.microsoft.com/powershell/scripting/developer/cmdlet/approved-verbs-for-windows-powershell-commands
_VERBS_WORDS = (
    'add approve assert backup block checkpoint clear close compare complete compress confirm connect convert convertfrom '
    'convertto copy debug deny disable disconnect dismount edit enable enter exit expand export find format get grant '
    'group hide import initialize install invoke join limit lock measure merge mount move new open optimize out ping pop '
    'protect publish push read receive redo register remove rename repair request reset resize resolve restart restore '
    'resume revoke save search select send set show skip split start step stop submit suspend switch sync test trace '
    'unblock undo uninstall unlock unprotect unpublish unregister update use wait watch write'
)
_VERBS = frozenset(_VERBS_WORDS.split())
_CARRYING_VERBS = ('convertto', 'convertfrom', 'convert', 'join', 'format', 'protect', 'unprotect')
# static methods whose result holds what they are given
_CARRYING_TYPES = re.compile(
    r'\[(?:convert|string|(?:text\.)?encoding|uri|net\.webutility|web\.httputility|regex|text\.json\.\w+|pscredential|\S*credential|(?:net\.)?\S*marshal|array|tuple)\]::'
)
_FILES = re.compile(r'\[io\.file\]::(\w+)')


@lru_cache(maxsize=1)
def _table() -> dict[str, Builtin]:
    return {
        name: partial(_call, cmdlet, tuple(values.split()), tuple(switches.split()))
        for cmdlet, values, switches, names in _ROWS
        for name in names.split()
    }


def builtin(name: str) -> Builtin | None:
    """What runs in PowerShell's own process under a name; None for a program."""
    folded = name.lower()
    found = _table().get(folded) or _table().get(folded.rpartition('\\')[2] if '-' in folded else '')
    if found is not None:
        return found
    if folded.startswith('['):
        return _static
    if folded.endswith(('.ps1', '.psm1')):
        return _table_script
    return _other if is_cmdlet(name) else None


def is_cmdlet(name: str) -> bool:
    """Whether a name is one of a cmdlet or function: `Verb-Noun`."""
    match = _NAME.fullmatch(name)
    if match is None:
        return False
    return match[1].lower() in _VERBS or (match[1][0].isupper() and match[2][0].isupper())


def _call(
    cmdlet: Cmdlet, values: tuple[str, ...], switches: tuple[str, ...], run: Interpreter, call: Call
) -> Output:
    return cmdlet(run, call, read(call.fields[1:], values, switches))


def _table_script(run: Interpreter, call: Call) -> Output:
    return running.script(run, call, Arguments())


def _other(run: Interpreter, call: Call) -> Output:
    """A cmdlet of which only the table of programs knows what it does, or a function from elsewhere."""
    inside = running.blocks(run, call, call.fields[1:])
    row = program(call.name)
    if row is not None:
        return merged((inside, external.external(run, call, row, call.state)))
    if call.name.lower().startswith(_CARRYING_VERBS):
        return merged((inside, streams.carried(run, call, Arguments((), call.fields[1:]))))
    return merged((inside, Output((Emission(unknown(), call.written, call.name),))))


def _static(run: Interpreter, call: Call) -> Output:
    """A static method: `[Type]::Method(arguments)`."""
    arguments = Arguments((), call.fields[1:])
    file = _FILES.match(call.name)
    if file is not None:
        if file[1].startswith(('write', 'append')):
            return streams.write_file(run, call, arguments)
        return streams.read_file(run, call, arguments)
    if call.name.startswith('[console]::write'):
        return streams.write_host(run, call, arguments)
    if _CARRYING_TYPES.match(call.name) and not call.name.endswith(
        ('isnullorempty', 'isnullorwhitespace', 'ismatch')
    ):
        return streams.carried(run, call, arguments)
    return Output((Emission(unknown(), call.written, call.name),))
