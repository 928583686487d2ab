"""PowerShell in the shell's syntax tree.  The notation is that of `tests.shell.dump`."""

from __future__ import annotations

import pytest

from artifacts_guard.record import Record
from artifacts_guard.shell import syntax
from artifacts_guard.shell.powershell import parse
from tests.shell.dump import dump
from tests.shell.dump import walk

CASES = (
    ('a command with a parameter', 'Get-Item  a -Force', '[Get-Item a -Force]'),
    ('a backtick continues the line', 'echo a`\n  b', '[echo a b]'),
    ('quotes, and what is special in them', 'echo \'a \'\'b\'\' $c\' "a ""b"" `"c`" `$d `n"', '[echo \'a \'b\' $c\' \'a "b" "c" $d ⏎\']'),
    ('variables in a text', 'echo "$a ${b} $env:C ${env:D} $($e.f) $g.h $i:j $($k) $"', '[echo "$local:a[*]"·\' \'·"$local:b[*]"·\' \'·"$C[*]"·\' \'·"$D[*]"·\' \'·"$local:e[@]".f·\' \'·"$local:g[*]"·\'.h \'·"$local:i[*]"·\':j \'·"$local:k[*]"·\' $\']'),
    ('variables as arguments, their members, and text behind them', 'echo $a $a.b $a[0] $a[\'k\'] $a/b $a\\b "$a".c', '[echo "$local:a[@]" "$local:a[@]".b "$local:a[@]".0 "$local:a[@]".k "$local:a[*]"·/b "$local:a[*]"·\\b "$local:a[*]".c]'),
    ('words with commas', 'echo a,b , c $d,"e"', '[echo ,(a b c) ,("$local:d[@]" \'e\')]'),
    ('semicolons and comments', 'echo a;echo b # c', '[echo a] ; [echo b]'),
    ('a hash within a word, and block comments', "echo a#b '#c' <# d #> e", "[echo a#b '#c' e]"),
    ('a here-string', '@"\na "b" $c\n  "@ d\n"@ | x', '{[Write-Output \'a "b" \'·"$local:c[*]"·\'⏎  "@ d\'] | [x]}'),
    ('a here-string in single quotes', "@'\na $b\n'@", "[Write-Output 'a $b']"),
    ('an assignment', '$a = 1', '[local:a=1]'),
    ('adding a list to a variable', "$A += 'x', $b", '[local:a+=(\'x\' "$local:b[@]")]'),
    ('a variable of the environment', '$env:A = "x"', "[export: A='x']"),
    ('adding to a variable of the environment', "$env:A += ';x'", "[export: A+=';x']"),
    ('members and elements that are set', "$a.b.c = 1; $a['k'] = 2; $a[$i] = 3", '[local:a[b.c]=1] ; [local:a[k]=2] ; [local:a[*]=3]'),
    ('a type before the variable', '[string]$a = $b', '[local:a="$local:b[@]"]'),
    ('several variables at once', '$a, $b = $c', '[local:a="$local:c[@]"] ; [local:b="$local:a[@]"]'),
    ('one value for two variables', '$a = $b = 1', '[local:b=1] ; [local:a="$local:b[@]"]'),
    ('scopes', '$script:a = $global:b', '[script:a="$global:b[@]"]'),
    ('setting what is null', "$a ??= 'x'", "[local:a=${local:a[@] :- 'x'}]"),
    ('values that go nowhere', '$null = f x; [void]$a', '[Out-Null "$([f x])"] ; [Write-Output <drop "$local:a[@]">]'),
    ('methods that change a variable', "$h.Add('k', $v); $l.Add($v); $o.Do($v)", '[local:h[k]="$local:v[@]"] ; [local:l+=("$local:v[@]")] ; [Out-Null "$local:o[@]".Do("$local:v[@]")]'),
    ('a list', "$a = @('a', $b)", '[local:a=(\'a\' "$local:b[@]")]'),
    ('a list over lines', "$a = @(\n 'a'\n $b\n)", '[local:a=(\'a\' "$local:b[@]")]'),
    ('tables', '@{ a = 1; \'b\' = "x"; $c = f d\n e = @{ f = @(1, 2) } }', '[Write-Output @{a=1; \'b\'=\'x\'; "$local:c[@]"="$([f d])"; e=@{f=,(1 2)}}]'),
    ('splatting, tables and lists as arguments', 'f @a @{ b = 1 } @(1,2)', '[f @local:a @{b=1} @(1 2)]'),
    ('redirections', 'a > f 2>> g; b 2>&1; c *> h; d 3>$null; $x > f', '[a > f 2>> g] ; [b 2>& 1] ; [c &> h] ; [d 2> \'$null\'] ; [Write-Output "$local:x[@]" > f]'),
    ('pipes', 'a | b -c | d', '{[a] | [b -c] | [d]}'),
    ('pipes over lines', 'a |\n b\n | c', '{[a] | [b] | [c]}'),
    ('chains', 'a && b || c', '(([a] && [b]) || [c])'),
    ('a command in the background', 'a &', '[a] &'),
    ('the call operators', "& $a b; & 'c d' e; & { f } g; . ./x.ps1 h; . { i }", '["$local:a[@]" b] ; [\'c d\' e] ; [{[f]} g] ; [. ./x.ps1 h] ; [{[i]}]'),
    ('scripts by their paths', './a.ps1 b; .\\c d; ../e; C:\\f\\g.exe h', '[./a.ps1 b] ; [.\\c d] ; [../e] ; [C:\\f\\g.exe h]'),
    ('a conditional', 'if ($a) { b } elseif ($c -eq 1) { d } else { e }', '<if <test "$local:a[@]"> then [b] elif <test <drop "$local:c[@]" 1>> then [d] else [e]>'),
    ('a command as a condition', 'if (f x) { b }', '<if <test "$([f x])"> then [b]>'),
    ('else on a line of its own', 'if ($a) { b }\nelse { c }', '<if <test "$local:a[@]"> then [b] else [c]>'),
    ('a loop over values', "foreach ($a in $b, 'c') { d $a }", '<for local:a in "$local:b[@]" \'c\' do [d "$local:a[@]"]>'),
    ('a loop over the output of a command', 'foreach ($f in Get-ChildItem x) { d }', '<for local:f in "$([Get-ChildItem x])" do [d]>'),
    ('a loop with a counter', 'for ($i = 0; $i -lt 3; $i++) { a }', '[local:i=0] ; <test <drop "$local:i[@]" 3>> ; <test "$local:i[@]"> ; <while  do [a]>'),
    ('a loop with a condition', 'while ($a) { b }', '<while <test "$local:a[@]"> do [b]>'),
    ('a loop that is run first', 'do { a } until ($b)', '<while <test "$local:b[@]"> do [a]>'),
    ('a switch', "switch -regex ($a) { 'x' { b } default { c } }", '[local:_="$local:a[@]"] ; <case "$local:a[@]" in \'x\') [b] ;; default) [c]>'),
    ('try, catch and finally', 'try { a } catch [X.Y], [Z] { b } finally { c }', '<try [a] catch [b] finally [c]>'),
    ('a function', 'function F { a }', '<function f [a]>'),
    ('the parameters of a function', 'function F($a, [int]$B = 1, [switch]$c) { d $a }', '<function f [param \'local:a\' \'local:b=\' \'local:c?\'] ; [local:b=${local:b[@] - 1}] ; [d "$local:a[@]"]>'),
    ('the parameters of a script', "param([Parameter(Mandatory)][string] $A, $B = (f x), [string[]]$C = @('x', 'y'))", '[param \'local:a\' \'local:b=\' \'local:c=\'] ; [local:b=${local:b[@] - "$([f x])"}] ; [local:c=${local:c[@] - @(\'x\' \'y\')}]'),
    ('attributes of a script', '[CmdletBinding()]\nparam()\na', '[param] ; [a]'),
    ('sections of a function', 'function F { param($a)\n begin { b }\n process { c } }', "<function f [param 'local:a'] ; [b] ; [c]>"),
    ('a class', 'class A { [string]$b\n static [void] C($d) { e $d } }', '<function [a]::c [param \'local:d\'] ; [e "$local:d[@]"]>'),
    ('static members', '[A]::C($d); $x = [A]::B; [A]::C($d).E()', '[Write-Output "$([\'[a]::c\' "$local:d[@]"])"] ; [local:x=$(())] ; [Out-Null "$([\'[a]::c\' "$local:d[@]"])".E()]'),
    ('operators by what they carry', "$a -f $b, 'c'; $a + 'b'; $a -join ','; $a -replace 'x', $b; $a * 2; -not $a; !$a; $a -eq $b", '[Write-Output <-f "$local:a[@]" ,("$local:b[@]" \'c\')>] ; [Write-Output <+ "$local:a[@]" \'b\'>] ; [Write-Output <-join "$local:a[@]" \',\'>] ; [Write-Output <carry "$local:a[@]" ,(\'x\' "$local:b[@]")>] ; [Write-Output <drop "$local:a[@]" 2>] ; [Write-Output <drop "$local:a[@]">] ; [Write-Output <drop "$local:a[@]">] ; [Write-Output <drop "$local:a[@]" "$local:b[@]">]'),
    ('conditional operators', '$a ? $b : $c; $a ?? $b', '[Write-Output <choice "$local:a[@]" "$local:b[@]" "$local:c[@]">] ; [Write-Output <choice ε "$local:a[@]" "$local:b[@]">]'),
    ('a condition as a value', "$x = if ($a) { 'b' } else { $c }", '[local:x=<choice <drop "$local:a[@]"> \'b\' "$local:c[@]">]'),
    ('commands of a condition as a value', '$x = if ($a) { f } else { g }', '[local:x="$(<if <test "$local:a[@]"> then [f] else [g]>)"]'),
    ('parentheses and subexpressions', '(a b) | c; (a b).d.E($f); $(a; b)', '{[Write-Output "$([a b])"] | [c]} ; [Out-Null "$([a b])".d.E("$local:f[@]")] ; [Write-Output "$([a] ; [b])"]'),
    ('leaving', 'return $a; exit 1; throw "x"; break; continue', '[Write-Output "$local:a[@]"] ; [return] ; [exit 1] ; [throw \'x\'] ; [break] ; [continue]'),
    ('what is not parsed', 'a --% b %C% "d e" $f\nb', '[a \'b\' "$C[*]" \'"d\' \'e"\' \'$f\'] ; [b]'),
    ('values joined to parameters', 'a -b:$c -d=$e --f="g h"', '[a -b:·"$local:c[*]" -d=·"$local:e[*]" --f=·\'g h\']'),
    ('equals signs within words', 'a b=c $d=e', '[a b=c "$local:d[*]"·=e]'),
    ('values that stand alone', '\'text\'; "text $a"; $a; 5; 7z x; 5kb; -5', '[Write-Output \'text\'] ; [Write-Output \'text \'·"$local:a[*]"] ; [Write-Output "$local:a[@]"] ; [Write-Output 5] ; [7z x] ; [Write-Output 5kb] ; [Write-Output <drop 5>]'),
    ('script blocks as arguments', 'f { a } -b { c }', '[f {[a]} -b {[c]}]'),
    ('labels', ':outer foreach ($a in $b) { continue outer }', '<for local:a in "$local:b[@]" do [continue]>'),
    ('automatic variables', 'a $_ $args $true $false $null $PSScriptRoot $LASTEXITCODE $PSItem', '[a "$local:_[@]" "$local:args[@]" True False ε $(()) $(()) "$local:_[@]"]'),
    ('a look at the exit status', 'a; if ($LASTEXITCODE -ne 0) { throw }', '([a] || <if <test <drop $(()) 0>> then [throw]>)'),
    ('a look at the success of an assignment', '$x = a; if (-not $?) { b }', '([local:x="$([a])"] || <if <test <drop $(())>> then [b]>)'),
    ('definitions that hold no commands', 'enum E { A; B }\nusing module x\ntrap { a }\nb', ' ;  ; <try  catch [a]> ; [b]'),
    ('commands as arguments', 'a (b) (c d) $(e) -f (g)', '[a "$([b])" "$([c d])" "$([e])" -f "$([g])"]'),
    ('text that is not ASCII', 'a é "ü$x" ñ', '[a é \'ü\'·"$local:x[*]" ñ]'),
    ('names in braces, and hyphens behind names', 'a ${x y} $x-y "$x-y"', '[a "$local:x y[@]" "$local:x[*]"·-y "$local:x[*]"·\'-y\']'),
    ('static methods', "[Environment]::SetEnvironmentVariable('A', $b)", '[Write-Output "$([\'[environment]::setenvironmentvariable\' \'A\' "$local:b[@]"])"]'),
    ('the streams of the console', '[Console]::Error.WriteLine($a)', '[Write-Output "$([\'[console]::writeline\' "$local:a[@]"])"]'),
    ('quotes at the beginning of a word end it', 'a \'b\' c\'d\' "e"f', "[a 'b' c·'d' 'e' f]"),
)  # fmt: skip


@pytest.mark.parametrize(
    ('script', 'expected'), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_parse(script: str, expected: str) -> None:
    assert dump(parse(script)) == expected


@pytest.mark.parametrize('script', [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_places_are_exact(script: str) -> None:
    for record in walk(parse(script).body):
        start, end = getattr(record, 'start', 0), getattr(record, 'end', 0)

        assert 0 <= start <= end <= len(script)
        if (
            isinstance(record, syntax.Text)
            and not record.quoted
            and start < end
            and record.text not in ('True', 'False')
        ):
            assert script[start:end] == record.text
        if isinstance(record, syntax.Parameter):
            assert script[start] in '$%'


@pytest.mark.parametrize('script', [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_line_ends_of_windows(script: str) -> None:
    assert dump(parse(script.replace('\n', '\r\n'))) == dump(parse(script)).replace('⏎  "@', '\r⏎  "@')


OPAQUE = (
    ('an argument', 'echo ${{ a }}', "[echo '#0']"),
    ('in a text', 'echo "a ${{ a }} b"', "[echo 'a '·'#0'·' b']"),
    ('in single quotes', "echo 'a ${{ a }}'", "[echo 'a '·'#0']"),
    ('within a word', 'echo --x=${{ a }}/b', "[echo --x=·'#0'·/b]"),
    ('the name of the command', '${{ a }} b', "['#0' b]"),
    ('a value', '$x = ${{ a }}', "[local:x='#0']"),
    ('in a here-string', '@"\na ${{ a }}\n"@', "[Write-Output 'a '·'#0']"),
    ('in a condition', "if (${{ a }} -eq '') { b }", "<if <test <drop '#0' ''>> then [b]>"),
    ('behind a backtick', 'echo "`${{ a }}"', "[echo '#0']"),
    ('a block of statements', '${{ a }}\nb', "['#0'] ; [b]"),
)


@pytest.mark.parametrize(
    ('script', 'expected'), [case[1:] for case in OPAQUE], ids=[case[0] for case in OPAQUE]
)
def test_ranges_that_the_system_replaces(script: str, expected: str) -> None:
    start = script.index('${{')

    assert dump(parse(script, ((start, start + 8),))) == expected


BROKEN = (
    ('a quote that nothing closes', 'echo "a\nb', "[echo '\"' a] ; [b] !5-7"),
    ('a single quote that nothing closes', "echo 'a\nb", '[echo QQQ a] ; [b] !5-7'.replace('Q', chr(39))),
    ('a parenthesis that nothing closes', 'echo (a\nb', '[echo "$([a] ; [b])"] !5-6'),
    ('a brace that nothing closes', 'if ($a) {\n b', '<if <test "$local:a[@]"> then [b]> !8-9'),
    ('a closing brace too many', 'a }\nb', '[a] ; [b] !2-3'),
    ('a block comment that nothing closes', 'a\n<# b', '[a] !2-6'),
    ('a here-string that nothing closes', 'a\n@"\nb', "[a] ; [Write-Output 'b'] !2-5"),
    ('an operator without operand', '$a +\n\n', '[Write-Output "$local:a[@]"]'),
    ('an assignment without value', '$a =\n', '[] !0-5'),
    ('nothing', '', ''),
)


@pytest.mark.parametrize(
    ('script', 'expected'), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_broken_scripts(script: str, expected: str) -> None:
    assert dump(parse(script)) == expected


FRAGMENTS = (
    '(', '{', '[', '@(', '@{', '$(', '"$(', '"', "'", '@"\n', '<#', '$', '${', '[a', '|', 'a -eq b -and ', '$a,', '$a.a(',
    '$a[', 'if(', 'switch(a){', 'try{', 'function f{', 'param(', 'class a{', '@{a=', '$x=$y=', '> ', '&{', ')', '}', ']', '`',
)  # fmt: skip


@pytest.mark.parametrize('fragment', FRAGMENTS)
def test_repeated_fragments_are_read_to_their_end(fragment: str) -> None:
    tree = parse(fragment * (4000 // len(fragment)), seconds=30)

    assert isinstance(tree, Record)
    assert all(0 <= start <= end <= 4000 for start, end in tree.errors)


def test_deep_nesting_ends() -> None:
    for opening in ('(', '{', '@(', '@{a=', '$('):
        assert dump(parse(opening * 500 + 'a'))


def test_a_script_that_is_too_long_is_cut() -> None:
    tree = parse(f'{"a" * 999}\n' * 1200, seconds=30)

    assert (tree.complete, tree.errors[-1]) == (False, (1_000_000, 1_200_000))


def test_time_that_ran_out_is_told() -> None:
    tree = parse('echo a\n' * 5000, seconds=0)

    assert not tree.complete
