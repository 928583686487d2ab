"""From a workflow through recipe files and images to where a token is shown."""

from __future__ import annotations

import pytest

from artifacts_guard.check import analyse
from artifacts_guard.facts.model import Exposure

WORKFLOW = """\
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - env:
          AGENT_ARTIFACTS_TOKEN: ${{ secrets.AGENT_ARTIFACTS_KEY }}
        run: """
HEADER = 'curl -H "Authorization: Bearer $AGENT_ARTIFACTS_TOKEN" https://hostartifacts.dev/api/me'


def exposed(command: str, files: dict[str, str]) -> set[str]:
    """Sink, path and line of each exposure."""
    workflow = {'.github/workflows/a.yml': f'{WORKFLOW}{command}\n'} if command else {}
    facts = analyse({**files, **workflow})
    return {f'{f.sink} {f.place.path}:{f.place.line}' for f in facts if isinstance(f, Exposure)}


MAKE = HEADER.replace('$', '$$')
SHOWN = {
    'a header in a make target': ('make publish', {'Makefile': f'publish:\n\t{MAKE}\n'}, {'argv Makefile:2'}),
    'a flag on a line that continues, in an included file': (
        'make publish',
        {
            'Makefile': 'include a.mk\n',
            'a.mk': 'publish:\n\t@artifacts push \\\n\t--token "$$AGENT_ARTIFACTS_TOKEN"\n',
        },
        {'flag a.mk:3'},
    ),
    'make pastes and prints a variable': (
        'make',
        {'Makefile': 'publish:\n\tartifacts push --token $(AGENT_ARTIFACTS_TOKEN)\n'},
        {'log Makefile:2', 'flag Makefile:2'},
    ),
    'a variable of the command line': (
        'make publish KEY="$AGENT_ARTIFACTS_TOKEN"',
        {'Makefile': 'KEY ?=\npublish:\n\t@artifacts push --token $(KEY)\n'},
        {'argv .github/workflows/a.yml:8', 'flag Makefile:3'},
    ),
    'make in another folder': (
        'make publish',
        {'Makefile': 'publish:\n\t$(MAKE) -C sub push\n', 'sub/Makefile': f'push:\n\t@{MAKE}\n'},
        {'argv sub/Makefile:2'},
    ),
    'lines in one shell': (
        'make',
        {
            'Makefile': '.ONESHELL:\na:\n\t@K="$$AGENT_ARTIFACTS_TOKEN"\n\tcurl -H "x: $$K" https://hostartifacts.dev/\n'
        },
        {'argv Makefile:4'},
    ),
    'a shell that traces': (
        'make',
        {'Makefile': '.SHELLFLAGS = -xc\na:\n\t@A="$$AGENT_ARTIFACTS_TOKEN"\n'},
        {'log Makefile:3'},
    ),
    'a script of a package, and what runs before it': (
        'npm run a',
        {
            'package.json': f'{{"scripts": {{\n"prea": "{HEADER}",\n"a": "x"}}}}'.replace(
                'H "', 'H \\"'
            ).replace('N"', 'N\\"')
        },
        {'argv package.json:2'},
    ),
    'words added to a script': (
        'npm run a -- --token "$AGENT_ARTIFACTS_TOKEN"',
        {'package.json': '{"scripts": {"a": "artifacts push"}}'},
        {'argv .github/workflows/a.yml:8', 'flag .github/workflows/a.yml:8'},
    ),
    'a recipe of just': (
        'just a',
        {'justfile': 'k := env("AGENT_ARTIFACTS_TOKEN")\na:\n  @artifacts push --token {{ k }}\n'},
        {'flag justfile:3'},
    ),
    'a parameter of just': (
        'just a "$AGENT_ARTIFACTS_TOKEN"',
        {'justfile': 'a key:\n  @artifacts push --token {{ key }}\n'},
        {'argv .github/workflows/a.yml:8', 'flag justfile:2'},
    ),
    'a task': (
        'task a:b',
        {'Taskfile.yml': 'includes: {a: sub}\n', 'sub/Taskfile.yml': f"tasks:\n  b:\n    - '{HEADER}'\n"},
        {'argv sub/Taskfile.yml:3'},
    ),
    'a target that nobody calls': ('', {'Makefile': f'publish:\n\t@{MAKE}\n'}, {'argv Makefile:2'}),
    'an argument of an image, and a variable made of it': (
        '',
        {
            'Dockerfile': 'FROM x\nARG AGENT_ARTIFACTS_TOKEN\nENV A=1 \\\n    K=$AGENT_ARTIFACTS_TOKEN\nRUN b\n'
        },
        {'image Dockerfile:2', 'image Dockerfile:4'},
    ),
    'a variable of an image on a command line': (
        '',
        {
            'Dockerfile': 'FROM x\nARG AGENT_ARTIFACTS_TOKEN\nRUN artifacts push \\\n  --token $AGENT_ARTIFACTS_TOKEN\n'
        },
        {'image Dockerfile:2', 'flag Dockerfile:4'},
    ),
    'a mounted secret that is traced': (
        '',
        {
            'Dockerfile': 'FROM x\nRUN --mount=type=secret,id=a,env=AGENT_ARTIFACTS_TOKEN set -x; b $AGENT_ARTIFACTS_TOKEN\n'
        },
        {'argv Dockerfile:2', 'log Dockerfile:2'},
    ),
    'a build argument of a Compose file': (
        '',
        {'compose.yml': 'services:\n  a:\n    build:\n      args:\n      - AGENT_ARTIFACTS_TOKEN\n'},
        {'image compose.yml:5'},
    ),
    'a command of a Compose file': (
        '',
        {
            'compose.yml': 'services:\n  a:\n    command: sh -c \'artifacts push --token "$$AGENT_ARTIFACTS_TOKEN"\'\n'
        },
        {'flag compose.yml:3'},
    ),
}


@pytest.mark.parametrize(('command', 'files', 'expected'), SHOWN.values(), ids=SHOWN)
def test_what_is_shown(command: str, files: dict[str, str], expected: set[str]) -> None:
    assert exposed(command, files) == expected


HIDDEN = {
    'the environment of a make target': ('make a', {'Makefile': 'a:\n\tartifacts push --file x.md\n'}),
    'a dollar for the shell is not printed': (
        'make',
        {'Makefile': 'a:\n\ttest -n "$$AGENT_ARTIFACTS_TOKEN"\n'},
    ),
    'each line has a shell of its own': (
        'make',
        {'Makefile': 'a:\n\t@K="$$AGENT_ARTIFACTS_TOKEN"\n\t@curl -H "x: $$K" https://hostartifacts.dev/\n'},
    ),
    'the secret of another vendor': ('make', {'Makefile': 'a:\n\tnpm publish --token $(NPM_TOKEN)\n'}),
    'a script that reads the environment': (
        'npm run a',
        {'package.json': '{"scripts": {"a": "artifacts push"}}'},
    ),
    'a recipe of just': ('just a', {'justfile': 'a:\n  artifacts push\n'}),
    'a secret that is mounted as a file': (
        '',
        {
            'Dockerfile': 'FROM x\nRUN --mount=type=secret,id=a AGENT_ARTIFACTS_TOKEN="$(cat /run/secrets/a)" artifacts push\n'
        },
    ),
    'a secret that is mounted as a variable': (
        '',
        {'Dockerfile': 'FROM x\nRUN --mount=type=secret,id=a,env=AGENT_ARTIFACTS_TOKEN artifacts push\n'},
    ),
    'an address is no secret': ('', {'Dockerfile': 'FROM x\nARG AGENT_ARTIFACTS_BASE_URL\nRUN a\n'}),
    'arguments of others': ('', {'Dockerfile': 'FROM x\nARG NPM_TOKEN\nENV A=$NPM_TOKEN\n'}),
    'a variable of an image from nowhere': ('', {'Dockerfile': 'FROM x\nENV AGENT_ARTIFACTS_NO_INPUT=1\n'}),
    'a comment': ('', {'Dockerfile': 'FROM x\n# ARG AGENT_ARTIFACTS_TOKEN\nRUN a\n'}),
    'the environment of a service': (
        '',
        {
            'compose.yml': 'services:\n  a:\n    environment: [AGENT_ARTIFACTS_TOKEN]\n    command: artifacts push\n'
        },
    ),
    'a secret of a Compose build': (
        '',
        {
            'compose.yml': 'services:\n  a:\n    build: {secrets: [a]}\nsecrets:\n  a: {environment: AGENT_ARTIFACTS_TOKEN}\n'
        },
    ),
}


@pytest.mark.parametrize(('command', 'files'), HIDDEN.values(), ids=HIDDEN)
def test_what_is_not_shown(command: str, files: dict[str, str]) -> None:
    assert exposed(command, files) == set()


def test_recipes_that_are_asked_for_again_and_again() -> None:
    """A recipe without secrets among its arguments is run a few times; one with a secret always."""
    makefile = 'a: ; @true\nb:\n\t@artifacts push --token $(KEY)\n'
    lines = ['make b', *['make a'] * 5000, 'make b KEY="$AGENT_ARTIFACTS_TOKEN"']
    script = '\n'.join(lines)
    assert exposed('./x.sh', {'x.sh': script, 'Makefile': makefile}) == {'argv x.sh:5002', 'flag Makefile:3'}
