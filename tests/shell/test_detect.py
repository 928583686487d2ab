"""Which interpreter a script is for."""

from __future__ import annotations

import pytest

from artifacts_guard.shell.detect import Interpreter
from artifacts_guard.shell.detect import interpreter

SHEBANGS = (
    ('#!/bin/bash', Interpreter('bash')),
    ('#!/bin/sh\n', Interpreter('sh')),
    ('#! /bin/sh -x\necho', Interpreter('sh', xtrace=True)),
    ('#!/bin/bash -eu\r\n', Interpreter('bash', errexit=True)),
    ('#!/bin/bash -euxo pipefail', Interpreter('bash', errexit=True, pipefail=True, xtrace=True)),
    ('#!/bin/bash -e -o pipefail', Interpreter('bash', errexit=True, pipefail=True)),
    ('#!/bin/bash -o errexit -o xtrace -o nounset', Interpreter('bash', errexit=True, xtrace=True)),
    ('#!/bin/bash --norc --noprofile -e', Interpreter('bash', errexit=True)),
    ('#!/usr/bin/env bash', Interpreter('bash')),
    ('#!/usr/bin/env -S bash -eu', Interpreter('bash', errexit=True)),
    ('#!/usr/bin/env -Sbash -e', Interpreter('bash', errexit=True)),
    ('#!/usr/bin/env -S -i LANG=C bash -x', Interpreter('bash', xtrace=True)),
    ('#!/usr/bin/env', Interpreter('other')),
    ('#!/bin/busybox sh', Interpreter('sh')),
    ('#!/bin/dash -e', Interpreter('sh', errexit=True)),
    ('#!/usr/local/bin/bash5.2', Interpreter('bash')),
    ('#!/bin/ksh', Interpreter('bash')),
    ('#!/usr/bin/env zsh', Interpreter('bash')),
    ('#!/usr/bin/env bats', Interpreter('bash')),
    ('#!/usr/bin/env nix-shell\n#!nix-shell -i bash -p jq\n', Interpreter('bash')),
    ('#!/usr/bin/env python3.12 -e', Interpreter('python')),
    ('#!/usr/bin/env -S uv run --script', Interpreter('python')),
    ('#!/usr/bin/env node', Interpreter('node')),
    ('#!/usr/bin/env pwsh', Interpreter('pwsh')),
    ('#!/usr/bin/perl -e', Interpreter('other')),
    ('\ufeff#!/bin/bash -e', Interpreter('bash', errexit=True)),
)
NO_SHEBANGS = (
    '',
    '#',
    '# !/bin/bash',
    ' #!/bin/bash',
    'echo #!/bin/bash',
    '\n#!/bin/bash',
    '#!',
    '#!  \nbash',
)


@pytest.mark.parametrize(('text', 'expected'), SHEBANGS, ids=[case[0] for case in SHEBANGS])
def test_the_shebang_tells(text: str, expected: Interpreter) -> None:
    assert interpreter(text, 'tool.py') == expected


@pytest.mark.parametrize('text', NO_SHEBANGS)
def test_what_only_looks_like_a_shebang_does_not(text: str) -> None:
    assert interpreter(text) == Interpreter('')


@pytest.mark.parametrize(
    ('path', 'name'),
    [
        ('ci/publish.sh', 'sh'),
        ('ci/publish.BASH', 'bash'),
        ('a.ksh', 'bash'),
        ('a.zsh', 'bash'),
        ('test/a.bats', 'bash'),
        ('a.ps1', 'pwsh'),
        ('a.psm1', 'pwsh'),
        ('a.cmd', 'cmd'),
        ('C:\\ci\\a.bat', 'cmd'),
        ('a.py', 'python'),
        ('a.js', 'node'),
        ('a.mjs', 'node'),
        ('a.ts', 'node'),
        ('a.rb', 'other'),
        ('home/.bashrc', 'bash'),
        ('.envrc', 'bash'),
        ('.profile', 'sh'),
        ('Makefile', ''),
        ('sh', ''),
        ('a.sh/b', ''),
        ('a.sh.txt', ''),
        ('a.', ''),
        ('', ''),
    ],
)
def test_otherwise_the_file_name_tells(path: str, name: str) -> None:
    assert interpreter('echo', path) == Interpreter(name)
