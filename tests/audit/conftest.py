"""One audit of the small organisation, which many tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.scene import Scene
from tests.conftest import Guard
from tests.conftest import clean_environment


@pytest.fixture
def scene(tmp_path: Path, guard: Guard) -> Scene:
    """The organisation, not yet audited."""
    return Scene(tmp_path / 'organisation', guard)


@pytest.fixture(scope='module')
def audited(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The organisation with a whole audit of it: all reports, and the database `audit.db`."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in clean_environment().items():
            patch.setenv(name, value)
        scene = Scene(tmp_path_factory.mktemp('audit') / 'organisation', Guard(patch))
        outcome = scene.run(
            *(
                '-o',
                'sqlite=audit.db',
                '-o',
                'json=audit.json',
                '-o',
                'html=audit.html',
                '-o',
                'markdown=audit.md',
            ),
            *('-o', 'csv=csv', '-o', 'sarif=sarif', '-o', 'evidence=evidence', '--store', 'store'),
        )
        assert outcome.status == 1, outcome.stderr
        assert outcome.stderr == 'artifacts-guard: gone: there is no such folder\n'
    return scene
