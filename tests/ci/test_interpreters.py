"""Shells and images by the words that name them."""

from __future__ import annotations

import pytest

from artifacts_guard.ci import images
from artifacts_guard.ci import interpreters
from artifacts_guard.text import Document
from artifacts_guard.text import whole
from tests.ci.support import flags
from tests.ci.support import used

SHELLS = {
    'bash with flags': ('/bin/bash -eo pipefail', 'bash errexit pipefail'),
    'a login shell': ('/bin/bash --login -eo pipefail', 'bash errexit pipefail'),
    'letters and options apart': ('bash -e -o pipefail -x', 'bash errexit pipefail xtrace'),
    'no flags': ('/bin/sh', 'sh'),
    'an option that is switched off': ('bash -e +e', 'bash'),
    'through env': ('/usr/bin/env bash -e -c', 'bash errexit'),
    'in a container': ('nix develop -c bash -e', 'bash errexit'),
    'a Windows path': (r'C:\Windows\System32\bash.exe -e', 'bash errexit'),
    'PowerShell': ('powershell.exe -ExecutionPolicy Bypass', 'powershell'),
    'PowerShell Core': ('pwsh', 'pwsh'),
    'the command prompt': ('cmd.exe /c', 'cmd'),
    'Python': ('python3 -u', 'python'),
    'something else': ('fish', 'other'),
    'a name that only begins so': ('bashful -e', 'other'),
    'nothing': ('', 'other'),
    'a flag without a name': ('bash -o', 'bash'),
}


@pytest.mark.parametrize(('command', 'expected'), SHELLS.values(), ids=SHELLS)
def test_shells(command: str, expected: str) -> None:
    assert flags(interpreters.shell(command)) == expected


DIGEST = '@sha256:' + '0a' * 32
IMAGES = {
    'a tag': ('node:20', True, 'image node:20 unpinned third-party'),
    'a digest': (f'node{DIGEST}', True, f'image node{DIGEST} pinned third-party'),
    'half a digest': (f'node{DIGEST[:-1]}', True, f'image node{DIGEST[:-1]} unpinned third-party'),
    "the vendor's": ('cimg/node:20', True, 'image cimg/node:20 unpinned own'),
    "the vendor's, with its registry": (
        'docker.io/cimg/node',
        True,
        'image docker.io/cimg/node unpinned own',
    ),
    'a name like it': ('cimgs/node', True, 'image cimgs/node unpinned third-party'),
    'an image of that name': ('cimg', True, 'image cimg unpinned third-party'),
    'what nobody knows': ('$IMAGE', False, 'image $IMAGE pinned third-party'),
    'blanks around it': (' node ', True, 'image node unpinned third-party'),
    'nothing': ('', True, ''),
}


@pytest.mark.parametrize(('name', 'known', 'expected'), IMAGES.values(), ids=IMAGES)
def test_images(name: str, known: bool, expected: str) -> None:
    place = whole(Document('ci.yml', 'x')).whole()
    assert used(images.image(name, place, ('cimg',), known=known)) == expected
