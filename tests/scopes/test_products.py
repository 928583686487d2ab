"""Signs of the service, and of the products that look like it."""

from __future__ import annotations

import pytest

from artifacts_guard.scopes import products
from artifacts_guard.scopes.catalogue import measured
from artifacts_guard.scopes.products import Evidence
from artifacts_guard.scopes.products import foreign_evidence
from artifacts_guard.scopes.products import own_evidence


@pytest.mark.parametrize(
    ('name', 'product'),
    [
        ('ARTIFACTS_API_KEY', 'kuyazee/artifacts'),
        ('ARTIFACTS_URL', 'kuyazee/artifacts'),
        ('ARTIFACTS_SECRET', 'Travis CI artifacts'),
        ('AGENT_ARTIFACTS_WRITE_KEY', 'mholtzscher/agent-artifacts'),
        ('AGENT_ARTIFACTS_SKILL_DIR', 'duckhoa-uit/agent-artifacts'),
        ('ARMOR_API_KEY', 'AnomalyArmor'),
        ('AGENTPUB_API_KEY', 'AgentPub'),
        ('ANYAPI_TOKEN', 'AnyAPI'),
    ],
)
def test_variables_of_others(name: str, product: str) -> None:
    assert foreign_evidence([name]) == (Evidence(product, 'variable', name),)
    assert own_evidence([name]) == ()


@pytest.mark.parametrize(
    ('text', 'kind', 'value'),
    [
        ('npm install --global @the-focus-ai/artifacts', 'package', '@the-focus-ai/artifacts'),
        ('npx @defyworks/artifacts@1.2 publish', 'package', '@defyworks/artifacts'),
        ('--base-url https://artifacts.thefocus.ai/x', 'host', 'thefocus.ai'),
        ('https://artifacts.holtzscher.com:443', 'host', 'holtzscher.com'),
        ('uses: kuyazee/artifacts@v1', 'package', 'kuyazee/artifacts'),
        ('curl -L https://github.com/travis-ci/artifacts/releases', 'package', 'travis-ci/artifacts'),
        ('cat ~/.config/thefocus-artifacts/config.json', 'path', '.config/thefocus-artifacts'),
        ('https://api.GetAnyAPI.com/v1', 'host', 'GetAnyAPI.com'),
    ],
)
def test_texts_that_name_others(text: str, kind: str, value: str) -> None:
    found = foreign_evidence([], [text])
    assert [(e.kind, e.value) for e in found] == [(kind, value)]


@pytest.mark.parametrize(
    ('names', 'text', 'kind'),
    [
        (['AGENT_ARTIFACTS_TOKEN'], '', 'variable'),
        (['AGENT_ARTIFACTS_NO_INPUT'], '', 'variable'),
        ([], 'https://hostartifacts.dev/api', 'host'),
        ([], 'https://staging.hostartifacts.dev', 'host'),
        ([], 'npx --yes @agent-artifacts/cli@0.1.1 push', 'package'),
        ([], 'path: ~/.config/agent-artifacts', 'path'),
    ],
)
def test_signs_of_the_service(names: list[str], text: str, kind: str) -> None:
    assert [e.kind for e in own_evidence(names, [text])] == [kind]
    assert foreign_evidence(names, [text]) == ()


@pytest.mark.parametrize(
    'text',
    [
        'https://nothostartifacts.dev',
        'https://hostartifacts.dev.example.com',
        'https://hostartifacts.device',
        'npm i @agent-artifacts/client',
        'npm i @x/agent-artifacts/cli-tools',
        'my-getanyapi.com-thing',
        'thefocus.aim',
        'artifacts push --file x',
        'mkdir -p artifacts',
    ],
)
def test_texts_that_name_nobody(text: str) -> None:
    assert own_evidence([], [text]) == ()
    assert foreign_evidence([], [text]) == ()


@pytest.mark.parametrize(
    'name', ['ARTIFACTS', 'ARTIFACTS_DIR', 'MY_ARTIFACTS_URL', 'agent_artifacts_token', 'TOKEN']
)
def test_variables_of_nobody(name: str) -> None:
    assert own_evidence([name]) == ()
    assert foreign_evidence([name]) == ()


def test_every_variable_that_the_cli_reads_is_a_sign_of_it() -> None:
    assert set(measured()['environment']) <= set(products.SERVICE.variables)


def test_every_product_has_a_sign() -> None:
    for product in products.PRODUCTS:
        assert product.variables or product.prefixes or product.hosts or product.packages, product.name
    assert len({product.name for product in products.PRODUCTS}) == len(products.PRODUCTS)


def test_what_counts_as_ours_is_in_the_schema() -> None:
    flags = set(measured()['global_flags']).union(*measured()['commands'].values())
    assert flags >= products.DISTINCT_FLAGS
    assert set(measured()['commands']) | {'help'} >= products.COMMON_COMMANDS


def test_evidence_is_listed_once_and_a_long_text_is_quick() -> None:
    text = '@defyworks/artifacts ' * 20_000
    assert len(foreign_evidence(['ARTIFACTS_URL', 'ARTIFACTS_URL'], [text, text])) == 2
