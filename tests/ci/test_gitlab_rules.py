"""What starts a job, and whether it is kept to protected refs."""

from __future__ import annotations

import pytest

from artifacts_guard.ci.model import Job
from tests.ci.support import bound
from tests.ci.support import read

MR = '$CI_PIPELINE_SOURCE == "merge_request_event"'
DEFAULT = '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'


def job(text: str, head: str = '') -> Job:
    (found,) = read(f'{head}\na:\n  script: x\n{text}\n', '.gitlab-ci.yml').jobs
    return found


def kinds(found: Job) -> str:
    return ' '.join(sorted({trigger.kind for trigger in found.triggers}))


def rules(*lines: str) -> str:
    return '  rules:\n' + ''.join(f'    - {line}\n' for line in lines)


ALL = 'call manual other proposal push schedule tag'
BRANCHES = 'call manual other push schedule'  # a branch; the other sources run for one too
USUAL = 'call manual other push schedule tag'

RULES = {
    # rules
    'no rules': ('', USUAL),
    'merge requests': (rules(f"if: '{MR}'"), 'proposal'),
    'not merge requests': (rules(f"{{if: '{MR}', when: never}}", 'when: always'), USUAL),
    'the default branch': (rules(f"if: '{DEFAULT}'"), BRANCHES),
    'the default branch and merge requests': (
        rules(f"if: '{DEFAULT}'", f"if: '{MR}'"),
        f'{BRANCHES} proposal'.replace('other push', 'other proposal push').removesuffix(' proposal'),
    ),
    'a branch by name': (rules('if: \'$CI_COMMIT_BRANCH == "main"\''), BRANCHES),
    'branches': (rules("if: '$CI_COMMIT_BRANCH'"), BRANCHES),
    'tags': (rules("if: '$CI_COMMIT_TAG'"), 'call manual other tag'),
    'tags by name': (rules("if: '$CI_COMMIT_TAG =~ /^v\\d+/'"), 'call manual other tag'),
    'schedules': (rules('if: \'$CI_PIPELINE_SOURCE == "schedule"\''), 'schedule'),
    'pushes': (rules('if: \'$CI_PIPELINE_SOURCE == "push"\''), 'push tag'),
    'pushes to branches': (rules('if: \'$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH\''), 'push'),
    'by hand': (rules('if: \'$CI_PIPELINE_SOURCE == "web"\''), 'manual'),
    'another pipeline': (rules('if: \'$CI_PIPELINE_SOURCE == "pipeline"\''), 'call'),
    'a merge request by its number': (rules("if: '$CI_MERGE_REQUEST_IID'"), 'proposal'),
    'a merge request with a label': (rules("if: '$CI_MERGE_REQUEST_LABELS =~ /x/'"), 'proposal'),
    'a variable of the project': (rules('if: \'$DEPLOY == "yes"\''), USUAL),
    'a variable of the project, in merge requests': (rules(f"if: '{MR} && $DEPLOY'"), 'proposal'),
    'always': (rules('when: always'), ALL),
    'files that change': (rules('changes: [docs/*]'), ALL),
    'files that change on the default branch': (rules(f"{{if: '{DEFAULT}', changes: [docs/*]}}"), BRANCHES),
    'never': (rules('when: never'), ''),
    'never at first': (rules('when: never', f"if: '{MR}'"), ''),
    'never for some files': (rules('{when: never, changes: [x]}', f"if: '{MR}'"), 'proposal'),
    'nested rules': ("  rules:\n    - [{if: '" + MR + "'}]\n", 'proposal'),
    'blank rules are no rules': ('  rules: []\n', USUAL),
    'a job that is never': ('  when: never\n', ''),
    # by hand
    'a manual job': ('  when: manual\n', 'manual'),
    'a manual rule': (rules(f"{{if: '{DEFAULT}', when: manual}}"), 'manual'),
    'a manual rule of merge requests': (rules(f"{{if: '{MR}', when: manual}}"), 'proposal'),
    'manual for some': (
        rules("{if: '$CI_COMMIT_TAG', when: manual}", "if: '$CI_COMMIT_BRANCH'"),
        'call manual other push schedule',
    ),
    'a manual job with rules': ('  when: manual\n' + rules(f"if: '{DEFAULT}'"), 'manual'),
    # only and except
    'only a branch': ('  only: [main]\n', BRANCHES),
    'only tags': ('  only: [tags]\n', 'call manual other tag'),
    'only merge requests': ('  only: [merge_requests]\n', 'proposal'),
    'only merge requests and a branch': (
        '  only: [merge_requests, main]\n',
        'call manual other proposal push schedule',
    ),
    'only schedules': ('  only: [schedules]\n', 'schedule'),
    'only pushes': ('  only: [pushes]\n', 'push tag'),
    'only by hand': ('  only: [web]\n', 'manual'),
    'only a pattern': ('  only: ["/^release/"]\n', USUAL),
    'only of a project': ('  only: ["branches@acme/app"]\n', BRANCHES),
    'only a string': ('  only: tags\n', 'call manual other tag'),
    'only refs': ('  only: {refs: [merge_requests]}\n', 'proposal'),
    'only with a condition': (f"  only: {{variables: ['{DEFAULT}']}}\n", BRANCHES),
    'only with files': ('  only: {changes: [x]}\n', USUAL),
    'only merge requests with files': ('  only: {refs: [merge_requests], changes: [x]}\n', 'proposal'),
    'except branches': ('  except: [branches]\n', 'call manual other tag'),
    'except tags and schedules': ('  except: [tags, schedules]\n', 'call manual other push'),
    'except some files': ('  except: {changes: [x]}\n', USUAL),
    'except under a condition': ("  except: {variables: ['$CI_COMMIT_TAG']}\n", BRANCHES),
    'only branches, except schedules': (
        '  only: [branches]\n  except: [schedules]\n',
        'call manual other push',
    ),
}


@pytest.mark.parametrize(('text', 'wanted'), RULES.values(), ids=RULES)
def test_triggers(text: str, wanted: str) -> None:
    found = job(text)
    assert kinds(found) == wanted
    assert found.automation is bool(wanted)


WORKFLOWS = {
    'merge requests alone': ([f"if: '{MR}'"], '', 'proposal'),
    'merge requests and the default branch': (
        [f"if: '{MR}'", f"if: '{DEFAULT}'"],
        '',
        'call manual other proposal push schedule',
    ),
    'no merge requests': ([f"{{if: '{MR}', when: never}}", 'when: always'], '', USUAL),
    'no rules that merge requests pass': ([f"if: '{MR}'"], rules(f"if: '{DEFAULT}'"), ''),
    'a job without rules runs in all': (['when: always'], '', ALL),
    'only still counts': (['when: always'], '  only: [tags]\n', 'call manual other tag'),
    'a variable that a rule sets': (
        [f"{{if: '{MR}', variables: {{KIND: mr}}}}", "{if: '$CI_COMMIT_TAG', variables: {KIND: tag}}"],
        rules('if: \'$KIND == "tag"\''),
        'call manual other tag',
    ),
}


@pytest.mark.parametrize(('head', 'text', 'wanted'), WORKFLOWS.values(), ids=WORKFLOWS)
def test_workflows(head: list[str], text: str, wanted: str) -> None:
    assert kinds(job(text, f'workflow:\n{rules(*head)}')) == wanted


PROTECTED = {
    'the default branch': (rules(f"if: '{DEFAULT}'"), True),
    'the usual name of it': (rules('if: \'$CI_COMMIT_BRANCH == "main"\''), True),
    'one of two usual names': (rules("if: '$CI_COMMIT_BRANCH =~ /^(main|master)$/'"), True),
    'only the usual name': ('  only: [master]\n', True),
    'protected refs': (rules('if: \'$CI_COMMIT_REF_PROTECTED == "true"\''), True),
    'protected merge requests': (rules(f'if: \'{MR} && $CI_COMMIT_REF_PROTECTED == "true"\''), True),
    'anything but unprotected refs': (
        rules('{if: \'$CI_COMMIT_REF_PROTECTED != "true"\', when: never}', 'when: always'),
        True,
    ),
    'anything': ('', False),
    'another name': (rules('if: \'$CI_COMMIT_BRANCH == "develop"\''), False),
    'tags': (rules("if: '$CI_COMMIT_TAG'"), False),
    'merge requests': (rules(f"if: '{MR}'"), False),
    'merge requests into protected branches': (
        rules('if: \'$CI_MERGE_REQUEST_TARGET_BRANCH_PROTECTED == "true"\''),
        False,
    ),
    'the default branch or merge requests': (rules(f"if: '{DEFAULT}'", f"if: '{MR}'"), False),
    'never': (rules('when: never'), False),
}


@pytest.mark.parametrize(('text', 'wanted'), PROTECTED.values(), ids=PROTECTED)
def test_protected(text: str, wanted: bool) -> None:
    assert job(text).protected is wanted


def test_pull_requests_elsewhere_only_where_they_are_spoken_of() -> None:
    assert kinds(job(rules('when: always'))) == ALL
    assert {t.event for t in job(rules('when: always')).triggers if t.kind == 'proposal'} == {
        'merge_request_event'
    }
    found = job('  only: [external_pull_requests]\n')
    assert [(t.kind, t.event) for t in found.triggers] == [('proposal', 'external_pull_request_event')]


def test_the_place_of_a_trigger_is_its_rule() -> None:
    found = job(rules(f"if: '{MR}'", f"if: '{DEFAULT}'"))
    assert {(t.kind, t.place.line) for t in found.triggers if t.kind in ('proposal', 'push')} == {
        ('proposal', 4),
        ('push', 5),
    }
    assert {t.place.line for t in job('  only: [main]\n').triggers} == {3}


VARIABLES = {
    'set by the only rule': ([f"{{if: '{MR}', variables: {{V: rule}}}}"], ['V=rule @job:6']),
    'set by each of two': (
        [f"{{if: '{MR}', variables: {{V: one}}}}", f"{{if: '{DEFAULT}', variables: {{V: two}}}}"],
        ["V=<'one'|'two'> @job:6"],
    ),
    'set by one of two': (
        [f"{{if: '{MR}', variables: {{V: one}}}}", f"if: '{DEFAULT}'"],
        ["V=<'one'|'job'> @job:6"],
    ),
    'set to a secret': ([f"{{if: '{MR}', variables: {{V: $KEY}}}}"], ['V=<variable.KEY> @job:6']),
    'set to one secret or another': (
        [f"{{if: '{MR}', variables: {{V: $KEY}}}}", f"{{if: '{DEFAULT}', variables: {{V: $PROD}}}}"],
        ['V=<variable.KEY|variable.PROD> @job:6'],
    ),
    'set by a rule that never decides': (
        ["{if: '$CI == null', variables: {V: never}}", 'when: always'],
        ['V=job @job:4'],
    ),
    'set by none': (['when: always'], ['V=job @job:4']),
}


@pytest.mark.parametrize(('lines', 'wanted'), VARIABLES.values(), ids=VARIABLES)
def test_variables_of_rules(lines: list[str], wanted: list[str]) -> None:
    found = job('  variables:\n    V: job\n' + rules(*lines))
    assert bound(found.env) == wanted


def test_a_variable_that_only_one_rule_sets_can_come_from_the_settings() -> None:
    found = job(rules(f"{{if: '{MR}', variables: {{V: one}}}}", f"if: '{DEFAULT}'"))
    assert bound(found.env) == ["V=<'one'|variable.V> @job:4"]


def test_variables_of_workflow_rules() -> None:
    head = 'variables: {V: all, W: all}\nworkflow:\n' + rules(f"{{if: '{MR}', variables: {{V: mr}}}}")
    assert bound(job('', head).env) == ['W=all @pipeline:1', 'V=mr @pipeline:4']
