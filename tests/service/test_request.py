"""Type, title and slug as the service's CLI infers them: its own answers, measured with version 0.1.1."""

from __future__ import annotations

import json

import pytest

from artifacts_guard.service import request
from artifacts_guard.service.failure import ServiceError
from artifacts_guard.service.request import Publication


@pytest.mark.parametrize(
    ('name', 'content', 'kind', 'title', 'slug'),
    [
        pytest.param('t.txt', 'plain text', 'md', 'T.Txt', 't-txt', id='text'),
        pytest.param('t.html', '<p>x</p>', 'html', 'T', 't', id='html by its name'),
        pytest.param('t.htm', '<p>x</p>', 'html', 'T', 't', id='htm by its name'),
        pytest.param('UPPER.HTML', '<b>', 'html', 'UPPER', 'upper', id='capitals'),
        pytest.param('t.tsx', 'export default () =>', 'jsx', 'T', 't', id='tsx'),
        pytest.param('t.js', 'let a', 'md', 'T.Js', 't-js', id='JavaScript is no jsx'),
        pytest.param('t.markdown', '# Head one\n', 'md', 'Head one', 'head-one', id='a heading'),
        pytest.param('noext', '<!doctype html><html', 'html', 'Noext', 'noext', id='html by its content'),
        pytest.param('html-in.md', '# H\n<html>', 'html', 'H', 'h', id='html inside Markdown'),
        pytest.param('data.json', '{}', 'md', 'Data.Json', 'data-json', id='JSON'),
        pytest.param('dotenv.env', 'A=x\n', 'md', 'Dotenv.Env', 'dotenv-env', id='an environment file'),
        pytest.param('long_name-file.md', 'no heading', 'md', 'Long Name File', 'long-name-file', id='words of a name'),
        pytest.param('h2.md', '## second level\ntext\n# first later\n', 'md', 'first later', 'first-later', id='a later heading'),
        pytest.param('uni.md', '# Ünïcode — Überschrift', 'md', 'Ünïcode — Überschrift', 'n-code-berschrift', id='letters with marks'),
        pytest.param('sym.md', '# !!!\n', 'md', '!!!', 'artifact', id='a title without letters'),
    ],
)  # fmt: skip
def test_inference(name: str, content: str, kind: str, title: str, slug: str) -> None:
    assert (request.type_of(name, content), request.title_of(name, content)) == (kind, title)
    assert request.slug_of(title) == slug


def test_the_body_is_what_the_cli_sends() -> None:
    made = Publication('# hi', 'md', 'Hi', 'hi', 'default', public=True)

    assert json.loads(made.body()) == {
        'projectSlug': 'default',
        'slug': 'hi',
        'type': 'md',
        'title': 'Hi',
        'content': '# hi',
        'access': {'publicView': True, 'publicEdit': False},
    }
    assert json.loads(made.replace(owner='acme', changelog='x').body('hi-1')).keys() >= {
        'ownerUsername',
        'changelog',
    }


@pytest.mark.parametrize(
    ('changes', 'option'),
    [
        pytest.param({'slug': 'x' * 81}, '--slug', id='a slug'),
        pytest.param({'title': 'x' * 201}, '--title', id='a title'),
        pytest.param({'description': 'x' * 1001}, '--description', id='a description'),
        pytest.param({'changelog': 'x' * 1001}, '--changelog', id='a changelog'),
    ],
)
def test_what_is_too_long_is_refused_with_the_option_that_helps(changes: dict[str, str], option: str) -> None:
    fits = Publication(
        'x', 'md', 'x' * 200, 'x' * 80, 'default', description='x' * 1000, changelog='x' * 1000
    )
    request.check_lengths(fits)

    with pytest.raises(ServiceError, match=f'give {option}') as caught:
        request.check_lengths(fits.replace(**changes))
    assert caught.value.exit_status == 2
