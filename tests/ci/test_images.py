"""Dockerfiles and Compose files in the common model."""

from __future__ import annotations

import pytest

from artifacts_guard import ci
from artifacts_guard.text import Document
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import read


def steps(text: str, path: str) -> list[str]:
    """Each step's environment and commands, in one line."""
    pipeline = read(text, path)
    assert all(not job.automation and job.runner.tenancy == 'unknown' for job in pipeline.jobs)
    return [' '.join([*bound(s.env), *commands(s)]) for job in pipeline.jobs for s in job.steps]


DOCKERFILES = {
    'a command in the form of the shell': ('FROM x\nRUN a $B\n', ['sh: a $B']),
    'a command as a list': ('FROM x\nRUN ["a", "b\\"c"]\n', ['[a] [b"c]']),
    'an argument without value': ('FROM x\nARG A\nRUN b\n', ['A=? @image:2 sh: b']),
    'an argument with an empty default': ('FROM x\nARG A=\nRUN b\n', ['A=? @image:2 sh: b']),
    'an argument with a default': ('FROM x\nARG A=1 B\nRUN b\n', ['A=1 @image:2 B=? @image:2 sh: b']),
    'arguments before the first stage': (
        'ARG A=1\nFROM x\nARG A\nRUN b\n',
        ['A=1 @image:1', 'A=1 @image:3 sh: b'],
    ),
    'variables over lines': (
        'FROM x\nENV A=1 \\\n  B="$A c" \\\n  C=\'$A\'\nRUN d\n',
        ['A=1 @image:2 B=<env.A> c @image:3 C=$A @image:4 sh: d'],
    ),
    'the old form of a variable': ('FROM x\nENV A b c\nRUN d\n', ['A=b c @image:2 sh: d']),
    'an escaped dollar': ('FROM x\nENV A=\\$B\nRUN d\n', ['A=$B @image:2 sh: d']),
    'a default in a reference': ('FROM x\nENV A=${B:-c}\nRUN d\n', ["A=<env.B|'c'> @image:2 sh: d"]),
    'what no command sees': ('FROM x\nENV A=1\n', ['A=1 @image:2']),
    'a command sees only what stands before it': ('FROM x\nRUN b\nENV A=1\n', ['sh: b', 'A=1 @image:3']),
    'a stage begins anew': ('FROM x\nENV A=1\nFROM y\nRUN b\n', ['A=1 @image:2', 'sh: b']),
    'a stage on another has its variables, not its arguments': (
        'FROM x AS a\nARG B\nENV C=1\nFROM a\nRUN d\n',
        ['B=? @image:2 C=1 @image:3', 'C=1 @image:3 sh: d'],
    ),
    'a variable wins over an argument': ('FROM x\nENV A=1\nARG A\nRUN b\n', ['A=1 @image:2 sh: b']),
    'a mounted secret is bound for one command': (
        'FROM x\nRUN --mount=type=secret,id=a,env=A b\nRUN c\n',
        ['A=? @step:2 sh: b', 'sh: c'],
    ),
    'a secret that is mounted as a file is no variable': (
        'FROM x\nRUN --mount=type=secret,id=a b\n',
        ['sh: b'],
    ),
    'a cache is no secret': ('FROM x\nRUN --mount=type=cache,env=A b\n', ['sh: b']),
    'another shell': (
        'FROM x\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN a\nFROM y\nRUN b\n',
        ['bash errexit pipefail: a', 'sh: b'],
    ),
    'a here-document': ('FROM x\nRUN <<EOF\na\nb\nEOF\n', ['sh: a\nb']),
    'a here-document with an interpreter': (
        'FROM x\nRUN <<EOF\n#!/bin/bash -e\na\nEOF\n',
        ['bash errexit: #!/bin/bash -e\na'],
    ),
    'a here-document for a program': ('FROM x\nRUN a <<EOF\nb\nEOF\n', ['sh: a <<EOF\nb\nEOF']),
    'what the container runs sees no arguments': (
        'FROM x\nARG A\nENV B=1\nENTRYPOINT ["c"]\nCMD d\n',
        ['B=1 @image:3 [c]', 'B=1 @image:3 sh: d', 'A=? @image:2 B=1 @image:3'],
    ),
    'a health check': ('FROM x\nHEALTHCHECK CMD a b\n', ['sh: a b']),
    'no health check': ('FROM x\nHEALTHCHECK NONE\n', []),
    'what runs nothing': ('FROM x\nCOPY a b\nLABEL a=b\nUSER c\n# RUN d\n', []),
}


@pytest.mark.parametrize(('text', 'expected'), DOCKERFILES.values(), ids=DOCKERFILES)
def test_dockerfiles(text: str, expected: list[str]) -> None:
    assert steps(text, 'Dockerfile') == expected


COMPOSE = {
    'environment as a mapping': (
        'environment: {A: "1", B: "${C}", D: }',
        ['A=1 @step:3 B=<input.C> @step:3 D=<input.D> @step:3'],
    ),
    'environment as a list': (
        'environment: [A=1, "B=${C:-d}", E]',
        ["A=1 @step:3 B=<input.C|'d'> @step:3 E=<input.E> @step:3"],
    ),
    'a reference that must be set': ('environment: {A: "${B:?no}"}', ['A=<input.B> @step:3']),
    'an escaped dollar': ('environment: {A: "$$B"}', ['A=$B @step:3']),
    'a command as a list': ('command: [a, "${B}"]', ['[a] [<input.B>]']),
    'a command as a string': ('command: a \'b c\' "$$D"', ['[a] [b c] [$D]']),
    'an entrypoint and its arguments': ('entrypoint: [sh, -c]\n    command: ["a b"]', ['[sh] [-c] [a b]']),
    'build arguments': (
        'build:\n      args:\n        A: ${B}\n        C: "1"',
        ['A=<input.B> @image:5 C=1 @image:6'],
    ),
    'build arguments as a list': ('build: {args: [A, B=1]}', ['A=<input.A> @image:3 B=1 @image:3']),
    'a health check of the shell': ('healthcheck: {test: [CMD-SHELL, a $$B]}', ['sh: a $B']),
    'a health check as a list': ('healthcheck: {test: [CMD, a, b]}', ['[a] [b]']),
    'a hook': ('post_start: [{command: a b}]', ['[a] [b]']),
    'secrets and files of variables': ('env_file: [.env]\n    secrets: [a]', []),
    'wrong types': ('environment: 1\n    command: {a: b}\n    build: {args: x}', []),
}


@pytest.mark.parametrize(('text', 'expected'), COMPOSE.values(), ids=COMPOSE)
def test_compose_files(text: str, expected: list[str]) -> None:
    assert steps(f'services:\n  a:\n    {text}\n', 'compose.yaml') == expected


NAMES = {
    'a Dockerfile': ('Dockerfile', 'FROM x\n', 'docker'),
    'one in a folder, with a suffix': ('a/Dockerfile.prod', 'from x\n', 'docker'),
    'one with a prefix': ('web.Dockerfile', 'ARG A\nFROM x\n', 'docker'),
    'a Containerfile': ('Containerfile', 'FROM x\n', 'docker'),
    'a text of that name': ('Dockerfile.md', '# About\n', None),
    'a Compose file': ('docker-compose.ci.yml', 'services: {}\n', 'compose'),
    'a Compose file under its new name': ('a/compose.yaml', 'name: x\nservices:\n  a: {}\n', 'compose'),
    'YAML of that name without services': ('compose.yml', 'a: 1\n', None),
    'another YAML with services': ('config.yml', 'services: {}\n', None),
}


@pytest.mark.parametrize(('path', 'text', 'system'), NAMES.values(), ids=NAMES)
def test_recognised(path: str, text: str, system: str | None) -> None:
    assert ci.recognise(path, Document(path, text)) == system
