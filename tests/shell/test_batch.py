"""Batch scripts of cmd in the shell's syntax tree.  The notation is that of `tests.shell.dump`."""

from __future__ import annotations

import pytest

from artifacts_guard.shell import syntax
from artifacts_guard.shell.batch import parse
from tests.shell.dump import dump
from tests.shell.dump import walk

CASES = (
    ('a command', 'artifacts push --file a.md', '[artifacts push --file a.md]'),
    ('variables and quotes', 'echo "%T%" %a% x%b%y "c d"', '[echo "$T" $a x·$b·y \'c d\']'),
    ('set takes the whole line', 'set A=b c %D%', '[export: A=\'b\'·\' \'·\'c\'·\' \'·"$D"]'),
    ('set with quotes around it', 'set "A=b %C% & d" & e', '[export: A=\'b \'·"$C"·\' & d\'] ; [e]'),
    ('set before a redirection', 'set A=%A%;x > nul', '[export: A="$A"·\';x\' > nul]'),
    ('set that computes', 'set /a N=N+1', '[export: N=$(())]'),
    ('set that asks', 'set /p A=Key: < f', '[set /p A < f]'),
    ('set alone', 'set', '[set]'),
    ('set with a prefix', 'set AGENT', '[set AGENT]'),
    ('operators', 'a & b && c || d', '[a] ; (([b] && [c]) || [d])'),
    ('pipes', 'a | b | c', '{[a] | [b] | [c]}'),
    ('redirections', 'a > f 2>&1 & b >> g 2>nul & c < h 1>&2', '[a > f 2>& 1] ; [b >> g 2> nul] ; [c < h 1>& 2]'),
    ('a command that is not printed', '@echo off\n@a', '[echo off] ; [a]'),
    ('comments', 'rem a & b\n:: c\nd', ' ; [d]'),
    ('a caret continues the line', 'a ^\n b', '[a b]'),
    ('a caret quotes one character', 'echo ^& "^" a^b', "[echo '&' '^' a·'b']"),
    ('a condition', 'if "%A%"=="x" b', '<if <test "$A" \'x\'> then [b]>'),
    ('a condition and its other branch', 'if not defined A (b) else (c)', '<if <test > then <group [b]> else <group [c]>>'),
    ('a condition over lines', 'if /i %A% neq x (\n  b\n) else if exist f (\n  c\n) else d', '<if <test $A x> then <group [b]> else <if <test f> then <group [c]> else [d]>>'),
    ('a look at the exit status', 'if errorlevel 1 exit /b 1', '<if <test > then [exit /b 1]>'),
    ('a look at the exit status after a command', 'a\nif errorlevel 1 exit /b 1', '([a] || <if <test > then [exit /b 1]>)'),
    ('a look at the exit status by its variable', 'a\nif %ERRORLEVEL% neq 0 (exit /b 1)', '([a] || <if <test $ERRORLEVEL 0> then <group [exit /b 1]>>)'),
    ('a loop', 'for %%f in (*.txt a,b) do c %%f', '<for local:f in *.txt a b do [c $local:f]>'),
    ('a loop over lines', 'for %%f in (a) do (\n  b %%f\n  c\n)', '<for local:f in a do <group [b $local:f] ; [c]>>'),
    ('a loop over numbers', 'for /l %%i in (1,1,5) do a %%i', '<for local:i in $(()) do [a $local:i]>'),
    ('a loop over the output of a command', 'for /f "tokens=1,2 delims==" %%a in (\'b ^| c\') do set X=%%b', '<for local:a in "$({[b] | [c]})" do [local:b="$local:a"] ; [export: X="$local:b"]>'),
    ('a loop over the output of a command in backquotes', 'for /f "usebackq" %%a in (`b c`) do d %%a', '<for local:a in "$([b c])" do [d $local:a]>'),
    ('a loop over the lines of a file', 'for /f %%a in (f.txt) do b %%a', '<for local:a in "$([type f.txt])" do [b $local:a]>'),
    ('a loop over a text', 'for /f %%a in ("%X%") do b %%a', '<for local:a in "$X" do [b $local:a]>'),
    ('a loop outside of batch files', 'for %i in (a) do b %i', '<for local:i in a do [b $local:i]>'),
    ('delayed expansion', 'setlocal enabledelayedexpansion\necho !A! "!B!" c!', '[setlocal enabledelayedexpansion] ; [echo $A "$B" c·\'!\']'),
    ('exclamation marks without it', 'echo hello! there!', "[echo hello·'!' there·'!']"),
    ('parts and replacements', 'echo %A:~0,8% %A:~-4% %A:b=c% %A:~3%', '[echo ${A : 8} ${A : 4} ${A /} ${A :}]'),
    ('arguments', 'a %1 %~2 "%~3" %* %~dp0x', '[a $1 $2 "$3" $@ $(())·x]'),
    ('percent signs', 'echo 100%% %a b% %', "[echo 100·'%' '%'·a b·'%' '%']"),
    ('parentheses', '(\na\nb\n) > f', '<<group [a] ; [b]> > f>'),
    ('a call of another file', 'call x.bat a', '[call x.bat a]'),
    ('a call of a label', 'call :l %T%\ngoto :eof\n:l\necho %1\nexit /b', '<function :l <from 1 : [call :l $T] ; [goto :eof] :l [echo $1] ; [exit /b]>> ; <from 0 : [call :l $T] ; [goto :eof] :l [echo $1] ; [exit /b]>'),
    ('a jump', 'a\ngoto end\nb\n:end\nc', '<from 0 : [a] ; [goto end] ; [b] :end [c]>'),
    ('a jump without a blank', 'goto:end\n:end\na', '<from 0 : [goto :end] :end [a]>'),
    ('labels in other letters', ':A\ncall:a', '<function :a <from 1 :  :a [call :a]>> ; <from 0 :  :a [call :a]>'),
    ('start', 'start "title" /b a b', '[a b]'),
    ('echo with a character behind it', 'echo.a& echo(b& echo:c', '[echo a] ; [echo b] ; [echo c]'),
    ('quotes behind backslashes', 'curl -H "a: \\"b\\" c" -d {\\"x\\":1}', '[curl -H \'a: \'·\'"\'·\'b\'·\'"\'·\' c\' -d {·\'"\'·x·\'"\'·:1}]'),
    ('another shell', 'powershell -Command "Write-Host \'a\'"', "[powershell -Command 'Write-Host 'a'']"),
    ('what separates words', '  a  ,b;c = d', "[a ,b;c '=' d]"),
    ('a condition in a condition', 'if 1==1 if 2==2 a', '<if <test 1 1> then <if <test 2 2> then [a]>>'),
    ('text that is not ASCII', 'a é "ü%X%" ñ', '[a é \'ü\'·"$X" ñ]'),
    ('capitals', 'IF EXIST a DEL a', '<if <test a> then [DEL a]>'),
    ('a parenthesis too many', 'a )\nb', "[a ')'] ; [b]"),
    ('set twice on a line', 'set "A=x" & set "B=y"', "[export: A='x'] ; [export: B='y']"),
    ('a quotation mark in a replacement', 'set "A=%B:"=%"', '[export: A="${B /}"]'),
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
        if isinstance(record, syntax.Text) and not record.quoted and start < end and record.text != 'set /p':
            assert script[start:end] == record.text


@pytest.mark.parametrize('script', [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_line_ends_of_windows(script: str) -> None:
    assert dump(parse(script.replace('\n', '\r\n'))) == dump(parse(script))


OPAQUE = (
    ('an argument', 'echo ${{ a }}', '[echo #0]'),
    ('in quotes', 'echo "a ${{ a }} b"', "[echo 'a '·'#0'·' b']"),
    ('the value of a variable', 'set A=${{ a }}', "[export: A='#0']"),
    ('the value of a variable in quotes', 'set "A=x${{ a }}"', "[export: A='x'·'#0']"),
    ('the name of the command', '${{ a }} b', '[#0 b]'),
    ('in a condition', 'if "${{ a }}"=="x" b', "<if <test '#0' 'x'> then [b]>"),
)


@pytest.mark.parametrize(
    ('script', 'expected'), [case[1:] for case in OPAQUE], ids=[case[0] for case in OPAQUE]
)
def test_ranges_that_the_system_replaces(script: str, expected: str) -> None:
    start = script.index('${{')

    assert dump(parse(script, ((start, start + 8),))) == expected


BROKEN = (
    ('a quote ends with the line', 'echo "a & b\nc', "[echo 'a & b'] ; [c]"),
    ('a parenthesis that nothing closes', '(a\nb', '<group [a] ; [b]> !0-1'),
    ('a parenthesis that nothing opens', ')\na', '[a] !0-1'),
    ('an operator at the end', 'a &', '[a]'),
    ('a redirection to nothing', 'a >', '[a > ε]'),
    ('a loop without its body', 'for %%a in (b)', '<for local:a in b do []>'),
    ('a condition without its body', 'if a==b', '<if <test a b> then []>'),
    ('nothing', '', ''),
)


@pytest.mark.parametrize(
    ('script', 'expected'), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_broken_scripts(script: str, expected: str) -> None:
    assert dump(parse(script)) == expected


FRAGMENTS = (
    '(', '"', '%', '%a', '%%', '!', '^', '^\n', '&', '|', '&&a', 'if ', 'if a==b (', 'for %%a in (', 'for %%a in (x) do ',
    "for /f %%a in ('", 'set ', 'set a=', 'set "a=', '>', '>>a ', ':a\n', 'call :a ', 'rem ', '@', 'start ', ') else (', '\\"',
    '%~', '%a:~', "in ('",
)  # fmt: skip


@pytest.mark.parametrize('fragment', FRAGMENTS)
def test_repeated_fragments_are_read_to_their_end(fragment: str) -> None:
    tree = parse(fragment * (4000 // len(fragment)), seconds=30)

    assert tree.complete
    assert all(0 <= start <= end <= 4000 for start, end in tree.errors)


def test_a_script_that_is_too_long_is_cut() -> None:
    tree = parse(f'{"a" * 999}\n' * 1200, seconds=30)

    assert (tree.complete, tree.errors[-1]) == (False, (1_000_000, 1_200_000))


def test_time_that_ran_out_is_told() -> None:
    assert not parse('echo a\n' * 5000, seconds=0).complete
