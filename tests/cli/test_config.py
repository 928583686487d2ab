"""`config show` and `config schema`."""

from __future__ import annotations

import importlib
import json
import sys

from tests.conftest import Guard
from tests.conftest import Repo
from tests.test_config import FULL

SHOWN_FROM_NOTHING = """\
select = []  # default
ignore = []  # default
exclude = []  # default
pedantic = false  # default
generic = false  # default
fail-on = "warning"  # default
organisations = []  # default
service-hosts = []  # default
public-projects = []  # default
rules = []  # default

[per-path-ignores]  # default

[hosts]  # default

[keys]  # default
"""


def test_the_defaults(guard: Guard, repo: Repo) -> None:
    assert guard('config', 'show') == (0, SHOWN_FROM_NOTHING, '')


def test_settings_are_shown_as_they_could_be_written_with_their_origin(guard: Guard, repo: Repo) -> None:
    toml = importlib.import_module('tomllib' if sys.version_info >= (3, 11) else 'tomli')
    repo.write('ci/base.toml', FULL)
    repo.write('artifacts-guard.toml', 'extends = "ci/base.toml"\nfail-on = "note"\n')

    status, stdout, stderr = guard('config', 'show')

    assert (status, stderr) == (0, '')
    assert 'fail-on = "note"  # artifacts-guard.toml\n' in stdout
    assert '[keys]  # ci/base.toml\n' in stdout
    given = json.loads(json.dumps(toml.loads(FULL), default=str))
    given |= {
        'fail-on': 'note',
        'rules': ['ci/ci/rules', 'ci/own.yaml'],
        'service-hosts': ['artifacts.acme.example'],
    }
    assert toml.loads(stdout) == given
    repo.write('again.toml', stdout)
    assert guard('config', 'show', '--config', 'again.toml').status == 0


def test_schemas(guard: Guard) -> None:
    status, stdout, _ = guard('config', 'schema')

    assert status == 0
    assert 'fail-on' in json.loads(stdout)['properties']
    assert 'when' in json.loads(guard('config', 'schema', 'rule').stdout)['properties']
