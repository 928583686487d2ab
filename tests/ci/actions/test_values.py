from __future__ import annotations

import pytest

from artifacts_guard.ci.actions import values
from artifacts_guard.ci.model import Reference
from tests.ci.support import shown
from tests.ci.support import step


def choices(text: str) -> str:
    """What `env: X: ${{ text }}` can be."""
    (binding,) = step(f'- run: make\n  env:\n    X: "${{{{ {text} }}}}"').env
    return shown(binding.value)[1:-1]


CARRIES = {
    'a secret': ('secrets.KEY', 'secret.KEY'),
    'secrets without case': ('Secrets.key', 'secret.KEY'),
    'a key in brackets': ("secrets['KEY']", 'secret.KEY'),
    'the job token': ('github.token', 'secret.GITHUB_TOKEN'),
    'one secret or another': ('secrets.A || secrets.B', 'secret.A|secret.B'),
    'a secret or a string': ("secrets.A || 'none'", "secret.A|'none'"),
    'a choice by condition': ("github.ref == 'x' && secrets.A || secrets.B", 'secret.A|secret.B'),
    'a secret if a condition holds': ("github.ref == 'x' && secrets.A", "'false'|secret.A"),
    'a string if a secret is set': ("secrets.A && 'yes' || 'no'", "'yes'|'no'"),
    'format': ("format('Bearer {0}', secrets.A)", 'secret.A'),
    'format of several': ("format('{0}:{1}', secrets.A, secrets.B)", 'secret.A|secret.B'),
    'a part of a secret': ('fromJSON(secrets.A).token', 'secret.A'),
    'a computed part of a secret': ('fromJSON(secrets.A)[matrix.os]', 'secret.A'),
    'a secret as JSON': ('toJSON(secrets.A)', 'secret.A'),
    'all secrets': ('toJSON(secrets)', 'secrets.*'),
    'the secrets context itself': ('secrets', 'secrets.*'),
    'joined': ("join(fromJSON(secrets.A), ',')", 'secret.A'),
    'case': ("case(github.ref == 'x', secrets.A, secrets.B)", 'secret.A|secret.B'),
    'a secret by a name that is computed': (
        "secrets[format('KEY_{0}', github.ref_name)]",
        'secrets.[format(KEY_{0}, github.ref_name)]',
    ),
    'a secret by one of two names': ("secrets[github.ref == 'x' && 'A' || 'B']", 'secret.A|secret.B'),
    'environment': ('env.TOKEN', 'env.TOKEN'),
    'the whole environment': ('toJSON(env)', 'env.*'),
    'input': ('inputs.My-Token', 'input.my-token'),
    'input of a run by hand': ('github.event.inputs.Token', 'input.token'),
    'all inputs': ('toJSON(inputs)', 'input.*'),
    'matrix': ('matrix.os', 'matrix.os'),
    'a part of a matrix value': ('matrix.node.version', 'matrix.node.version'),
    'output of a step': ('steps.login.outputs.token', 'output.login.token'),
    'output of a job': ('needs.build.outputs.url', 'output.needs.build.url'),
    'a variable of the settings': ('vars.REGION', 'vars.REGION'),
    'what GitHub tells': ('github.event.pull_request.head.sha', 'github.event.pull_request.head.sha'),
    'an expression that GitHub would refuse': ('secrets.A +', 'secret.A'),
    'in parentheses': ('(secrets.A)', 'secret.A'),
}
CARRIES_NOTHING = {
    'whether a secret is set': ("secrets.A != ''", "'true'|'false'"),
    'compared with another': ('secrets.A == secrets.B', "'true'|'false'"),
    'negated': ('!secrets.A', "'true'|'false'"),
    'doubly negated': ('!!secrets.A', "'false'|'true'"),
    'contains': ("contains(secrets.A, 'x')", "'true'|'false'"),
    'startsWith': ("startsWith(secrets.A, 'aa')", "'true'|'false'"),
    'a string that speaks of one': ("'secrets.A'", "'secrets.A'"),
    'a number': ('42', "'42'"),
    'a fraction': ('1.5', "'1.5'"),
    'a boolean': ('true', "'true'"),
    'null': ('null', "''"),
    'a condition that never holds': ("false && secrets.A || 'x'", "'x'"),
    'a condition that always holds': ("true && 'x' || secrets.A", "'x'"),
    'an or after a string': ("'x' || secrets.A", "'x'"),
    'strings without case': ("'ABC' == 'abc'", "'true'"),
    'a string and a number': ("'1' == 1", "'true'"),
    'known JSON': ('fromJSON(\'["a","b"]\')[1]', "'b'"),
    'a key of known JSON': ('fromJSON(\'{"Token":"x"}\').token', "'x'"),
    'format of known strings': ("format('{{{0}}} {1} {0}', 'a', 'b')", "'{a} b a'"),
    'a hash of files': ("hashFiles('secrets.lock')", 'unknown.hashfiles(…)'),
    'the outcome of a step': ('steps.login.outcome', 'unknown.steps.login.outcome'),
    'another context with a like name': ('mysecrets.A', 'unknown.mysecrets.A'),
    'the runner': ('runner.os', 'unknown.runner.os'),
}


@pytest.mark.parametrize(('text', 'wanted'), CARRIES.values(), ids=CARRIES)
def test_says_what_an_expression_carries(text: str, wanted: str) -> None:
    assert choices(text.replace('"', '\\"')) == wanted


@pytest.mark.parametrize(('text', 'wanted'), CARRIES_NOTHING.values(), ids=CARRIES_NOTHING)
def test_carries_no_secret(text: str, wanted: str) -> None:
    assert choices(text.replace('"', '\\"')) == wanted


def test_a_secret_by_a_name_out_of_the_matrix() -> None:
    def known(reference: Reference) -> tuple[values.Value, ...] | None:
        return ('A', 'B') if reference == Reference('matrix', 'key') else None

    assert values.choices('secrets[matrix.key]', known) == (
        Reference('secret', 'A'),
        Reference('secret', 'B'),
    )
    assert values.choices("secrets[format('X_{0}', matrix.key)]", known) == (
        Reference('secret', 'X_A'),
        Reference('secret', 'X_B'),
    )
    # the matrix itself stays a reference: the flow layer knows its values
    assert values.choices('matrix.key', known) == (Reference('matrix', 'key'),)


def test_the_number_of_choices_is_limited() -> None:
    text = ' || '.join(f'secrets.K{number}' for number in range(300))
    assert len(values.choices(text)) == 64


@pytest.mark.parametrize('text', ['[' * 5000, 'x' * 200_000, '{"a":' * 3000])
def test_hostile_json_is_unknown(text: str) -> None:
    assert values.possible(f"fromJSON('{text}')", values.nothing)[0] in (
        Reference('unknown', 'fromJSON(…)'),
        Reference('unknown', f"fromJSON('{text}')"),
    )
