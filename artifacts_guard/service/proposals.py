"""Whether this run was started by a proposal: a pull or merge request, whose code and content an outsider may control."""

from __future__ import annotations

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Sign(Record):
    """A variable that a CI system sets: in a run for a proposal it has one of `values`, or any but `not_these`."""

    system: str
    variable: str
    values: tuple[str, ...] = ()
    not_these: tuple[str, ...] = ('', 'false')


# where each is described:
# https://docs.github.com/en/actions/reference/workflows-and-actions/variables
# https://docs.gitlab.com/ci/variables/predefined_variables/
# https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables
# https://buildkite.com/docs/pipelines/configure/environment-variables
# https://circleci.com/docs/reference/variables/
# https://www.jenkins.io/doc/book/pipeline/multibranch/
# https://docs.travis-ci.com/user/environment-variables/
# https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
# https://docs.drone.io/pipeline/environment/reference/drone-pull-request/
# https://woodpecker-ci.org/docs/usage/environment
# https://www.appveyor.com/docs/environment-variables/
# https://docs.semaphoreci.com/reference/env-vars
# https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
_EVENTS = (
    'pull_request',
    'pull_request_target',
    'pull_request_review',
    'pull_request_review_comment',
    'issue_comment',
)
SIGNS = (
    Sign('GitHub Actions', 'GITHUB_EVENT_NAME', _EVENTS),
    Sign('GitLab CI', 'CI_PIPELINE_SOURCE', ('merge_request_event', 'external_pull_request_event')),
    Sign('Azure Pipelines', 'BUILD_REASON', ('PullRequest',)),
    Sign('Buildkite', 'BUILDKITE_PULL_REQUEST'),
    Sign('CircleCI', 'CIRCLE_PULL_REQUEST'),
    Sign('Jenkins', 'CHANGE_ID'),
    Sign('Travis CI', 'TRAVIS_PULL_REQUEST'),
    Sign('Bitbucket Pipelines', 'BITBUCKET_PR_ID'),
    Sign('Drone', 'DRONE_PULL_REQUEST'),
    Sign('Woodpecker', 'CI_COMMIT_PULL_REQUEST'),
    Sign('AppVeyor', 'APPVEYOR_PULL_REQUEST_NUMBER'),
    Sign('Semaphore', 'SEMAPHORE_GIT_PR_NUMBER'),
    Sign('CodeBuild', 'CODEBUILD_WEBHOOK_EVENT', ('PULL_REQUEST_CREATED', 'PULL_REQUEST_UPDATED', 'PULL_REQUEST_REOPENED')),
)  # fmt: skip


def proposal(environment: Mapping[str, str]) -> str:
    """The CI system whose run for a proposal this is; '' when it is none, or nothing tells."""
    for sign in SIGNS:
        value = environment.get(sign.variable, '')
        if value in sign.values or (not sign.values and value not in sign.not_these):
            return sign.system
    return ''
