from __future__ import annotations

import pytest

from tests.ci.support import flags
from tests.ci.support import read

SCRIPTS = {
    'by extension': ('a.sh', 'make\n', 'bash'),
    'bash': ('a', '#!/bin/bash\nmake\n', 'bash'),
    'through env': ('a', '#!/usr/bin/env bash\nmake\n', 'bash'),
    'through env with flags': (
        'a',
        '#!/usr/bin/env -S bash -eu -o pipefail\nmake\n',
        'bash errexit pipefail',
    ),
    'sh with flags': ('a', '#!/bin/sh -ex\nmake\n', 'sh errexit xtrace'),
    'dash': ('a', '#! /bin/dash\nmake\n', 'sh'),
    'zsh is read as bash': ('a', '#!/bin/zsh\n', 'bash'),
    'a first line alone': ('a', '#!/bin/sh -e', 'sh errexit'),
    'carriage returns': ('a', '#!/bin/sh -e\r\nmake\r\n', 'sh errexit'),
    'an extension and another first line': ('a.sh', '#!/usr/bin/env python3\n', 'bash'),
}


@pytest.mark.parametrize(('path', 'text', 'wanted'), SCRIPTS.values(), ids=SCRIPTS)
def test_the_shell_of_a_script(path: str, text: str, wanted: str) -> None:
    found = read(text, path)
    (job,) = found.jobs
    (script,) = job.steps[0].scripts
    assert found.kind == 'script'
    assert flags(script.shell) == wanted  # type: ignore[union-attr]
    assert (job.automation, job.runner.tenancy) == (False, 'unknown')
