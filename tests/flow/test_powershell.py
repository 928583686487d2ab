"""PowerShell through the whole analysis: what a script shows of a token, and to whom."""

from __future__ import annotations

import pytest

from artifacts_guard.check import analyse
from artifacts_guard.facts.model import Call
from artifacts_guard.facts.model import Companion
from artifacts_guard.facts.model import Exposure
from artifacts_guard.facts.model import Grant
from tests.flow.job import facts
from tests.flow.job import sinks

API = 'https://hostartifacts.dev/api/profile/me'

# sentence, script, sinks
SHOWN: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    # the CLI's own command line
    ('a flag with a variable of the environment', 'artifacts whoami --token $env:T', ('flag',)),
    ('the name of the variable in another case', 'artifacts whoami --token $Env:t', ('flag',)),
    ('a name in braces', 'artifacts whoami --token ${env:T}', ('flag',)),
    ('a flag joined with its value', 'artifacts whoami --token=$env:T', ('flag',)),
    ('a flag in a text', 'artifacts whoami "--token=$env:T"', ('flag',)),
    ('a flag behind a backtick', 'artifacts whoami `\n  --token $env:T', ('flag',)),
    ('a variable, whose case does not matter', '$Token = $env:T\nartifacts whoami --token $tOKEN', ('flag',)),
    ('an array that is splatted', "$a = @('whoami')\n$a += '--token', $env:T\nartifacts @a", ('flag',)),
    ('an array that is given whole', "$a = 'whoami', '--token', $env:T\nartifacts $a", ('flag',)),
    ('an array over lines', "$a = @(\n  'whoami'\n  '--token'\n  $env:T\n)\n& artifacts @a", ('flag',)),
    ('a list that is added to', "$a = [System.Collections.ArrayList]@('whoami')\n$a.Add('--token')\n$a.Add($env:T)\nartifacts @a", ('flag',)),
    ('arrays put together', "$a = @('whoami') + @('--token', $env:T)\nartifacts @a", ('flag',)),
    ('the arguments of a function', 'function f { artifacts @args }\nf whoami --token $env:T', ('flag',)),
    ('a parameter of a function', 'function F([string]$Key) { artifacts whoami --token $key }\nf -Key $env:T', ('flag',)),
    ('a parameter by its position', 'function F { param($a, $Key)\n artifacts whoami --token $Key }\nF 1 $env:T', ('flag',)),
    ('a parameter by the beginning of its name', 'function F { param($Secret)\n artifacts whoami --token $Secret }\nF -Sec $env:T', ('flag',)),
    ('the default of a parameter', 'function F { param($Key = $env:T)\n artifacts whoami --token $Key }\nF', ('flag',)),
    ('a table that is splatted to a function',
     'function F { param($Key)\n artifacts whoami --token $Key }\n$p = @{ Key = $env:T }\nF @p', ('flag',)),
    ('the parameters that a function got',
     'function G { param($Key)\n artifacts whoami --token $Key }\nfunction F { param($Key)\n G @PSBoundParameters }\nF -Key $env:T',
     ('flag',)),
    ('what a function gives back', 'function F { return $env:T }\n$k = F\nartifacts whoami --token $k', ('flag',)),
    ('the call operator with a variable', "$cli = 'artifacts'\n& $cli whoami --token $env:T", ('flag',)),
    ('the call operator with a path', "& 'C:\\tools\\artifacts.exe' whoami --token $env:T", ('flag',)),
    ('an alias', 'Set-Alias aa artifacts\naa whoami --token $env:T', ('flag',)),
    ('a script block that is run', '& { artifacts whoami --token $env:T }', ('flag',)),
    ('a script block in a variable', '$b = { param($k) artifacts whoami --token $k }\n& $b $env:T', ('flag',)),
    ('a script block that a command runs', 'Invoke-WithRetry -Times 3 { artifacts whoami --token $env:T }', ('flag',)),
    ('a job', 'Start-Job -ScriptBlock { param($k) artifacts whoami --token $k } -ArgumentList $env:T', ('flag',)),
    ('each item of a pipe', '$env:T | ForEach-Object { artifacts whoami --token $_ }', ('flag',)),
    ('each element of a list', 'foreach ($k in @($env:T)) { artifacts whoami --token $k }', ('flag',)),
    ('a pattern with its values', "$o = '--token={0}' -f $env:T\nartifacts whoami $o", ('flag',)),
    ('text put together', "$o = '--token=' + $env:T\nartifacts whoami $o", ('flag',)),
    ('a value that depends', "$k = if ($env:CI) { $env:T } else { 'x' }\nartifacts whoami --token $k", ('flag',)),
    ('a conditional operator', "$k = $env:CI ? $env:T : 'x'\nartifacts whoami --token $k", ('flag',)),
    ('a value that replaces null', '$k = $null ?? $env:T\nartifacts whoami --token $k', ('flag',)),
    ('text that is run', 'Invoke-Expression "artifacts whoami --token $env:T"', ('flag',)),
    ('a process of its own', "Start-Process artifacts -ArgumentList 'whoami', '--token', $env:T -Wait", ('flag',)),
    ('a process with one text of arguments', 'Start-Process -FilePath artifacts -ArgumentList "whoami --token $env:T"', ('flag',)),
    ('another PowerShell', "pwsh -Command 'artifacts whoami --token $env:T'", ('flag',)),
    ('another PowerShell with a block', 'pwsh -NoProfile -Command { artifacts whoami --token $env:T }', ('flag',)),
    ('a value in a block of try', "try { $k = $env:T } catch { throw }\nartifacts whoami --token $k", ('flag',)),
    ('a cleaning block', "try { exit 1 } finally { artifacts whoami --token $env:T }", ('flag',)),
    ('a case of a switch', "switch ($env:T) { default { artifacts whoami --token $_ } }", ('flag',)),
    ('two variables at once', '$a, $b = 1, $env:T\nartifacts whoami --token $b', ('flag',)),
    ('a variable of the script', 'function F { $script:k = $env:T }\nF\nartifacts whoami --token $k', ('flag',)),
    ('Set-Variable', 'Set-Variable -Name k -Value $env:T\nartifacts whoami --token $k', ('flag',)),
    ('the environment by a method', "$k = [Environment]::GetEnvironmentVariable('T')\nartifacts whoami --token $k", ('flag',)),
    ('the environment by its drive', '$k = (Get-Item Env:T).Value\nartifacts whoami --token $k', ('flag',)),
    ('the content of the drive', '$k = Get-Content Env:\\T\nartifacts whoami --token $k', ('flag',)),
    ('what a command gives', '$k = (vault kv get -field=token ci/artifacts).Trim()\nartifacts whoami --token $k', ('flag',)),
    ('what was written to a file', 'Set-Content k $env:T\nartifacts whoami --token (Get-Content k)', ('disk', 'flag')),
    ('the token made plain text again',
     '$s = ConvertTo-SecureString $env:T -AsPlainText -Force\n$k = [Net.NetworkCredential]::new("", $s).Password\n'
     'artifacts whoami --token $k', ('flag',)),
    # other programs' command lines
    ('a bearer header of curl', f'curl.exe -H "Authorization: Bearer $env:T" {API} -o o', ('argv',)),
    ('curl as a name', f'curl -H "Authorization: Bearer $env:T" {API} -o o', ('argv',)),
    ('a header in a variable', f'$h = "Authorization: Bearer $env:T"\ncurl.exe -H $h {API} -o o', ('argv',)),
    ('a secret store on the command line', 'gh secret set K --body $env:T', ('argv',)),
    ('a program nobody knows', './publish.exe --key $env:T', ('argv',)),
    ('arguments that are not parsed', './publish.exe --% --key %T%', ('argv',)),
    ('a process of its own with the key', 'Start-Process publish -ArgumentList "--key",$env:T', ('argv',)),
    ('a container with a value', 'docker run -e AGENT_ARTIFACTS_TOKEN=$env:T img', ('argv',)),
    # the log
    ('Write-Host', 'Write-Host "key: $env:T"', ('log',)),
    ('Write-Output', 'Write-Output $env:T', ('log',)),
    ('echo', 'echo $env:T', ('log',)),
    ('an expression that stands alone', '$env:T', ('log',)),
    ('a text that stands alone', '"key: $env:T"', ('log',)),
    ('a subexpression in a text', '"key: $($env:T.Trim())"', ('log',)),
    ('a warning', 'Write-Warning "bad key $env:T"', ('log',)),
    ('an error', 'throw "bad key $env:T"', ('log',)),
    ('the console', '[Console]::WriteLine($env:T)', ('log',)),
    ('the errors of the console', '[Console]::Error.WriteLine("key $env:T")', ('log',)),
    ('Write-Host is no output of a command', '$x = Write-Host $env:T', ('log',)),
    ('a pipe to people', '$env:T | Out-Host', ('log',)),
    ('a pipe through a filter', '$env:T | Out-String | Write-Output', ('log',)),
    ('Write-Verbose with its switch', 'Write-Verbose $env:T -Verbose', ('log',)),
    ('Write-Verbose when it is preferred', "$VerbosePreference = 'Continue'\nWrite-Verbose $env:T", ('log',)),
    ('Write-Information when it is asked for', 'Write-Information $env:T -InformationAction Continue', ('log',)),
    ('a function with the switch', 'function F { [CmdletBinding()] param($k)\n Write-Verbose $k }\nF $env:T -Verbose', ('log',)),
    ('the whole environment', 'Get-ChildItem Env:', ('log',)),
    ('the whole environment by an alias', 'gci env: | Format-Table -AutoSize', ('log',)),
    ('the whole environment by another', 'dir env:\\', ('log',)),
    ('one variable of the drive', 'Get-Item Env:T', ('log',)),
    ('variables that fit', 'Get-ChildItem Env:AGENT_*', ('log',)),
    ('what a program prints', 'cmd /c "echo $env:T"', ('argv', 'log')),
    ('tracing that shows assignments', 'Set-PSDebug -Trace 2\n$k = $env:T', ('log',)),
    ('a request that is debugged', f'$r = irm {API} -Debug -Headers @{{ Authorization = "Bearer $env:T" }}', ('log',)),
    ('a table', '@{ key = $env:T } | ConvertTo-Json', ('log',)),
    ('base64', '[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($env:T))', ('log',)),
    ('Tee-Object', '$env:T | Tee-Object -FilePath k', ('disk', 'log')),
    # files
    ('a redirection', '$env:T > key.txt', ('disk',)),
    ('a redirection of all streams', 'Write-Host $env:T *> key.txt', ('disk',)),
    ('an appending redirection', '"k=$env:T" >> $env:GITHUB_OUTPUT', ('disk',)),
    ('Out-File', '$env:T | Out-File -FilePath key.txt', ('disk',)),
    ('Out-File for later steps', '"K=$env:T" | Out-File -FilePath $env:GITHUB_ENV -Encoding utf8 -Append', ('disk',)),
    ('Set-Content', 'Set-Content -Path key.txt -Value $env:T', ('disk',)),
    ('Add-Content by position', 'Add-Content $env:GITHUB_ENV "K=$env:T"', ('disk',)),
    ('a file by a method', "[IO.File]::WriteAllText('key.txt', $env:T)", ('disk',)),
    ('a here-string in a file', '@"\nkey=$env:T\n"@ | Set-Content .env', ('disk',)),
    ('New-Item', 'New-Item -Path key.txt -Value $env:T', ('disk',)),
    # URLs
    ('a query of curl', 'curl.exe "https://hostartifacts.dev/api/x?token=$env:T" -o o', ('argv', 'url')),
    ('a query of a cmdlet', '$r = Invoke-RestMethod "https://hostartifacts.dev/api/x?token=$env:T"', ('url',)),
)  # fmt: skip

# sentence, script
HIDDEN: tuple[tuple[str, str], ...] = (
    ('the token in the environment', 'artifacts whoami'),
    ('the token through a pipe', '$env:T | artifacts --token-stdin whoami | Out-Null'),
    ('a variable of the environment that is set', '$env:AGENT_ARTIFACTS_TOKEN = $env:T\nartifacts whoami'),
    ('the same by a method', "[Environment]::SetEnvironmentVariable('AGENT_ARTIFACTS_TOKEN', $env:T)\nartifacts whoami"),
    ('the same by the drive', 'Set-Item Env:AGENT_ARTIFACTS_TOKEN $env:T\nartifacts whoami'),
    ('headers of Invoke-RestMethod', f'$r = Invoke-RestMethod {API} -Headers @{{ Authorization = "Bearer $env:T" }}'),
    ('a request that tells what it does', f'$r = irm {API} -Verbose -Headers @{{ Authorization = "Bearer $env:T" }}'),
    ('headers in a variable', f'$h = @{{ Authorization = "Bearer $env:T" }}\n$r = irm -Uri {API} -Headers $h'),
    ('headers in a dictionary',
     '$h = New-Object "System.Collections.Generic.Dictionary[[String],[String]]"\n'
     f'$h.Add("Authorization", "Bearer $env:T")\n$r = Invoke-WebRequest {API} -Headers $h'),
    ('headers set one by one', f'$h = @{{}}\n$h["Authorization"] = "Bearer $env:T"\n$r = iwr {API} -Headers $h'),
    ('splatted parameters of a cmdlet',
     f"$p = @{{\n  Uri = '{API}'\n  Headers = @{{ Authorization = \"Bearer $env:T\" }}\n}}\n$r = Invoke-RestMethod @p"),
    ('a bearer token as a parameter',
     f'$s = ConvertTo-SecureString $env:T -AsPlainText\n$r = irm {API} -Authentication Bearer -Token $s'),
    ('the arguments of a cmdlet nobody knows', 'Publish-Report -Key $env:T'),
    ('the arguments of a function from elsewhere', 'Get-AzDOHeaders -token $env:T'),
    ('a script of PowerShell runs in the same process', './tools/publish.ps1 -Key $env:T'),
    ('a condition', 'if (-not $env:T) { throw "the key is not set" }'),
    ('a comparison', "if ($env:T -notmatch '^aa_') { exit 1 }\n$env:T -eq ''\n$env:T -like 'aa*'"),
    ('its length', 'Write-Host "the key has $($env:T.Length) characters"'),
    ('its beginning only', 'Write-Host $env:T.StartsWith("aa_")'),
    ('a name in single quotes', "Write-Host 'key: $env:T'"),
    ('a name behind a backtick', 'Write-Host "key: `$env:T"'),
    ('a comment', '# Write-Host $env:T\n<#\nWrite-Host $env:T\n#> Write-Host x'),
    ('a single-quoted here-string', "@'\nkey: $env:T\n'@ | Write-Host"),
    ('a variable that bash would read', 'Write-Host "key: $T"'),
    ('the names of variables only', 'Get-ChildItem Env: | Select-Object -ExpandProperty Name'),
    ('the names by a block', 'Get-ChildItem Env: | ForEach-Object { $_.Name }'),
    ('the number of variables', '(Get-ChildItem Env:).Count'),
    ('whether a variable is there', 'Test-Path Env:T'),
    ('another variable', 'Write-Host $env:PATH\nGet-ChildItem Env:PATH'),
    ('nowhere', '$env:T | Out-Null\n$null = $env:T\n[void]$env:T\n$env:T > $null'),
    ('Write-Verbose by default', 'Write-Verbose "key: $env:T"'),
    ('Write-Debug by default', 'Write-Debug $env:T'),
    ('Write-Information by default', 'Write-Information $env:T'),
    ('a value that was replaced', "$k = $env:T\n$k = 'none'\nWrite-Host $k"),
    ('a variable of a function stays there', 'function F { $k = $env:T }\n$k = 1\nF\nWrite-Host $k'),
    ('a method that gives nothing', '$list = New-Object X\n$list.Add($env:T)\n$client.Headers.Add("Authorization", $env:T)'),
    ('the hash of it', '$h = [Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::UTF8.GetBytes($env:T))\nWrite-Host $h'),
    ('another member of an answer',
     f'$r = irm {API} -Headers @{{ Authorization = "Bearer $env:T" }}\nWrite-Host $r.profile.username'),
    ('tracing that shows lines as they are written', f'Set-PSDebug -Trace 1\n$r = irm {API} -Headers @{{ Authorization = "Bearer $env:T" }}'),
    ('a command that tells the system to mask', 'Write-Host "::add-mask::$env:T"'),
    ('a variable of the environment that is removed', 'Remove-Item Env:T\nWrite-Host "[$env:T]"'),
    ('what a child process is given', '$env:AGENT_ARTIFACTS_TOKEN = $env:T\nnode publish.js'),
    ('a path of the environment', "& \"$env:USERPROFILE\\bin\\publish.exe\" --file 'a'"),
    ('the names of a table', '@{ key = $env:T }.Keys'),
    ('a member of a table without it', '$t = @{ key = $env:T; name = "x" }\nWrite-Host $t.name'),
)  # fmt: skip


@pytest.mark.parametrize(('script', 'expected'), [row[1:] for row in SHOWN], ids=[row[0] for row in SHOWN])
def test_what_is_shown(script: str, expected: tuple[str, ...]) -> None:
    assert sinks('pwsh', script) == sorted(expected)


@pytest.mark.parametrize('script', [row[1] for row in HIDDEN], ids=[row[0] for row in HIDDEN])
def test_what_is_not(script: str) -> None:
    assert sinks('pwsh', script) == []


def test_the_names_are_different() -> None:
    names = [row[0] for row in (*SHOWN, *HIDDEN)]

    assert len(names) == len(set(names))


SCRIPT = 'param([Parameter(Mandatory)][string] $Key)\nartifacts whoami --token $Key\n'


@pytest.mark.parametrize(
    ('script', 'expected'),
    [
        ('./tools/publish.ps1 -Key $env:T', ['flag']),
        ('& ./tools/publish.ps1 $env:T', ['flag']),
        ('.\\tools\\publish.ps1 -Key $env:T', ['flag']),
        ('& "$PSScriptRoot/tools/publish.ps1" -Key $env:T', ['flag']),
        ('$p = @{ Key = $env:T }\n./tools/publish.ps1 @p', ['flag']),
        ('Set-Location tools\n./publish.ps1 $env:T', ['flag']),
        ('pwsh ./tools/publish.ps1 -Key $env:T', ['argv', 'flag']),
        ('pwsh -File tools/publish.ps1 -Key $env:T', ['argv', 'flag']),
    ],
)
def test_scripts_of_the_tree(script: str, expected: list[str]) -> None:
    assert sinks('pwsh', script, {'tools/publish.ps1': SCRIPT}) == expected


@pytest.mark.parametrize('start', ['. ./lib.ps1', 'Import-Module ./lib.psm1', '. "$PSScriptRoot\\lib.ps1"'])
def test_functions_of_other_files(start: str) -> None:
    library = 'function Publish-Key($Key) { artifacts whoami --token $Key }\n'

    assert sinks('pwsh', f'{start}\nPublish-Key $env:T', {'lib.ps1': library, 'lib.psm1': library}) == [
        'flag'
    ]


def test_a_script_that_ends_does_not_end_its_caller() -> None:
    script = './a.ps1\nWrite-Host $env:T'

    assert sinks('pwsh', script, {'a.ps1': 'exit 0\n'}) == ['log']


def test_what_a_script_sets_in_the_environment_stays() -> None:
    files = {'a.ps1': '$env:K = $env:T\n$k = $env:T\n'}

    assert sinks('pwsh', './a.ps1\nWrite-Host $env:K\nWrite-Host $k', files) == ['log']


def test_a_function_that_calls_itself() -> None:
    assert sinks('pwsh', 'function F($k) { F $k; Write-Host $k }\nF $env:T') == ['log']


ORPHAN = """\
param([string] $Token, [string] $Base = 'https://hostartifacts.dev')
curl.exe -H "Authorization: Bearer $Token" "$Base/api/profile/me" | Out-Null
"""


def test_the_parameter_of_a_script_that_nobody_calls() -> None:
    found = [f for f in analyse({'tools/me.ps1': ORPHAN}) if isinstance(f, Exposure)]

    assert [(f.sink, f.place.line, f.automation) for f in found] == [('argv', 2, False)]


# keys


def calls(script: str) -> list[Call]:
    return [f for f in facts('pwsh', script) if isinstance(f, Call)]


@pytest.mark.parametrize(
    ('script', 'printed'),
    [
        ('artifacts keys create --name ci --scopes artifacts:read', True),
        ('$k = artifacts keys create --name ci --scopes artifacts:read', False),
        ('$k = artifacts keys create --name ci | ConvertFrom-Json\n$k.data.apiKey.token', True),
        ('$k = artifacts keys create --name ci | ConvertFrom-Json\nWrite-Host $k.data.apiKey.token', True),
        (
            '$k = artifacts keys create --name ci | ConvertFrom-Json\nWrite-Host "made $($k.data.apiKey.token)"',
            True,
        ),
        ('$k = artifacts keys create --name ci | ConvertFrom-Json\n$k', True),
        ('$k = artifacts keys create --name ci | ConvertFrom-Json\nWrite-Host $k.data.apiKey.id', False),
        (
            '$k = artifacts keys create --name ci | ConvertFrom-Json\nWrite-Host $k.data.apiKey.tokenPrefix',
            False,
        ),
        (
            '$k = artifacts keys create --name ci | ConvertFrom-Json\n$k.data.apiKey.token | gh secret set K',
            False,
        ),
        ('$k = (artifacts keys create --name ci | ConvertFrom-Json).data.apiKey.token\nWrite-Host $k', True),
        ('artifacts keys create --name ci | ConvertFrom-Json | Select-Object -ExpandProperty id', False),
        (
            'artifacts keys create --name ci | ConvertFrom-Json | % { $_.data.apiKey.token } | gh secret set K',
            False,
        ),
        ('artifacts keys create --name ci | Out-Null', False),
        ('artifacts keys create --name ci > key.json', False),
    ],
)
def test_whether_a_new_key_is_printed(script: str, printed: bool) -> None:
    (call,) = [c for c in calls(script) if c.command == 'keys create']

    assert call.prints_key is printed


def grants(script: str) -> list[Grant]:
    return [f for f in facts('pwsh', script) if isinstance(f, Grant)]


@pytest.mark.parametrize(
    'script',
    [
        'artifacts keys create --name ci --scopes artifacts:read,artifacts:publish',
        "artifacts keys create --name ci --scopes 'artifacts:read,artifacts:publish'",
        '$s = "artifacts:read,artifacts:publish"\nartifacts keys create --name ci --scopes $s',
        '$s = @("artifacts:read", "artifacts:publish") -join ","\nartifacts keys create --name ci --scopes $s',
        '$b = @{ name = "ci"; scopes = @("artifacts:read", "artifacts:publish") } | ConvertTo-Json\n'
        '$r = irm https://hostartifacts.dev/api/api-keys -Method Post -Body $b -Headers @{ Authorization = "Bearer $env:T" }',
        '$b = \'{"name": "ci", "scopes": ["artifacts:read", "artifacts:publish"]}\'\n'
        '$r = Invoke-RestMethod -Method POST -Uri https://hostartifacts.dev/api/api-keys -Body $b',
    ],
)
def test_the_scopes_of_a_key(script: str) -> None:
    (grant,) = grants(script)

    assert (grant.scopes, grant.unknown) == (
        ('artifacts:read', 'artifacts:publish'),
        ('artifacts:publish',),
    )


def test_a_body_made_of_a_table() -> None:
    script = (
        '$body = @{ slug = "a"; publicView = $false; publicEdit = $false }\n'
        '$r = Invoke-RestMethod -Method Post -Uri https://hostartifacts.dev/api/artifacts `\n'
        '  -Headers @{ Authorization = "Bearer $env:T" } -Body ($body | ConvertTo-Json)'
    )
    (call,) = calls(script)

    assert call.command == 'POST /api/artifacts'
    assert call.mutates


# code from the network


@pytest.mark.parametrize(
    ('script', 'seen'),
    [
        ('iwr https://get.example.dev/i.ps1 | iex', True),
        ('Invoke-WebRequest -Uri https://get.example.dev/i.ps1 -UseBasicParsing | Invoke-Expression', True),
        ('iex (irm https://get.example.dev/i.ps1)', True),
        ('iex ((New-Object System.Net.WebClient).DownloadString("https://get.example.dev/i.ps1"))', True),
        ('& ([scriptblock]::Create((irm https://get.example.dev/i.ps1)))', True),
        ('$s = Invoke-RestMethod https://get.example.dev/i.ps1\nInvoke-Expression $s', True),
        ('iwr https://get.example.dev/i.ps1 -OutFile i.ps1', False),
        ('$r = irm https://get.example.dev/version', False),
        ("iex 'artifacts whoami'", False),
        ('Remove-Item Env:T, Env:AGENT_ARTIFACTS_TOKEN\niwr https://get.example.dev/i.ps1 | iex', False),
    ],
)
def test_code_from_the_network(script: str, seen: bool) -> None:
    assert bool([f for f in facts('pwsh', script) if isinstance(f, Companion)]) is seen


# failures


@pytest.mark.parametrize(
    ('script', 'unsafe'),
    [
        ('artifacts whoami\nWrite-Host done', 'sequence'),
        ("$ErrorActionPreference = 'Stop'\nartifacts whoami\nWrite-Host done", 'sequence'),
        ('artifacts whoami', ''),
        ('artifacts whoami\nif ($LASTEXITCODE -ne 0) { throw "no" }', ''),
        ('artifacts whoami; if (-not $?) { exit 1 }', ''),
        ('artifacts whoami || exit 1\nWrite-Host done', ''),
        ('$PSNativeCommandUseErrorActionPreference = $true\nartifacts whoami\nWrite-Host done', ''),
    ],
)
def test_whether_a_failure_is_noticed(script: str, unsafe: str) -> None:
    (call,) = [f for f in analyse({'a.ps1': script}) if isinstance(f, Call)]

    assert call.unsafe_errors == unsafe


@pytest.mark.parametrize(
    ('script', 'prompts'),
    [
        ('artifacts whoami', False),
        ("$env:AGENT_ARTIFACTS_NO_INPUT = 'yes'\nartifacts whoami", False),
        ('Remove-Item Env:AGENT_ARTIFACTS_NO_INPUT\nartifacts whoami', True),
        ("$env:AGENT_ARTIFACTS_NO_INPUT = 'on'\nartifacts whoami", True),
        ('Remove-Item Env:AGENT_ARTIFACTS_NO_INPUT\nartifacts --no-input whoami', False),
    ],
)
def test_whether_a_command_can_ask(script: str, prompts: bool) -> None:
    (call,) = calls(script)

    assert call.prompts is prompts
