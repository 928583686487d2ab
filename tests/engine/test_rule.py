"""The schema of rule files: what is refused, and in which words."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from artifacts_guard.ci import model as ci
from artifacts_guard.engine import vocabulary
from artifacts_guard.engine.model import Case
from artifacts_guard.engine.rule import checked

GOOD: dict[str, Any] = {
    'id': 'a-rule',
    'title': 'A rule',
    'status': 'stable',
    'fact': 'exposure',
    'when': {'sink': 'flag'},
    'level': 'warning',
    'message': '{program} gets {origin}',
    'why': 'Because.',
    'fix': {'advice': 'Leave it out.'},
    'examples': {
        'bad': [{'name': 'bad', 'path': 'a.sh', 'text': 'x [|y|]\n'}],
        'good': [{'name': 'good', 'path': 'a.sh', 'text': 'x\n'}],
    },
}


def changed(**changes: Any) -> dict[str, Any]:
    """The good rule with some values changed: `examples__bad` is a key of a key; None takes a key out."""
    values = copy.deepcopy(GOOD)
    for path, value in changes.items():
        *outer, last = path.split('__')
        inside = values
        for key in outer:
            inside = inside[key]
        if value is None:
            del inside[last]
        else:
            inside[last] = value
    return values


def example(**fields: Any) -> list[dict[str, Any]]:
    return [{'name': 'an example', 'path': 'a.sh', 'text': '[|x|]\n'} | fields]


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ('a key that is misspelt', changed(severty=7.0), 'severty', "did you mean 'security_severity'?"),
    ('a key of something else', changed(raise_=1), 'raise_', 'is no key of a rule file'),
    ('no id', changed(id=None), 'id', 'is missing'),
    ('no examples', changed(examples=None), 'examples', 'is missing'),
    ('no bad example', changed(examples__bad=[]), 'examples.bad', 'is empty'),
    ('no good example', changed(examples__good=None), 'examples.good', 'is missing'),
    ('an id in capitals', changed(id='A-Rule'), 'id', 'does not have the form it needs'),
    ('an id with an underscore', changed(id='a_rule'), 'id', 'does not have the form it needs'),
    ('an id that ends in a hyphen', changed(id='a-'), 'id', 'does not have the form it needs'),
    ('an alias of a wrong form', changed(aliases=['X']), 'aliases.0', 'does not have the form it needs'),
    ('a status that is none', changed(status='beta'), 'status', "'beta' is not allowed"),
    ('a version that is none', changed(since='soon'), 'since', 'does not have the form it needs'),
    ('a level that is none', changed(level='critical'), 'level', "'critical' is not allowed"),
    ('a tenancy without a level', changed(level={'shared': 'error', 'unknown': 'note'}), 'level.ephemeral', 'is missing'),
    ('a tenancy that is none', changed(level={'shared': 'note', 'unknown': 'note', 'ephemeral': 'note', 'hosted': 'note'}), 'level.hosted', 'is no key of a rule file'),
    ('a list of levels without an end', changed(level=[{'when': {'masked': True}, 'level': 'note'}]), '',
     'the list of level must end in an entry without `when`'),
    ('an empty list of levels', changed(level=[]), '', 'the list of level must end in an entry without `when`'),
    ('a default before the end', changed(level=[{'level': 'note'}, {'level': 'error'}]), '',
     'only the last entry of level may lack `when`'),
    ('a level in a list that is none', changed(level=[{'level': 'bad'}]), 'level.0.level', "'bad' is not allowed"),
    ('a condition of a level on a field that is none',
     changed(level=[{'when': {'maskd': True}, 'level': 'note'}, {'level': 'error'}]), '',
     "exposure has no field 'maskd'; did you mean 'masked'?"),
    ('a fact that is none', changed(fact='exposures'), '', "'exposures' is no kind of fact; did you mean 'exposure'?"),
    ('no condition', changed(when={}), 'when', 'is empty'),
    ('a condition that is no mapping', changed(when=['sink']), 'when', 'valid dictionary'),
    ('a field that is misspelt', changed(when={'sinks': 'flag'}), '', "exposure has no field 'sinks'; did you mean 'sink'?"),
    ('a field of another fact', changed(when={'command': 'push'}), '', "exposure has no field 'command'; it has automation"),
    ('a field for the engine only', changed(when={'trail': {'present': True}}), '', "exposure has no field 'trail'"),
    ('a value that never is', changed(when={'sink': 'flags'}), '', "sink is never 'flags'; did you mean 'flag'?"),
    ('a value in a list that never is', changed(when={'tenancy': ['shared', 'hosted']}), '', "tenancy is never 'hosted'"),
    ('a text for a yes or no', changed(when={'masked': 'yes'}), '', "masked is compared with 'yes', but it is yes or no"),
    ('a number for a text', changed(when={'program': 1}), '', 'program is compared with 1, but it is text'),
    ('an empty list', changed(when={'sink': []}), '', 'sink is compared with an empty list'),
    ('a matcher that is misspelt', changed(when={'program': {'match': 'x'}}), '',
     "program: there is no matcher 'match'; did you mean 'matches'?"),
    ('a matcher for another type', changed(when={'masked': {'present': True}}), '',
     "masked is yes or no, and 'present' does not apply to that"),
    ('present that is neither true nor false', changed(when={'program': {'present': 'yes'}}), '', 'present is true or false'),
    ('a pattern that could be slow', changed(when={'program': {'matches': '(a+)+'}}), '', 'repeats a group'),
    ('a pattern that is none', changed(when={'program': {'matches': '('}}), '', 'is no regular expression'),
    ('a list compared with a text', changed(fact='grant', when={'excess': 'x'}, message='x'), '',
     'excess is a list: say {has: x} or {present: true}'),
    ('a number below a text', changed(fact='binding', when={'users': {'below': 'name'}}, message='x'), '',
     'users: below names another field that is a number'),
    ('a count that is no number', changed(fact='binding', when={'users': {'at_least': 'two'}}, message='x'), '',
     'users: at_least is a number'),
    ('has without items', changed(fact='grant', when={'excess': {'has': []}}, message='x'), '', 'has takes a text or a list'),
    ('any of nothing', changed(when={'any': []}), '', '`any` is a list of conditions'),
    ('not of a list', changed(when={'not': ['sink']}), '', 'a condition is a mapping of fields'),
    ('conditions nested too deep', changed(when={'not': {'not': {'not': {'not': {'not': {'not': {'not': {'not': {'not': {
        'sink': 'flag'}}}}}}}}}}), '', 'nested more than 8 deep'),
    ('a pedantic condition on a field that is none', changed(pedantic={'x': True}), '', "exposure has no field 'x'"),
    ('pedantic that is a text', changed(pedantic='very'), 'pedantic', 'valid boolean'),
    ('a confidence that is none', changed(confidence='sure'), 'confidence', "'sure' is not allowed"),
    ('a severity out of range', changed(security_severity=11), 'security_severity', 'less than or equal to 10'),
    ('a message with a field that is none', changed(message='{flag} is bad'), '',
     'a text mentions {flag}, but exposure has no such field'),
    ('a message with a field that is misspelt', changed(message='{programm} is bad'), '', "did you mean 'program'?"),
    ('a message with a call that is none', changed(message='it is {call}'), '', 'a text mentions {call}, but exposure'),
    ('a message with a yes or no', changed(message='it is {masked}'), '', 'a text mentions {masked}, which is only yes or no'),
    ('an empty message', changed(message=' \n'), 'message', 'is empty'),
    ('a page with a field that could be empty', changed(why='Because of {origin}.'), '',
     '{origin} needs words for when there is no value, as in {origin|…}'),
    ('an advice with a field that could be empty', changed(fix__advice='Leave {form} out.'), '', '{form} needs words'),
    ('a reference that is no address', changed(references=['the guide']), 'references.0', 'does not have the form'),
    ('a reference over http', changed(references=['http://a.example']), 'references.0', 'does not have the form'),
    ('a safe fix that is not shown', changed(fix__safe=True), '', 'a safe fix needs `fixed` in each bad example'),
    ('a bad example without a mark', changed(examples__bad=example(text='x\n')), 'examples',
     "the bad example 'an example' marks nothing with [| |]"),
    ('a good example with a mark', changed(examples__good=example()), 'examples',
     "the good example 'an example' marks something with [| |]"),
    ('two examples of one name', changed(examples__bad=example() + example()), 'examples', "two examples are called 'an example'"),
    ('a mark that does not end', changed(examples__bad=example(text='[|x\n')), 'examples.bad.0', 'a mark [| has no |] after it'),
    ('a mark that does not begin', changed(examples__bad=example(text='x|] [|y|]\n')), 'examples.bad.0',
     'a mark |] has no [| before it'),
    ('a placeholder that is none', changed(examples__bad=example(text='[|@apikey@|]\n')), 'examples.bad.0',
     'unknown placeholder @apikey@'),
    ('files and a text', changed(examples__bad=example(files={'b': '[|x|]'})), 'examples.bad.0',
     'either files, or a path and a text'),
    ('neither files nor a text', changed(examples__bad=[{'name': 'empty'}]), 'examples.bad.0', 'either files, or a path and a text'),
    ('a path that leaves', changed(examples__bad=example(path='../a.sh')), 'examples.bad.0', 'must be relative and stay inside'),
    ('an absolute path', changed(examples__bad=example(path='/a.sh')), 'examples.bad.0', 'must be relative and stay inside'),
    ('a setting that is none', changed(examples__bad=example(settings={'host': []})), 'examples.bad.0', 'settings: '),
    ('a host without a pattern', changed(examples__bad=example(settings={'hosts': [{'tenancy': 'shared'}]})),
     'examples.bad.0', 'settings: '),
    ('a fix of another file', changed(examples__bad=example(fixed={'b.sh': 'x'})), 'examples.bad.0',
     "fixed names 'b.sh', which is no file of the example"),
    ('an example with a key that is misspelt', changed(examples__bad=example(pedantc=True)), 'examples.bad.0.pedantc',
     "did you mean 'pedantic'?"),
]  # fmt: skip


@pytest.mark.parametrize(('values', 'where', 'words'), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_refused(values: dict[str, Any], where: str, words: str) -> None:
    file, problems = checked(values)

    said = [('.'.join(map(str, path)), sentence) for path, sentence in problems]
    assert file is None
    assert [path for path, _ in said] == [where]
    assert words in said[0][1]


@pytest.mark.parametrize('values', [None, [], 'id: x', 3, [GOOD]], ids=repr)
def test_what_is_no_mapping_is_refused(values: object) -> None:
    assert checked(values) == (None, [((), 'a rule file is a mapping that begins with `id:`')])


def test_all_that_is_wrong_is_said_at_once() -> None:
    _, problems = checked(changed(id='X', level='bad', status='beta'))

    assert [path for path, _ in problems] == [('id',), ('status',), ('level',)]


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ('the least', GOOD),
    ('levels by tenancy', changed(level={'shared': 'error', 'unknown': 'warning', 'ephemeral': 'note'})),
    ('levels in order', changed(level=[{'when': {'masked': True}, 'level': 'note'}, {'level': 'error'}])),
    ('messages in order', changed(message=[{'when': {'masked': True}, 'text': 'a'}, {'text': 'b'}])),
    ('advice in order', changed(fix__advice=[{'when': {'program': ['curl']}, 'text': 'a'}, {'text': 'b'}])),
    ('confidence in order', changed(confidence=[{'when': {'masked': True}, 'confidence': 'low'}, {'confidence': 'high'}])),
    ('a pedantic rule', changed(pedantic=True)),
    ('a rule that is pedantic about some facts', changed(pedantic={'by_default': True})),
    ('braces that are no fields', changed(why='Say ${X}, ${{ secrets.Y }} and {"a": 1}.')),
    ('the host in a message', changed(message='on {host}')),
    ('several files, settings and a level', changed(examples__bad=[{
        'name': 'x', 'files': {'a/b.sh': '[|@api-key@|] @session-2@', 'c': ''}, 'level': 'note', 'pedantic': True,
        'settings': {'hosts': [{'pattern': 'x', 'tenancy': 'shared'}], 'organisations': ['acme']}, 'known_gap': 'soon'}])),
    ('a safe fix that is shown', changed(fix__safe=True, examples__bad=example(fixed={'a.sh': 'x\n'}))),
]  # fmt: skip


@pytest.mark.parametrize('values', [r[1] for r in ACCEPTED], ids=[r[0] for r in ACCEPTED])
def test_accepted(values: dict[str, Any]) -> None:
    file, problems = checked(values)

    assert problems == []
    assert file is not None
    assert file.rule('own').id == 'a-rule'


def test_a_file_becomes_the_rule_that_the_engine_uses() -> None:
    file, _ = checked(
        changed(
            level={'shared': 'error', 'unknown': 'warning', 'ephemeral': 'note'},
            pedantic=True,
            confidence='medium',
            message=[{'when': {'masked': True}, 'text': ' a\n'}, {'text': 'b'}],
        )
    )

    assert file is not None
    made = file.rule('exposure', own=True)
    assert made.level == (
        Case({'tenancy': 'shared'}, 'error'),
        Case({'tenancy': 'ephemeral'}, 'note'),
        Case({}, 'warning'),
    )
    assert made.levels == ('error', 'warning', 'note')
    assert made.message == (Case({'masked': True}, 'a'), Case({}, 'b'))
    assert made.advice == (Case({}, 'Leave it out.'),)
    assert made.confidence == (Case({}, 'medium'),)
    assert (made.pedantic, made.group, made.own, made.safe) == ({}, 'exposure', True, False)


def test_words_of_the_common_model_are_known() -> None:
    assert vocabulary.TENANCIES == (ci.SHARED, ci.UNKNOWN, ci.EPHEMERAL)
