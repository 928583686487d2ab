from __future__ import annotations

import pytest

from tests.ci.support import Forest
from tests.ci.support import commands
from tests.ci.support import job
from tests.ci.support import shown
from tests.ci.support import step
from tests.ci.support import steps
from tests.ci.support import used

COMMIT = 'a41896b2f85d998cddccfc4100e36517c075d875'
DIGEST = 'sha256:' + COMMIT + COMMIT[:24]

USES = {
    'a tag': ('acme/tool@v1', 'action acme/tool@v1 unpinned third-party'),
    'a branch': ('acme/tool@main', 'action acme/tool@main unpinned third-party'),
    'no ref': ('acme/tool', 'action acme/tool unpinned third-party'),
    'a commit': (f'acme/tool@{COMMIT}', f'action acme/tool@{COMMIT} pinned third-party'),
    'a SHA-256 commit': (f'acme/tool@{DIGEST[7:]}', f'action acme/tool@{DIGEST[7:]} pinned third-party'),
    'a short commit': (f'acme/tool@{COMMIT[:7]}', f'action acme/tool@{COMMIT[:7]} unpinned third-party'),
    'a tag like a commit, and more': (
        f'acme/tool@{COMMIT}-x',
        f'action acme/tool@{COMMIT}-x unpinned third-party',
    ),
    'a folder of a repository': ('acme/tool/sub/dir@v1', 'action acme/tool/sub/dir@v1 unpinned third-party'),
    'of the vendor': ('actions/checkout@v4', 'action actions/checkout@v4 unpinned own'),
    'of the vendor, in capitals': ('Actions/Checkout@v4', 'action Actions/Checkout@v4 unpinned own'),
    'of the vendor itself': (
        'github/codeql-action/init@v3',
        'action github/codeql-action/init@v3 unpinned own',
    ),
    'of somebody with a like name': (
        'actions-rs/cargo@v1',
        'action actions-rs/cargo@v1 unpinned third-party',
    ),
    'in the tree': ('./tools/publish', 'action ./tools/publish pinned own'),
    'in the tree, by the repository': ('$/tools/publish', 'action $/tools/publish pinned own'),
    'an image': ('docker://alpine:3.20', 'image alpine:3.20 unpinned third-party'),
    'an image by its digest': (f'docker://alpine@{DIGEST}', f'image alpine@{DIGEST} pinned third-party'),
}


@pytest.mark.parametrize(('text', 'wanted'), USES.values(), ids=USES)
def test_what_is_used(text: str, wanted: str) -> None:
    assert used(step(f"- uses: '{text}'").use) == wanted


def test_a_use_stands_at_its_value() -> None:
    use = step('- name: x\n  uses: acme/tool@v1 # newest').use
    assert use is not None
    assert (use.place.line, use.place.text) == (7, 'acme/tool@v1')


def test_inputs_keep_their_lines_and_lose_their_case() -> None:
    use = step(
        '- uses: acme/tool@v1\n  with:\n    Token: ${{ secrets.A }}\n    count: 3\n    nested: {a: b}'
    ).use
    assert use is not None
    assert [(one.name, shown(one.value), one.place.line, one.place.text) for one in use.inputs] == [
        ('token', '<secret.A>', 8, 'Token: ${{ secrets.A }}'),
        ('count', '3', 9, 'count: 3'),
        ('nested', '?', 10, 'nested'),
    ]


HANDOVERS = {
    'a cache': (
        'actions/cache@v4',
        'path: ~/.config/agent-artifacts',
        ['cache ~/.config/agent-artifacts :8'],
    ),
    'a cache that is only saved': ('actions/cache/save@v4', 'path: a', ['cache a :8']),
    'several paths': (
        'actions/cache@v4',
        'path: |\n      ~/.npm\n\n      !~/.npm/tmp\n      .x',
        ['cache ~/.npm :9', 'cache .x :12'],
    ),
    'an upload': ('actions/upload-artifact@v4', 'path: ${{ inputs.p }}/out', ['upload <input.p>/out :8']),
    'by commit': (f'actions/upload-artifact@{COMMIT}', 'path: out', ['upload out :8']),
    'pages': ('peaceiris/actions-gh-pages@v4', 'publish_dir: ./public', ['upload ./public :8']),
    'a release': ('softprops/action-gh-release@v2', 'files: dist/*', ['upload dist/* :8']),
}
NO_HANDOVERS = {
    'a cache that is only read': ('actions/cache/restore@v4', 'path: ~/.npm'),
    'a download': ('actions/download-artifact@v4', 'path: dist'),
    'another input': ('actions/cache@v4', 'key: ~/.config/agent-artifacts'),
    'another action with a path': ('actions/checkout@v4', 'path: src'),
    'an action with a like name': ('acme/upload-artifact@v4', 'path: src'),
    'an empty path': ('actions/cache@v4', 'path: ""'),
}


@pytest.mark.parametrize(('action', 'line', 'wanted'), HANDOVERS.values(), ids=HANDOVERS)
def test_what_is_kept_or_handed_on(action: str, line: str, wanted: list[str]) -> None:
    found = step(f'- uses: {action}\n  with:\n    {line}').handovers
    assert [f'{one.kind} {shown(one.path)} :{one.place.line}' for one in found] == wanted


@pytest.mark.parametrize(('action', 'line'), NO_HANDOVERS.values(), ids=NO_HANDOVERS)
def test_what_is_not_handed_on(action: str, line: str) -> None:
    assert step(f'- uses: {action}\n  with:\n    {line}').handovers == ()


IMAGES = {
    'a name': ('container: node:22', 'node:22 unpinned'),
    'a map': ('container: {image: "node:22"}', 'node:22 unpinned'),
    'a digest': (f'container: node@{DIGEST}', f'node@{DIGEST} pinned'),
    'a tag and a digest': (f'container: "node:22@{DIGEST}"', f'node:22@{DIGEST} pinned'),
    'one of the matrix is a tag': (
        f'container: "${{{{ matrix.i }}}}"\n    strategy: {{matrix: {{i: ["node:22", "node@{DIGEST}"]}}}}',
        '${{ matrix.i }} unpinned',
    ),
    'all of the matrix are digests': (
        f'container: "${{{{ matrix.i }}}}"\n    strategy: {{matrix: {{i: ["node@{DIGEST}"]}}}}',
        '${{ matrix.i }} pinned',
    ),
    'nobody can know': ('container: "${{ vars.IMAGE }}"', '${{ vars.IMAGE }} pinned'),
}


@pytest.mark.parametrize(('line', 'wanted'), IMAGES.values(), ids=IMAGES)
def test_the_image_that_steps_run_in(line: str, wanted: str) -> None:
    found = job(
        f'on: push\njobs:\n  a:\n    {line}\n    steps:\n    - run: make\n    - uses: actions/cache@v4\n'
    )
    images = [one.image for one in found.steps]
    assert [f'{one.name} {"pinned" if one.pinned else "unpinned"}' for one in images if one] == [
        wanted,
        wanted,
    ]
    assert [one.kind for one in found.unresolved] == (['image'] if 'vars' in line else [])


NO_IMAGES = {
    'none': 'runs-on: ubuntu-latest',
    'an empty one': 'container: ""',
    'an expression that is empty': 'container: "${{ \'\' }}"',
    'a list': 'container: [a]',
    'services are other containers': 'services: {db: {image: postgres}}',
}


@pytest.mark.parametrize('line', NO_IMAGES.values(), ids=NO_IMAGES)
def test_steps_without_an_image(line: str) -> None:
    assert job(f'on: push\njobs:\n  a:\n    {line}\n    steps: [run: make]\n').steps[0].image is None


ARGUMENTS = {
    'a string': ('args: push --token ${{ secrets.A }}', ['[docker://tool:1] [push] [--token] [<secret.A>]']),
    'quotes': ('args: a \'b c\' "d e" f"g h"', ['[docker://tool:1] [a] [b c] [d e] [f"g h"]']),
    'an expression with blanks is one word': (
        'args: --t=${{ secrets.A || secrets.B }} x',
        ['[docker://tool:1] [--t=<secret.A|secret.B>] [x]'],
    ),
    'an entry point': ('entrypoint: /bin/cli\n    args: push', ['[/bin/cli] [push]']),
    'an entry point alone': ('entrypoint: /bin/cli', ['[/bin/cli]']),
    'no arguments': ('other: x', []),
}


@pytest.mark.parametrize(('lines', 'wanted'), ARGUMENTS.values(), ids=ARGUMENTS)
def test_the_command_of_a_container_action(lines: str, wanted: list[str]) -> None:
    assert commands(step(f'- uses: docker://tool:1\n  with:\n    {lines}')) == wanted


def test_a_script_for_node_is_pasted_together() -> None:
    found = step(
        '- uses: actions/github-script@v7\n  with:\n    script: |\n      core.info("${{ secrets.A }}")'
    )
    assert commands(found) == ['node: core.info("<<secret.A>>")']


def test_containers_are_created_by_a_command_line() -> None:
    found = job("""
        on: push
        jobs:
          a:
            container: {image: x, options: --cpus 1}
            services:
              db:
                image: y
                options: >-
                  -e TOKEN=${{ secrets.A }}
        """)
    assert [commands(one) for one in found.steps] == [['[docker] [create] [-e] [TOKEN=<secret.A>]']]


def test_steps_of_one_list_only_see_their_own_inputs() -> None:
    first, second = steps('- uses: a/b@v1\n  with: {x: 1}\n- uses: a/b@v1')
    assert first.use is not None
    assert second.use is not None
    assert [one.name for one in first.use.inputs] == ['x']
    assert second.use.inputs == ()


def test_nothing_outside_the_tree_is_asked_for() -> None:
    forest = Forest({})
    assert forest.document('../x') is None
    found = step('- uses: ./../../etc')
    assert found.use is not None
    assert found.use.local == ''
