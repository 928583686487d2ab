from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from artifacts_guard.findings.finding import Edit
from artifacts_guard.findings.finding import Fix
from artifacts_guard.findings.finding import Related
from artifacts_guard.findings.finding import Result
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.findings.ruletext import RuleText
from artifacts_guard.reports import render
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests.reports import results
from tests.reports.test_agreement import HOSTILE

ATTRIBUTES = {
    'a': {'href', 'rel'},
    'article': {'id', 'class'},
    'code': {'class'},
    'div': {'id', 'class', 'hidden'},
    'html': {'lang'},
    'input': {'type', 'value', 'checked', 'placeholder', 'autocomplete'},
    'label': {'class'},
    'li': {'class'},
    'meta': {'charset', 'http-equiv', 'content', 'name'},
    'p': {'class', 'id', 'hidden'},
    'td': {'class', 'data-key'},
    'tr': {'class', 'data-finding', 'data-level'},
}
PLAIN = {'id', 'class'}  # attributes of all others


class Page(HTMLParser):
    """The tags of a page with their attributes, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ''
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        return [str(attributes[name]) for _, attributes in self.tags if name in attributes]


def shown(**fields: object) -> str:
    document = Document(str(fields.pop('path', 'x.sh')), str(fields.pop('text', 'cmd arg\n')))
    return render('html', Result((results.finding(Place(document, Span(0, 3)), **fields),)))


def everything() -> str:
    return render('html', results.publish(), rules=results.RULES)


def test_the_policy_allows_the_own_style_and_script_and_nothing_else() -> None:
    page = everything()
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    parts = dict(part.split(' ', 1) for part in policy.replace('&#39;', "'").split('; '))

    def source(tag: str) -> str:
        (text,) = re.findall(f'<{tag}>(.*?)</{tag}>', page, re.DOTALL)
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert parts == {
        'default-src': "'none'",
        'style-src': source('style'),
        'script-src': source('script'),
        'base-uri': "'none'",
        'form-action': "'none'",
    }
    assert page.index('Content-Security-Policy') < page.index('<style>')


def test_nothing_is_loaded_and_no_attribute_runs_or_styles() -> None:
    page = Page(everything())
    for tag, attributes in page.tags:
        assert set(attributes) <= ATTRIBUTES.get(tag, PLAIN), tag
    outside = [link for link in page.values('href') if not link.startswith('#')]
    assert outside == [rule.url for rule in results.RULES.values() if rule.url][:2]
    style = everything().split('<style>')[1].split('</style>')[0]
    assert not re.search(r'url\(|@import|@font-face', style)


@pytest.mark.parametrize('words', HOSTILE)
def test_input_is_text_and_never_markup(words: str) -> None:
    plain = Page(shown(message='x', why='x', advice='x', note='x', job='x', path='x', text='x x\n'))
    made = shown(
        message=words, why=words, advice=words, note=words, job=words, path=words, text=words, rule=words
    )
    page = Page(made)
    added = {tag for tag, _ in page.tags} - {tag for tag, _ in plain.tags}
    assert added <= {'code', 'ul', 'li', 'pre', 'span', 'tr'}
    assert [tag for tag, _ in page.tags].count('script') == 1
    for tag, attributes in page.tags:
        assert set(attributes) <= ATTRIBUTES.get(tag, PLAIN), tag
    assert all(link.startswith('#') for link in page.values('href'))
    assert not re.search(r'[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2028\ufeff\ud800-\udfff]', made)


def test_what_was_checked_and_what_was_not_comes_before_any_number_of_findings() -> None:
    text = Page(everything()).text
    order = ['What was checked', 'Looked at 212 files', 'What was not checked', 'locked.yml', 'lies outside']
    order += ['Found 4 errors', 'All findings', 'Suppressed findings']
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_nothing_found_is_only_green_when_all_was_checked() -> None:
    good, locked = results.nothing(), results.nothing().replace(skipped=(Skipped('x.yml', 'denied'),))
    assert '<p class="good">No findings.</p>' in render('html', good)
    assert '<p class="warned">No findings. But not everything could be checked' in render('html', locked)
    assert '<p class="good">' not in render('html', locked)


def test_files_that_are_none_of_its_business_are_no_reason_to_worry() -> None:
    binary = results.nothing().replace(skipped=(Skipped('x.png', 'binary file', fatal=False),))
    assert '<p class="good">No findings.</p>' in render('html', binary)
    assert 'binary file: <code' in render('html', binary)


def test_every_line_of_the_index_leads_to_its_finding() -> None:
    page = Page(everything())
    ids = page.values('id')
    assert len(ids) == len(set(ids))
    assert set(page.values('data-finding')) <= set(ids)
    assert len(page.values('data-finding')) == 6
    assert {link[1:] for link in page.values('href') if link.startswith('#')} <= set(ids)


def test_the_source_is_marked_as_in_the_text_report() -> None:
    page = shown(text='cmd <arg>\n', message='m')
    assert '<td><span class="main">cmd</span> &lt;arg&gt;</td>' in page
    secret = render('html', results.publish())
    assert re.search(r'AGENT_ARTIFACTS_TOKEN=<span class="secret main">aa_k_…#[0-9a-f]{4}</span>', secret)
    assert '<span>↑ becomes an argument here</span>' in secret


def test_words_that_do_not_fit_behind_a_mark_stand_before_it() -> None:
    document = Document('x.sh', f'{"x" * 90} cmd\n')
    place = results.place(document, 'cmd')
    trail = (Related('becomes an argument here', place),)
    page = render('html', Result((results.finding(place, trail=trail),)))
    (indent, words) = re.findall(r'<td>( *)<span>(.*?)</span></td>', page)[0]
    assert (len(indent) + len(words), words) == (92, 'becomes an argument here ↑')


def test_a_long_trail_is_a_list_and_its_first_places_are_shown() -> None:
    document = Document('x.sh', 'cmd\n' * 40)
    trail = tuple(Related(f'hop {n}', Place(document, Span(4 * n, 4 * n + 3))) for n in range(1, 31))
    page = render('html', Result((results.finding(Place(document, Span(0, 3)), trail=trail),)))
    assert page.count('<span>↑ hop ') == 12
    assert page.count('<li>hop ') == 30


def test_what_is_the_same_for_all_findings_of_a_rule_is_said_once() -> None:
    document = Document('x.sh', 'a b\n')
    found = [
        results.finding(results.place(document, 'ab'[n]), why='the same', advice=f'do {n}') for n in (0, 1)
    ]
    page = render('html', Result(tuple(found)))
    assert page.count('<p>the same</p>') == 1
    assert page.index('<p>the same</p>') < page.index('<article')
    assert (page.count('<p>do 0</p>'), page.count('<p>do 1</p>')) == (1, 1)


def test_the_trail_is_a_list_of_steps() -> None:
    page = everything()
    steps = re.findall(r'<ol>\n(.*?)</ol>', page, re.DOTALL)
    assert [re.sub('<[^>]*>', '', line) for line in steps[0].splitlines()] == [
        'secret bound here .github/workflows/publish.yml:14:11',
        'the host is shared .github/workflows/publish.yml:9:14',
        'becomes an argument here .github/workflows/publish.yml:17:76',
    ]


def test_prose_keeps_its_paragraphs_lists_and_code() -> None:
    page = shown(why='First `x < y`.\n\n- one\n- two\n\n    key:\n      value: <1>\n')
    assert '<p>First <code class="short">x &lt; y</code>.</p>' in page
    assert '<ul>\n<li>one</li>\n<li>two</li>\n</ul>' in page
    assert '<pre class="example">key:\n  value: &lt;1&gt;\n</pre>' in page


def test_a_fix_says_how_to_apply_it() -> None:
    place = Place(Document('x.sh', 'cmd\n'), Span(0, 3))
    page = shown(fix=Fix('add `--private`', (Edit(place, 'x'),), safe=True))
    assert '<code class="short">--fix</code> does this' in page


@pytest.mark.parametrize(
    ('url', 'linked'), [('https://example.invalid/x', True), ('javascript:alert(1)', False), ('', False)]
)
def test_only_addresses_of_pages_become_links(url: str, linked: bool) -> None:
    rules = {'token-flag': RuleText('token-flag', 'Title', url=url)}
    page = render('html', results.publish(), rules=rules)
    assert (f'<a href="{url}"' in page) is linked


def test_suppressed_findings_are_listed_with_the_reason() -> None:
    (section,) = re.findall(r'<section id="suppressed">.*?</section>', everything(), re.DOTALL)
    *_, finding, by, reason = re.findall('<td[^>]*>(.*?)</td>', section)
    assert (finding, by, reason) == ('This push publishes to everyone', 'comment', 'the page is public')
    assert 'id="suppressed"' not in render('html', results.nothing())


def test_the_same_result_gives_the_same_page() -> None:
    assert everything() == everything()
