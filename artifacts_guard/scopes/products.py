"""Who else ships a command called `artifacts`, variables like ours, or keys that begin like ours.

A name proves nothing: other products have `login --token`, `keys create --scopes`, `upload --secret`, and at
least eight vendors' keys begin with `aa_live_`.  What tells them apart are their variables, hosts and packages.
"""

from __future__ import annotations

import re
from functools import lru_cache

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

OWN = 'Agent Artifacts'


class Product(Record):
    """A product and the signs of it.

    `variables` and `prefixes` name environment variables; `hosts` count with their subdomains; `packages` are names in
    registries, repositories or setup actions; `paths` are folders of its settings.  `shares` says what it has in common
    with the service: `command` (a program called artifacts), `variable`, `key` (the prefix `aa_live_`).
    """

    name: str
    shares: str
    variables: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)  # tables of products are the keys of caches


class Evidence(Record):
    """Something that speaks for one product.  `kind` is variable, host, package, path or key; `value` as found."""

    product: str
    kind: str
    value: str


SERVICE = Product(
    OWN,
    'all',
    variables=(
        'AGENT_ARTIFACTS_TOKEN',
        'AGENT_ARTIFACTS_BASE_URL',
        'AGENT_ARTIFACTS_WEB_URL',
        'AGENT_ARTIFACTS_NO_INPUT',
        'AGENT_ARTIFACTS_FORMAT',
        'AGENT_ARTIFACTS_DEBUG',
        'AGENT_ARTIFACTS_CONFIG_DIR',
        'ARTIFACTS_SKIP_LOGIN',
        'ARTIFACTS_SKIP_SKILLS',
        'ARTIFACTS_INSTALL_DIR',
        'ARTIFACTS_ALLOW_INSECURE',
    ),
    hosts=('hostartifacts.dev',),
    packages=('@agent-artifacts/cli', 'laxman-patel/agent-artifacts'),
    paths=('.config/agent-artifacts', 'agent-artifacts/credentials.json'),
)

PRODUCTS: tuple[Product, ...] = (
    Product(
        'kuyazee/artifacts',
        'command',
        variables=('ARTIFACTS_API_KEY', 'ARTIFACTS_URL'),
        packages=('kuyazee/artifacts',),
    ),
    Product(
        'The Focus AI artifacts',
        'command',
        hosts=('thefocus.ai',),
        packages=('@the-focus-ai/artifacts',),
        paths=('.config/thefocus-artifacts',),
    ),
    Product('Defyworks artifacts', 'command', packages=('@defyworks/artifacts',)),
    Product(
        'Travis CI artifacts',
        'command',
        variables=(
            'ARTIFACTS_KEY',
            'ARTIFACTS_SECRET',
            'ARTIFACTS_BUCKET',
            'ARTIFACTS_REGION',
            'ARTIFACTS_PATHS',
            'ARTIFACTS_TARGET_PATHS',
            'ARTIFACTS_S3_BUCKET',
            'ARTIFACTS_AWS_ACCESS_KEY_ID',
            'ARTIFACTS_AWS_SECRET_ACCESS_KEY',
        ),
        packages=('travis-ci/artifacts', 'travis-artifacts'),
    ),
    Product(
        'mholtzscher/agent-artifacts',
        'variable',
        variables=('AGENT_ARTIFACTS_WRITE_KEY',),
        hosts=('holtzscher.com',),
        packages=('mholtzscher/agent-artifacts',),
    ),
    Product(
        'duckhoa-uit/agent-artifacts',
        'variable',
        variables=('AGENT_ARTIFACTS_SKILL_DIR',),
        packages=('duckhoa-uit/agent-artifacts',),
    ),
    Product(
        'Agent Bot API',
        'variable',
        variables=('AGENT_ARTIFACTS_BASE_DIR', 'AGENT_ARTIFACTS_PUBLIC_PATH_PREFIX'),
    ),
    Product(
        'AnomalyArmor',
        'key',
        variables=('ARMOR_API_KEY',),
        hosts=('anomalyarmor.ai', 'anomalyarmor.com'),
        packages=('anomalyarmor',),
    ),
    Product(
        'AgentPub',
        'key',
        variables=('AA_API_KEY',),
        prefixes=('AGENTPUB_',),
        hosts=('agentpub.org', 'agentpub.io'),
        paths=('.config/agentpub',),
    ),
    Product(
        'AnyAPI',
        'key',
        prefixes=('ANYAPI_',),
        hosts=('getanyapi.com',),
        packages=('anyapi-cli',),
        paths=('.anyapi/config.json',),
    ),
    Product('resolved.sh', 'key', prefixes=('RESOLVED_SH_',), hosts=('resolved.sh',)),
    Product('Agent API SDK', 'key', packages=('@agent-api/sdk',)),
    Product('AgentAuth', 'key', prefixes=('AGENTAUTH_',)),
    Product('AASM', 'key', prefixes=('AASM_',)),
    Product('agentaction', 'key', prefixes=('AGENTACTION_',)),
)

# commands whose words other products have, too: they are ours only with a flag that is ours
COMMON_COMMANDS = frozenset((
    *('login', 'logout', 'whoami', 'status', 'doctor', 'health', 'setup', 'schema', 'push', 'help'),
    *('keys list', 'keys create', 'keys revoke'),
))  # fmt: skip
# flags that none of the products above has
DISTINCT_FLAGS = frozenset((
    *('--project-slug', '--file', '--public-edit', '--ensure', '--artifact-id', '--share-link-id', '--api-key-id'),
    *('--workspace-id', '--invitation-id', '--token-stdin', '--no-input', '--web-url', '--json-file', '--ndjson'),
))  # fmt: skip

# left and right of a host or a package: nothing that would make it a part of a longer name
_LEFT = r'(?<![A-Za-z0-9_@.-])'
_HOST_LEFT = r'(?<![A-Za-z0-9_-])'
_RIGHT = r'(?![A-Za-z0-9_-]|\.[A-Za-z])'


def foreign_evidence(names: Iterable[str], texts: Iterable[str] = ()) -> tuple[Evidence, ...]:
    """Signs of other products in names of variables and in texts (words, URLs, package names, `uses:`)."""
    return _evidence(PRODUCTS, names, texts)


def own_evidence(names: Iterable[str], texts: Iterable[str] = ()) -> tuple[Evidence, ...]:
    """Signs of the service itself.  One of our variables alone is weak: others use the same prefix."""
    return _evidence((SERVICE,), names, texts)


def _evidence(
    products: tuple[Product, ...], names: Iterable[str], texts: Iterable[str]
) -> tuple[Evidence, ...]:
    found: dict[Evidence, None] = {}
    for name in names:
        for product in products:
            if name in product.variables or name.startswith(product.prefixes):
                found[Evidence(product.name, 'variable', name)] = None
    for text in texts:
        found.update(dict.fromkeys(_in_text(products, text)))
    return tuple(found)


@lru_cache(maxsize=1024)  # the jobs of a tree have many texts in common
def _in_text(products: tuple[Product, ...], text: str) -> tuple[Evidence, ...]:
    owners, parts = _signs(products)
    lowered = text.lower()
    pattern = _pattern(tuple([parts[word] for word in owners if word in lowered]))
    return tuple([Evidence(*owners[match[0].lower()], match[0]) for match in pattern.finditer(text)])


@lru_cache(maxsize=2)
def _signs(products: tuple[Product, ...]) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """All hosts, packages and paths in lower case: whose each is, and of what kind; and the pattern of each."""
    owners: dict[str, tuple[str, str]] = {}
    parts: dict[str, str] = {}
    for product in products:
        for kind, left, words in (
            ('host', _HOST_LEFT, product.hosts),
            ('package', _LEFT, product.packages),
            ('path', '', product.paths),
        ):
            for word in words:
                owners[word.lower()] = product.name, kind
                parts[word.lower()] = left + re.escape(word) + _RIGHT
    return owners, parts


@lru_cache(maxsize=64)
def _pattern(parts: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for the few that a text may hold; for all of them it would take as long as a small check."""
    return re.compile('|'.join(parts) or r'(?!)', re.IGNORECASE | re.ASCII)
