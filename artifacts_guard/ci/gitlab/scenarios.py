"""The pipelines that one configuration can become, and what GitLab tells each about itself.

https://docs.gitlab.com/ci/pipelines/pipeline_types/ and
https://docs.gitlab.com/ci/variables/predefined_variables/
"""

from __future__ import annotations

from artifacts_guard.ci import model
from artifacts_guard.ci.gitlab.conditions import ANYTHING
from artifacts_guard.ci.gitlab.conditions import FILLED
from artifacts_guard.ci.gitlab.conditions import Name
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.ci.gitlab.conditions import Value

# Names that a branch other than the default one hardly has, and a tag never.
_DEFAULTS = frozenset(('main', 'master', 'trunk'))
DEFAULT = Name('default')
OTHER = Name('other', _DEFAULTS)
TAG = Name('tag', _DEFAULTS)

_MERGE_REQUEST = 'merge_request_event'
_EXTERNAL = 'external_pull_request_event'
# Variables of merge-request pipelines that are never empty; others can be.
_MERGE_REQUEST_FILLED = (
    'CI_MERGE_REQUEST_ID',
    'CI_MERGE_REQUEST_IID',
    'CI_MERGE_REQUEST_PROJECT_ID',
    'CI_MERGE_REQUEST_PROJECT_PATH',
    'CI_MERGE_REQUEST_PROJECT_URL',
    'CI_MERGE_REQUEST_REF_PATH',
    'CI_MERGE_REQUEST_EVENT_TYPE',
    'CI_MERGE_REQUEST_SOURCE_BRANCH_NAME',
    'CI_MERGE_REQUEST_SOURCE_BRANCH_SHA',
    'CI_MERGE_REQUEST_SOURCE_PROJECT_ID',
    'CI_MERGE_REQUEST_SOURCE_PROJECT_PATH',
    'CI_MERGE_REQUEST_SOURCE_PROJECT_URL',
    'CI_MERGE_REQUEST_TARGET_BRANCH_NAME',
    'CI_MERGE_REQUEST_DIFF_ID',
    'CI_MERGE_REQUEST_DIFF_BASE_SHA',
    'CI_MERGE_REQUEST_TITLE',
)
_MERGE_REQUEST_PERHAPS = (
    'CI_MERGE_REQUEST_APPROVED',
    'CI_MERGE_REQUEST_ASSIGNEES',
    'CI_MERGE_REQUEST_DESCRIPTION',
    'CI_MERGE_REQUEST_LABELS',
    'CI_MERGE_REQUEST_MILESTONE',
    'CI_MERGE_REQUEST_SQUASH_ON_MERGE',
    'CI_MERGE_REQUEST_TARGET_BRANCH_PROTECTED',
    'CI_MERGE_REQUEST_TARGET_BRANCH_SHA',
)
_EXTERNAL_FILLED = (
    'CI_EXTERNAL_PULL_REQUEST_IID',
    'CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY',
    'CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY',
    'CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME',
    'CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA',
    'CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME',
    'CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA',
)
# What every pipeline has.
_COMMON: dict[str, Value] = {
    'CI': 'true',
    'GITLAB_CI': 'true',
    'CI_SERVER': 'yes',
    'CI_DEFAULT_BRANCH': DEFAULT,
    'CI_COMMIT_SHA': FILLED,
    'CI_COMMIT_SHORT_SHA': FILLED,
    'CI_PROJECT_ID': FILLED,
    'CI_PROJECT_NAME': FILLED,
    'CI_PROJECT_NAMESPACE': FILLED,
    'CI_PROJECT_PATH': FILLED,
    'CI_PIPELINE_ID': FILLED,
}


class Scenario(Record):
    """One way in which a pipeline comes to be.

    `refs` are the words by which `only` and `except` know it; `ref` the name that they compare with others, None
    for pipelines of merge requests.  `protected`: it runs for the default branch or a protected ref.
    """

    kind: str
    event: str
    variables: dict[str, Value]
    refs: frozenset[str]
    ref: Name | None
    protected: bool

    def told(self, variables: dict[str, Value]) -> Scenario:
        """The same pipeline, with more known about its variables."""
        return self.replace(variables={**self.variables, **variables})

    def child(self) -> Scenario:
        """The pipeline that a job of this one starts: it runs for the same ref, and has other words for itself.

        https://docs.gitlab.com/ci/pipelines/downstream_pipelines/#parent-child-pipelines
        """
        kinds = self.refs & {'branches', 'tags'}
        return self.replace(
            variables={**self.variables, 'CI_PIPELINE_SOURCE': 'parent_pipeline'},
            refs=kinds | {'parent_pipeline', 'parent_pipelines'},
        )


# Sources of pipelines, with what they are to the model, and the refs that they run for.
_BRANCHES = ('default', 'other', 'unprotected')
_TAGS = ('tag', 'unprotected tag')
_SOURCES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ('push', model.PUSH, _BRANCHES),
    ('push', model.TAG, _TAGS),
    (_MERGE_REQUEST, model.PROPOSAL, ('protected merge request', 'merge request')),
    (_EXTERNAL, model.PROPOSAL, ('unprotected',)),
    ('schedule', model.SCHEDULE, _BRANCHES),  # for a tag, too, but hardly anybody does that
    ('web', model.MANUAL, (*_BRANCHES, *_TAGS)),
    ('api', model.OTHER, (*_BRANCHES, *_TAGS)),
    ('trigger', model.OTHER, (*_BRANCHES, *_TAGS)),
    ('chat', model.OTHER, _BRANCHES),
    ('pipeline', model.CALL, (*_BRANCHES, *_TAGS)),
)


def _scenario(source: str, kind: str, what: str) -> Scenario:
    protected = not what.startswith('unprotected') and what != 'merge request'
    name = {'default': DEFAULT, 'other': OTHER, 'unprotected': OTHER}.get(what)
    is_tag = what.endswith('tag')
    word = source.removesuffix('_event')
    refs = {word, f'{word}es' if word.endswith('h') else f'{word}s'}
    if name is not None:
        refs.add('branches')
    elif is_tag:
        refs.add('tags')
    return Scenario(
        kind,
        source,
        {
            **_COMMON,
            **_of_requests(source),
            'CI_PIPELINE_SOURCE': source,
            'CI_COMMIT_BRANCH': name,
            'CI_COMMIT_TAG': TAG if is_tag else None,
            'CI_COMMIT_REF_NAME': TAG if is_tag else name or FILLED,
            'CI_COMMIT_REF_SLUG': FILLED,
            'CI_COMMIT_REF_PROTECTED': 'true' if protected else 'false',
            'CI_OPEN_MERGE_REQUESTS': None if is_tag else ANYTHING,
            'CI_PIPELINE_TRIGGERED': 'true' if source == 'trigger' else None,
            'CI_PIPELINE_SCHEDULE_DESCRIPTION': ANYTHING if source == 'schedule' else None,
        },
        frozenset(refs),
        TAG if is_tag else name,
        protected,
    )


def _of_requests(source: str) -> dict[str, Value]:
    """Merge requests between protected branches can be protected, those from forks never are.

    https://docs.gitlab.com/ci/pipelines/merge_request_pipelines/#control-access-to-protected-variables-and-runners
    """
    is_merge_request = source == _MERGE_REQUEST
    found: dict[str, Value] = dict.fromkeys(_MERGE_REQUEST_FILLED, FILLED if is_merge_request else None)
    found.update(dict.fromkeys(_MERGE_REQUEST_PERHAPS, ANYTHING if is_merge_request else None))
    found.update(dict.fromkeys(_EXTERNAL_FILLED, FILLED if source == _EXTERNAL else None))
    return found


_ALL: tuple[Scenario, ...] = tuple(
    _scenario(source, kind, what) for source, kind, refs in _SOURCES for what in refs
)
_USUAL = tuple(one for one in _ALL if one.event != _EXTERNAL)


def possible(texts: Iterable[str]) -> tuple[Scenario, ...]:
    """The pipelines that a configuration with these texts can become.

    Those for pull requests of a repository elsewhere only where it speaks of them.
    https://docs.gitlab.com/ci/ci_cd_for_external_repos/#pipelines-for-external-pull-requests
    """
    return _ALL if any('external_pull_request' in text.lower() for text in texts) else _USUAL
