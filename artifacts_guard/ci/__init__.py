"""CI systems: each is one module that turns its documents into the common model (`model`).

This table is all that is loaded at start; a system's module is imported when one of its documents
is read.  A new system is a new module and a row here.
"""

from __future__ import annotations

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.ci.contract import Adapter
    from artifacts_guard.ci.link import ReadResult
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree


class System(Record):
    """A row: the system's name, its module, and the globs of its documents' paths (see `contract.Adapter`).

    `clues`: a document must hold one of these strings, for formats that are known by their content.
    A glob such as `cron.d/*` is for names without an extension.
    `bare`: all names without an extension fit too; the module's `claims` looks at what they hold.
    """

    name: str
    module: str
    paths: tuple[str, ...]
    clues: tuple[str, ...] = ()
    bare: bool = False


# In order: a document is of the first system that it fits.
ADAPTERS: tuple[System, ...] = (
    System(
        'forgejo',
        'artifacts_guard.ci.forgejo',
        (
            '**/.forgejo/workflows/*.yml',
            '**/.forgejo/workflows/*.yaml',
            '**/.forgejo/**/action.yml',
            '**/.forgejo/**/action.yaml',
        ),
    ),
    System(
        'gitea',
        'artifacts_guard.ci.gitea',
        (
            '**/.gitea/workflows/*.yml',
            '**/.gitea/workflows/*.yaml',
            '**/.gitea/**/action.yml',
            '**/.gitea/**/action.yaml',
        ),
    ),
    System(
        'github',
        'artifacts_guard.ci.github',
        (
            '**/.github/workflows/*.yml',
            '**/.github/workflows/*.yaml',
            '**/action.yml',
            '**/action.yaml',
        ),
    ),
    System(
        'bitbucket',
        'artifacts_guard.ci.bitbucket',
        ('**/bitbucket-pipelines.yml', '**/.bitbucket/*pipelines.yml'),
    ),
    System(
        'gitlab',
        'artifacts_guard.ci.gitlab',
        (
            '**/.gitlab-ci.yml',
            '**/*.gitlab-ci.yml',
            '**/*.gitlab-ci.yaml',
            '**/.gitlab-ci*.yml',
            '**/.gitlab/**/*.yml',
            '**/.gitlab/**/*.yaml',
            '**/.gitlab-ci/**/*.yml',
            '**/templates/*.yml',
            '**/templates/*/template.yml',
        ),
    ),
    System(
        'buildkite',
        'artifacts_guard.ci.buildkite',
        (
            '**/buildkite.yml',
            '**/buildkite.yaml',
            '**/buildkite.json',
            '**/buildkite/pipeline.yml',
            '**/buildkite/pipeline.yaml',
            '**/buildkite/pipeline.json',
            '**/.buildkite/**/*.yml',
            '**/.buildkite/**/*.yaml',
            '**/.buildkite/**/*.json',
        ),
    ),
    System(
        'circleci',
        'artifacts_guard.ci.circleci',
        (
            '**/.circleci/**/*.yml',
            '**/.circleci/**/*.yaml',
            '**/orb.yml',
            '**/orb.yaml',
        ),
    ),
    System(
        'docker',
        'artifacts_guard.ci.docker',
        (
            '**/Dockerfile',
            '**/Dockerfile.*',
            '**/*.Dockerfile',
            '**/*.dockerfile',
            '**/Containerfile',
        ),
    ),
    System(
        'compose',
        'artifacts_guard.ci.compose',
        (
            '**/docker-compose*.yml',
            '**/docker-compose*.yaml',
            '**/compose*.yml',
            '**/compose*.yaml',
        ),
    ),
    System(
        'jenkins',
        'artifacts_guard.ci.jenkins',
        (
            '**/Jenkinsfile*',
            '**/jenkinsfile*',
            '**/*.jenkinsfile',
            '**/*.Jenkinsfile',
            '**/*.groovy',
        ),
    ),
    System(
        'travis',
        'artifacts_guard.ci.travis',
        ('**/.travis.yml', '**/.travis.yaml'),
    ),
    System(
        'appveyor',
        'artifacts_guard.ci.appveyor',
        (
            '**/appveyor.yml',
            '**/appveyor.yaml',
            '**/.appveyor.yml',
            '**/.appveyor.yaml',
            '**/appveyor*.yml',
            '**/.appveyor/*.yml',
        ),
    ),
    System(
        'codebuild',
        'artifacts_guard.ci.codebuild',
        ('**/*buildspec*.yml', '**/*buildspec*.yaml', '**/buildspec/*.yml', '**/buildspecs/*.yml'),
    ),
    System(
        'cloudbuild',
        'artifacts_guard.ci.cloudbuild',
        (
            '**/cloudbuild*.yml',
            '**/cloudbuild*.yaml',
            '**/cloudbuild*.json',
            '**/*.cloudbuild.yaml',
            '**/*cloudbuild.yaml',
            '**/cloudbuild/*.yaml',
            '**/.cloudbuild/*.yaml',
        ),
    ),
    System(
        'semaphore',
        'artifacts_guard.ci.semaphore',
        ('**/.semaphore/**/*.yml', '**/.semaphore/**/*.yaml'),
    ),
    System(
        'crontab',
        'artifacts_guard.ci.crontab',
        (
            '**/crontab',
            '**/*.crontab',
            '**/crontab.*',
            '**/*.cron',
            '**/*.cron.d',
            '**/cron.d/*',
            '**/cron.d/*.j2',
        ),
    ),
    System('systemd', 'artifacts_guard.ci.systemd', ('**/*.service',)),
    System(
        'azure',
        'artifacts_guard.ci.azure',
        (
            '**/azure-pipelines*.yml',
            '**/azure-pipelines*.yaml',
            '**/azure-pipeline*.yml',
            '**/azure-pipeline*.yaml',
            '**/.azure-pipelines.yml',
            '**/.azure-pipelines.yaml',
            '**/.azure-pipelines/**/*.yml',
            '**/.azure-pipelines/**/*.yaml',
            '**/azure-pipelines/**/*.yml',
            '**/azure-pipelines/**/*.yaml',
            '**/.azure/**/*.yml',
            '**/.azuredevops/**/*.yml',
            '**/.pipelines/**/*.yml',
            '**/pipelines/**/*.yml',
            '**/eng/**/*.yml',
            '**/*-pipeline.yml',
            '**/*.azure-pipelines.yml',
        ),
    ),
    System('drone', 'artifacts_guard.ci.drone', ('**/.drone.yml', '**/.drone.yaml')),
    System(
        'woodpecker',
        'artifacts_guard.ci.woodpecker',
        (
            '**/.woodpecker.yml',
            '**/.woodpecker.yaml',
            '**/.woodpecker/*.yml',
            '**/.woodpecker/*.yaml',
        ),
    ),
    System(
        'mcp',
        'artifacts_guard.ci.agents',
        (
            '**/.mcp.json',
            '**/mcp.json',
            '**/mcp_config.json',
            '**/mcp-config.json',
            '**/mcp_settings.json',
            '**/cline_mcp_settings.json',
            '**/claude_desktop_config.json',
            '**/.claude.json',
            '**/.claude/settings.json',
            '**/.claude/settings.local.json',
            '**/.gemini/settings.json',
            '**/gemini-extension.json',
            '**/.vscode/settings.json',
            '**/.zed/settings.json',
            '**/.continue/mcpServers/*.json',
            '**/opencode.json',
            '**/opencode.jsonc',
            '**/.codex/config.toml',
        ),
    ),
    System('tekton', 'artifacts_guard.ci.tekton', ('**/*.yaml', '**/*.yml'), ('tekton.dev/',)),
    System('argo', 'artifacts_guard.ci.argo', ('**/*.yaml', '**/*.yml'), ('argoproj.io/',)),
    System('kubernetes', 'artifacts_guard.ci.kubernetes', ('**/*.yaml', '**/*.yml'), ('containers:',)),
    System(
        'script',
        'artifacts_guard.ci.script',
        ('**/*.sh', '**/*.bash', '**/*.ksh', '**/*.ps1', '**/*.psm1', '**/*.cmd', '**/*.bat'),
        bare=True,
    ),
)


def adapter(name: str) -> Adapter:
    """The module of a system, imported now if it was not."""
    from importlib import import_module

    from artifacts_guard.ci.paths import rows

    module: Adapter = import_module(rows(ADAPTERS)[name].module)
    return module


def candidates(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of path and system for each system that a path fits, in the order of the table.

    Whether the document is the system's is said by `claims`; the first that claims it has it.
    """
    from artifacts_guard.ci.paths import index

    systems = index(ADAPTERS).systems
    return [(path, name) for path in paths for name in systems(path)]


def claims(name: str, document: Document) -> bool:
    """Whether a document that fits a system by its path is the system's by its content."""
    from artifacts_guard.ci.paths import rows

    clues = rows(ADAPTERS)[name].clues
    if clues and not any(clue in document.text for clue in clues):
        return False
    claim = getattr(adapter(name), 'claims', None)
    return claim is None or bool(claim(document))


def recognise(path: str, document: Document | None = None) -> str | None:
    """The system that a document belongs to, or None.

    Without the document, only what the path alone tells.
    """
    from artifacts_guard.ci.paths import index
    from artifacts_guard.ci.paths import rows

    table = rows(ADAPTERS)
    for name in index(ADAPTERS).systems(path):
        if document is not None:
            if claims(name, document):
                return name
        elif not table[name].clues and not (table[name].bare and '.' not in path.rpartition('/')[2]):
            return name
    return None


def read_all(paths: Iterable[str], tree: Tree) -> ReadResult:
    """All pipelines among some paths of a tree (see `link.read_all`)."""
    from artifacts_guard.ci import link

    return link.read_all(paths, tree)
