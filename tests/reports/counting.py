"""Findings by level, read back from each format."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter

_LISTED = re.compile(r'^(?!::).*?:\d+:\d+: (error|warning|note)\[', re.MULTILINE)


def counted(name: str, text: str) -> Counter[str]:
    """Findings by level, as a format has them."""
    if name == 'text':
        return Counter(re.findall(r'^(error|warning|note)\[', text, re.MULTILINE))
    if name == 'concise':
        return Counter(_LISTED.findall(text))
    if name == 'json':
        return Counter(finding['level'] for finding in json.loads(text)['findings'])
    if name == 'sarif':
        return Counter(
            one['level'] for one in json.loads(text)['runs'][0]['results'] if not one.get('suppressions')
        )
    if name == 'github':
        words = {'error': 'error', 'warning': 'warning', 'notice': 'note'}
        shown = Counter(words[word] for word in re.findall(r'^::(\w+) file=', text, re.MULTILINE))
        return shown + Counter(_LISTED.findall(text))
    if name == 'gitlab':
        levels = {'critical': 'error', 'major': 'warning', 'info': 'note'}
        return Counter(levels[one['severity']] for one in json.loads(text))
    if name == 'gitlab-secrets':
        levels = {'Critical': 'error', 'Medium': 'warning', 'Low': 'note'}
        return Counter(levels[one['severity']] for one in json.loads(text)['vulnerabilities'])
    if name == 'junit':
        return Counter(one.attrib['type'] for one in ET.fromstring(text).iter('failure'))
    if name == 'csv':
        return Counter(row['level'] for row in csv.DictReader(io.StringIO(text, newline='')))
    if name == 'markdown':
        sections = re.split(r'^## \S+ \d+ (error|warning|note)s?$', text, flags=re.MULTILINE)[1:]
        return Counter({level: table.count('\n| `') for level, table in zip(sections[::2], sections[1::2])})
    if name == 'html':
        return Counter(re.findall(r'^<article id="[\w-]+" class="(\w+)">$', text, re.MULTILINE))
    raise AssertionError(name)


def told(text: str) -> Counter[str]:
    """Findings by level as the formats for people say it in numbers."""
    sentence = re.search(r'Found (.*?) in [\d,]+ files?\.', text)
    words = re.findall(r'([\d,]+) (error|warning|note)', sentence[1] if sentence else '')
    return Counter({level: int(number.replace(',', '')) for number, level in words})
