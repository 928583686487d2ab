"""JSON bodies, whole and in parts."""

from __future__ import annotations

import random

import pytest

from artifacts_guard.scopes import body
from artifacts_guard.scopes.body import UNKNOWN


def test_a_body_that_publishes() -> None:
    text = (
        '{\n "projectSlug": "open",\n "slug": "a",\n "access": {"publicView": false, "publicEdit": true}\n}'
    )
    found = body.read(text)
    assert found.readable
    assert found.public_view is False
    assert found.public_edit is True
    assert text[found.public_edit_at :].startswith('"publicEdit"')
    assert text[found.public_view_at :].startswith('"publicView"')
    assert (found.project, found.slug) == ('open', 'a')


def test_a_body_that_makes_a_key() -> None:
    text = '{"name":"report-old",\n"scopes": ["artifacts:create", "artifact:create"]}'
    found = body.read(text)
    assert found.scopes == ('artifacts:create', 'artifact:create')
    assert text[found.scopes_at :].startswith('"scopes"')
    assert found.name == 'report-old'


@pytest.mark.parametrize(
    ('text', 'scopes'),
    [
        ('{"name":"x"}', None),
        ('{"scopes":[]}', ()),
        (f'{{"scopes":{UNKNOWN}}}', (UNKNOWN,)),
        (f'{{"scopes":["artifacts:read",{UNKNOWN}]}}', ('artifacts:read', UNKNOWN)),
        (f'{{"scopes":["artifacts:{UNKNOWN}"]}}', (f'artifacts:{UNKNOWN}',)),
        ('{"content":"{\\"scopes\\":[\\"agents:manage\\"]}"}', None),
    ],
)
def test_scopes_of_a_body(text: str, scopes: tuple[str, ...] | None) -> None:
    assert body.read(text).scopes == scopes


@pytest.mark.parametrize(
    ('text', 'readable'),
    [
        ('{"a":1}', True),
        (f'{{"a":{UNKNOWN},"b":["{UNKNOWN}"]}}', True),
        (f'{{"a":{UNKNOWN}{UNKNOWN}}}', False),
        (UNKNOWN, False),
        (f'{{{UNKNOWN}}}', False),
        (f'{{"a":1{UNKNOWN}}}', False),
        ('[1]', False),
        ('', False),
        ('@body.json', False),
        ('{"a":' * 100_000, False),
    ],
)
def test_whether_a_body_is_known_to_its_end(text: str, readable: bool) -> None:
    assert body.read(text).readable == readable


@pytest.mark.parametrize(
    ('text', 'edit'),
    [
        ('{"publicEdit":false}', False),
        (f'{{"publicEdit":{UNKNOWN}}}', None),
        ('{"content":"\\"publicEdit\\": true"}', None),
        ('{"title":"publicEdit: true"}', None),
        ('{"publicEdit":"true"}', None),
        ('{}', None),
    ],
)
def test_what_does_not_open_for_editing(text: str, edit: bool | None) -> None:
    assert body.read(text).public_edit is edit


def test_tools_that_a_message_calls() -> None:
    one = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_artifact","arguments":{"artifactId":"x"}}}'
    found = body.read(one)
    assert found.tools == ('delete_artifact',)
    assert found.names_artifact
    assert body.read('{"method":"tools/list","params":{"name":"x"}}').tools == ()


def test_no_text_makes_it_fail_or_slow() -> None:
    chance = random.Random(3)
    pieces = [
        '{',
        '}',
        '[',
        ']',
        '"',
        '\\',
        UNKNOWN,
        ':',
        ',',
        '"scopes"',
        '"publicEdit"',
        'true',
        '"params"',
        '"name"',
        ' ',
    ]
    for _ in range(2000):
        body.read(''.join(chance.choice(pieces) for _ in range(chance.randrange(40))))
    body.read('"params":{' * 20_000 + '"method":"tools/call"')
    body.read('"scopes":[' * 50_000)
    body.read('"name":"' + 'x' * 1_000_000)
