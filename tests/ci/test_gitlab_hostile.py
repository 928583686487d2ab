"""Configurations that ask for too much: they end soon, with what could be read."""

from __future__ import annotations

import time

import pytest

from tests.ci.support import read

FILE = '.gitlab-ci.yml'
_SECONDS = 20  # of this process: what else the machine does must not count


def _many(count: int, line: str) -> str:
    return ''.join(line.format(i, i + 1) for i in range(count))


TEXTS = {
    'many jobs': _many(3000, 'j{0}: {{script: x}}\n'),
    'a long chain of parents': _many(3000, 'j{0}: {{extends: j{1}, script: x, variables: {{V{0}: x}}}}\n'),
    'many variables for many jobs': 'variables:\n'
    + _many(2000, '  V{0}: $V{1}\n')
    + _many(2000, 'j{0}: {{script: x, image: $V0}}\n'),
    'references that double': '.r0: {script: [x]}\n'
    + _many(60, '.r{1}: {{script: [!reference [.r{0}, script], !reference [.r{0}, script]]}}\n')
    + 'j: {script: [!reference [.r60, script]]}\n',
    'a long script for many jobs': '.s:\n  before_script:\n'
    + _many(2000, '    - echo {0}\n')
    + _many(1000, 'j{0}: {{extends: .s, script: x}}\n'),
    'many rules': _many(
        150, 'j{0}:\n  script: x\n  rules:\n' + _many(40, '    - if: $A{0} == "x" && $CI_COMMIT_TAG\n')
    ),
    'a large matrix': 'j:\n  script: x\n  tags: [$A, $B]\n  parallel: {matrix: [{A: ['
    + ', '.join(map(str, range(3000)))
    + '], B: [1, 2, 3]}]}\n',
    'many dollars': 'variables: {A: "' + '$A' * 50_000 + '"}\nj: {script: x}\n',
    'many inputs': 'spec: {inputs: {x: {}}}\n---\nj: {script: "' + '$[[ inputs.x ]]' * 20_000 + '"}\n',
    'inputs that do not end': 'spec: {inputs: {x: {}}}\n---\nj: {script: "' + '$[[' * 100_000 + '"}\n',
    'deep lists': 'j: {script: ' + '[' * 150 + 'x' + ']' * 150 + '}\n',
    'deep maps': 'j: ' + '{a: ' * 150 + 'x' + '}' * 150 + '\n',
}


@pytest.mark.parametrize('text', TEXTS.values(), ids=TEXTS)
def test_texts(text: str) -> None:
    start = time.process_time()
    assert read(text, FILE).jobs
    assert time.process_time() - start < _SECONDS


TREES = {
    'includes without end': (
        "include: ['b0.yml', 'b1.yml']\nj: {script: x}\n",
        {f'b{i}.yml': f"include: ['b{i + 1}.yml', 'b{i + 2}.yml', 'b{i + 3}.yml']\nj{i}: {{script: x}}\n" for i in range(30)},
    ),
    'children without end': (
        't: {trigger: {include: b0.yml}}\n',
        {f'b{i}.yml': f't: {{trigger: {{include: [b{i + 1}.yml, b{i + 2}.yml, b{i + 3}.yml]}}}}\nj{i}: {{script: x}}\n' for i in range(30)},
    ),
    'one file again and again': (
        'include:\n' + ''.join(f'  - {{local: b.yml, inputs: {{x: "{i}"}}}}\n' for i in range(600)),
        {'b.yml': 'spec: {inputs: {x: {}}}\n---\n' + _many(100, 'j{0}-$[[ inputs.x ]]: {{script: x}}\n')},
    ),
    'a glob of globs': (
        "include: '/" + '**/' * 12 + "*x*y*z*.yml'\nj: {script: x}\n",
        {'a/' * 40 + f'{i}.yml': 'x: {script: x}\n' for i in range(200)},
    ),
    'an input that grows': (
        'include: {local: b.yml, inputs: {x: ' + 'y' * 50_000 + '}}\n',
        {'b.yml': 'spec: {inputs: {x: {}}}\n---\nj: {script: "' + '$[[ inputs.x ]]' * 10_000 + '"}\n'},
    ),
    'deep merges': (
        'include: b.yml\nj: ' + '{a: ' * 150 + 'x' + '}' * 150 + '\n',
        {'b.yml': 'j: ' + '{a: ' * 150 + 'y' + '}' * 150 + '\n'},
    ),
}  # fmt: skip


@pytest.mark.parametrize(('text', 'others'), TREES.values(), ids=TREES)
def test_trees(text: str, others: dict[str, str]) -> None:
    start = time.process_time()
    assert read(text, FILE, others).jobs
    assert time.process_time() - start < _SECONDS


def test_too_many_merges_lose_no_job_of_the_file_itself() -> None:
    parents = ''.join(
        f'.p{i}: {{variables: {{' + ', '.join(f'V{i}x{k}: x' for k in range(150)) + '}}\n' for i in range(50)
    )
    names = ', '.join(f'.p{i}' for i in range(50))
    found = read(parents + ''.join(f'j{i}: {{extends: [{names}], script: x}}\n' for i in range(20)), FILE)
    assert [one.name for one in found.jobs] == [f'j{i}' for i in range(20)]
    assert all(one.steps for one in found.jobs)
