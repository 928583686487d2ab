"""Path patterns of the configuration."""

from __future__ import annotations

import time

import pytest

from artifacts_guard.inputs.globs import matches


@pytest.mark.parametrize(
    ('pattern', 'path'),
    [
        pytest.param('vendor', 'vendor/a.sh', id='a folder by its name, for what is in it'),
        pytest.param('vendor', 'x/vendor/a.sh', id='a folder by its name, further down'),
        pytest.param('vendor/', 'x/vendor/a.sh', id='a folder with a slash at its end'),
        pytest.param('*.md', 'docs/a.md', id='an ending, anywhere'),
        pytest.param('/a.md', 'a.md', id='from the root'),
        pytest.param('./a.md', 'a.md', id='from the root, with a dot'),
        pytest.param('docs/*.md', 'docs/a.md', id='in one folder'),
        pytest.param('docs/**', 'docs/x/y.md', id='everything below'),
        pytest.param('**/fixtures/*.yml', 'fixtures/a.yml', id='any number of folders, none of them'),
        pytest.param('**/fixtures/*.yml', 'a/b/fixtures/a.yml', id='any number of folders, two of them'),
        pytest.param('a/**/b', 'a/b', id='no folder between'),
        pytest.param('a/**/b', 'a/x/y/b/c', id='folders between, and below'),
        pytest.param('[ab].sh', 'x/b.sh', id='one of several characters'),
        pytest.param('**', 'a', id='everything'),
    ],
)
def test_matches(pattern: str, path: str) -> None:
    assert matches(path, ('nothing', pattern))


@pytest.mark.parametrize(
    ('pattern', 'path'),
    [
        pytest.param('vendor', 'vendored/a.sh', id='a longer name'),
        pytest.param('vendor/', 'x/vendor', id='a file where a folder is meant'),
        pytest.param('/a.md', 'docs/a.md', id='from the root, further down'),
        pytest.param('docs/*.md', 'docs/x/a.md', id='a star does not cross a slash'),
        pytest.param('docs/*.md', 'x/docs/a.md', id='a pattern with a slash is from the root'),
        pytest.param('docs/**', 'docs', id='everything below is not the folder itself'),
        pytest.param('a/**/b', 'a/x', id='the end is missing'),
        pytest.param('*.MD', 'a.md', id='case counts'),
        pytest.param('', 'a', id='an empty pattern'),
    ],
)
def test_does_not_match(pattern: str, path: str) -> None:
    assert not matches(path, (pattern,))


def test_a_hostile_pattern_takes_no_time() -> None:
    began = time.process_time()

    assert not matches('/'.join(['a' * 200] * 200), ('**/' * 50 + '*a' * 30 + 'b',))
    assert time.process_time() - began < 2
