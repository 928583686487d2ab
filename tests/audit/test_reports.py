"""One audit, many reports: they count the same, are the same each time, and show no token."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path

import jsonschema
import pytest

from artifacts_guard.audit import database
from tests import tokens
from tests.audit import made
from tests.audit.scene import LEAKED
from tests.audit.scene import RETIRED
from tests.audit.scene import Scene
from tests.conftest import Guard


def counts(scene: Scene) -> dict[str, int]:
    connection = scene.open('audit.db')
    names = (*database.tables(connection), *database.questions())
    found = {name: database.count(connection, name) for name in names}
    connection.close()
    return found


def test_csv_has_every_row_of_every_table_and_question(audited: Scene) -> None:
    found = {}
    for path in (audited.folder / 'csv').iterdir():
        with path.open(newline='', encoding='utf-8') as file:
            found[path.stem] = len(list(csv.reader(file))) - 1

    assert found == counts(audited)


def test_json_has_every_row_of_every_table_and_counts_every_question(audited: Scene) -> None:
    document = json.loads((audited.folder / 'audit.json').read_text())
    expected = counts(audited)

    tables = {name: len(rows) for name, rows in document.items() if name in expected and name != 'skipped'}
    questions = document['scanned']['questions']

    assert tables | questions == {name: expected[name] for name in (*tables, *questions)}
    assert set(expected) - set(tables) - set(questions) == {'meta', 'skipped'}
    assert len(document['skipped']) == expected['skipped'] + expected['q16_not_scanned']


def test_the_json_is_as_its_schema_says(audited: Scene) -> None:
    schema = json.loads((Path(database.__file__).parents[1] / 'data' / 'audit.schema.json').read_text())

    jsonschema.Draft202012Validator(schema).validate(json.loads((audited.folder / 'audit.json').read_text()))


def test_the_page_and_markdown_count_every_question(audited: Scene) -> None:
    page = (audited.folder / 'audit.html').read_text()
    text = (audited.folder / 'audit.md').read_text()
    expected = {name: number for name, number in counts(audited).items() if name in database.questions()}

    shown = re.findall(r'<details id="(\w+)"><summary>[^<]*<span class="dim">(\d+)</span>', page)
    written = re.findall(r'^\| (\d+) \| [^|]+ \| `(\w+)` \|$', text, re.MULTILINE)

    assert {name: int(number) for name, number in shown} == expected
    assert {name: int(number) for number, name in written} == expected


def test_sarif_has_the_findings_of_each_repository(audited: Scene) -> None:
    found = {
        path.stem: sum(
            'suppressions' not in result for result in json.loads(path.read_text())['runs'][0]['results']
        )
        for path in (audited.folder / 'sarif').iterdir()
    }
    connection = audited.open('audit.db')
    expected = dict(
        connection.execute(
            'select r.repository, count(f.number) from repositories r left join findings f using (repository) '
            "where r.state = 'analysed' group by 1"
        )
    )
    connection.close()

    assert found == expected


def test_the_first_page_says_what_was_looked_at_before_any_number(audited: Scene) -> None:
    page = (audited.folder / 'audit.html').read_text()

    assert page.index('7 of 8 repositories were analysed') < page.index('class="numbers"')
    assert page.index('class="numbers"') < page.index('The worst keys') < page.index('<h2>Questions')
    assert page.count('<li><b>') + page.count('<li class="bad"><b>') == 5
    assert 'artifacts keys revoke --api-key-id id-leaked' in page
    assert page.index('--api-key-id id-leaked') < page.index('--api-key-id id-report')


def test_of_a_leaked_key_revoking_comes_first_and_of_others_making_a_new_one(audited: Scene) -> None:
    text = (audited.folder / 'audit.md').read_text()
    leaked = text[text.index('## `leaked`') :].split('```')[1]
    report = text[text.index('## `report`') :].split('```')[1]

    assert leaked.index('keys revoke') < leaked.index('keys create')
    assert report.index('keys create') < report.index('keys revoke')
    assert '--scopes artifacts:create,artifacts:delete |' in report


def test_the_page_loads_nothing_and_runs_nothing(audited: Scene) -> None:
    page = (audited.folder / 'audit.html').read_text()

    assert "default-src 'none'" in page
    assert not re.search(r'<script|<link|<img|src=|href=|url\(|@import|\son\w+=', page)


def test_names_do_not_become_markup(scene: Scene, guard: Guard) -> None:
    name = '<img src=x onerror=alert(1)>|\x1b[31m'
    (scene.folder / 'keys.json').write_text(made.listed(made.key(name, ['artifacts:access:read'])))

    scene.run('-o', 'html=a.html', '-o', 'markdown=a.md', '-o', 'a.txt')

    for file in ('a.html', 'a.md', 'a.txt'):
        text = (scene.folder / file).read_text()
        assert 'access:read' in text
        assert '\x1b' not in text
        outside_of_code = re.sub(r'^```sh$.*?^```$|`[^`\n]*`', '', text, flags=re.DOTALL | re.MULTILINE)
        assert file == 'a.txt' or '<img' not in outside_of_code


@pytest.mark.parametrize('seed', [LEAKED, RETIRED])
def test_no_part_of_a_token_is_written_anywhere(audited: Scene, seed: str) -> None:
    body = tokens.api_key(seed).removeprefix('aa_k_')
    digest = hashlib.sha256(tokens.api_key(seed).encode()).hexdigest()
    given = {'keys.json', 'later.json'}

    for path in (audited.folder).rglob('*'):
        if path.is_file() and path.name not in given and not path.is_relative_to(audited.folder / 'leaky'):
            data = path.read_bytes()
            assert not any(body[at : at + 8].encode() in data for at in range(len(body) - 7)), path
            assert digest.encode() not in data, path


def test_the_same_inputs_give_the_same_bytes(audited: Scene, tmp_path: Path) -> None:
    again = ('-o', 'json=again.json', '-o', 'html=again.html', '-o', 'evidence=again')

    audited.run(*again, '-o', 'sarif=again-sarif')

    for first, second in (('audit.json', 'again.json'), ('audit.html', 'again.html'), ('evidence', 'again')):
        assert files(audited.folder / first) == files(audited.folder / second)


def files(path: Path) -> dict[str, bytes]:
    if path.is_file():
        return {'': path.read_bytes()}
    return {
        file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob('*') if file.is_file()
    }


def test_the_manifest_names_every_file_of_the_evidence(audited: Scene) -> None:
    bundle = files(audited.folder / 'evidence')
    manifest = json.loads(bundle.pop('manifest.json'))

    assert manifest['files'] == {name: hashlib.sha256(data).hexdigest() for name, data in bundle.items()}
    assert set(manifest['commits']) == {'web', 'docs', 'shop', 'leaky', 'forks', 'handed', 'quiet', 'gone'}
    assert {
        'inputs/keys-1.json',
        'inputs/events-1.json',
        'inputs/policy-1.toml',
        'report.json',
        'shards.jsonl',
    } <= set(bundle)
    assert manifest['options']['as_of'] == '2026-11-24'
    assert {'program', 'rules', 'service', 'configuration', 'inputs'} <= set(manifest['meta'])


def test_another_pepper_gives_other_fingerprints(audited: Scene) -> None:
    (audited.folder / 'other').write_text('another secret')

    audited.run('--pepper', 'other', '-o', 'sqlite=other.db')

    first, second = (
        [row['fingerprint'] for row in audited.rows(name, 'tokens')] for name in ('audit.db', 'other.db')
    )
    assert len(first) == len(second) == 2
    assert not set(first) & set(second)


def test_what_has_changed_since_the_last_review(audited: Scene) -> None:
    keys = json.loads((audited.folder / 'keys.json').read_text())['apiKeys']
    for key in keys:
        if key['name'] == 'leaked':
            key['revokedAt'] = '2026-11-23T08:00:00Z'
    (audited.folder / 'later.json').write_text(made.listed(*keys, made.key('fresh', ['artifacts:read'])))

    audited.run('--keys', 'later.json', '--since', 'audit.json', '-o', 'sqlite=later.db')
    compared = audited.guard('audit', 'diff', 'audit.db', 'later.db', cwd=audited.folder)
    same = audited.guard('audit', 'diff', 'audit.db', 'audit.json', cwd=audited.folder)

    rows = {(row['kind'], row['what']) for row in audited.rows('later.db', 'q14_changes')}
    assert ('changed key', 'leaked (id-leaked)') in rows
    assert ('new key', 'fresh (id-fresh)') in rows
    assert any(kind == 'gone finding' and 'leaked-active-key' in what for kind, what in rows)
    assert compared.status == 1
    assert len(compared.stdout.splitlines()) == len(rows)
    assert (same.status, same.stdout) == (0, 'Nothing has changed.\n')
