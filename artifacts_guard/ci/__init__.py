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
    """A row: the system's name, its module, and the globs of its documents' paths from the root.

    In globs, `*` is anything within a name, `**/` any folders, also none, `{a,b}` one of the words.
    `clues`: a document must hold one of these strings, for formats that are known by their content.
    A glob such as `cron.d/*` is for names without an extension.
    `bare`: all names without an extension fit too; the module's `claims` looks at what they hold.
    """

    name: str
    module: str
    paths: tuple[str, ...]
    clues: tuple[str, ...] = ()
    bare: bool = False

    def __hash__(self) -> int:
        return hash(self.name)  # the table is the key of caches


# In order: a document is of the first system that it fits.  The forges themselves read their files at
# the root only; a tree can hold other repositories in folders.
ADAPTERS: tuple[System, ...] = (
    System(
        'forgejo',
        'artifacts_guard.ci.forgejo',
        ('**/.forgejo/workflows/*.{yml,yaml}', '**/.forgejo/**/action.{yml,yaml}'),
    ),
    System(
        'gitea',
        'artifacts_guard.ci.gitea',
        ('**/.gitea/workflows/*.{yml,yaml}', '**/.gitea/**/action.{yml,yaml}'),
    ),
    System(
        'github',
        'artifacts_guard.ci.github',
        ('**/.github/workflows/*.{yml,yaml}', '**/action.{yml,yaml}'),
    ),
    System(
        'bitbucket',
        'artifacts_guard.ci.bitbucket',
        ('**/bitbucket-pipelines.yml', '**/.bitbucket/*pipelines.yml'),
    ),
    # other files can have any name: they are read when a pipeline includes them
    System(
        'gitlab',
        'artifacts_guard.ci.gitlab',
        (
            '**/.gitlab-ci.yml',
            '**/*.gitlab-ci.{yml,yaml}',
            '**/.gitlab-ci*.yml',
            '**/.gitlab/**/*.{yml,yaml}',
            '**/.gitlab-ci/**/*.yml',
            '**/templates/*.yml',
            '**/templates/*/template.yml',
        ),
    ),
    # where `pipeline upload` looks without being told (https://buildkite.com/docs/agent/cli/reference/pipeline),
    # and the folder in which further pipelines stand by custom
    System(
        'buildkite',
        'artifacts_guard.ci.buildkite',
        (
            '**/buildkite.{yml,yaml,json}',
            '**/buildkite/pipeline.{yml,yaml,json}',
            '**/.buildkite/**/*.{yml,yaml,json}',
        ),
    ),
    System(
        'circleci',
        'artifacts_guard.ci.circleci',
        ('**/.circleci/**/*.{yml,yaml}', '**/orb.{yml,yaml}'),
    ),
    System(
        'docker',
        'artifacts_guard.ci.docker',
        ('**/Dockerfile', '**/Dockerfile.*', '**/*.{Dockerfile,dockerfile}', '**/Containerfile'),
    ),
    System(
        'compose',
        'artifacts_guard.ci.compose',
        ('**/docker-compose*.{yml,yaml}', '**/compose*.{yml,yaml}'),
    ),
    System(
        'jenkins',
        'artifacts_guard.ci.jenkins',
        ('**/{Jenkinsfile,jenkinsfile}*', '**/*.{jenkinsfile,Jenkinsfile,groovy}'),
    ),
    System('travis', 'artifacts_guard.ci.travis', ('**/.travis.{yml,yaml}',)),
    System(
        'appveyor',
        'artifacts_guard.ci.appveyor',
        ('**/{appveyor,.appveyor}.{yml,yaml}', '**/appveyor*.yml', '**/.appveyor/*.yml'),
    ),
    System(
        'codebuild',
        'artifacts_guard.ci.codebuild',
        ('**/*buildspec*.{yml,yaml}', '**/{buildspec,buildspecs}/*.yml'),
    ),
    System(
        'cloudbuild',
        'artifacts_guard.ci.cloudbuild',
        (
            '**/cloudbuild*.{yml,yaml,json}',
            '**/*.cloudbuild.yaml',
            '**/*cloudbuild.yaml',
            '**/{cloudbuild,.cloudbuild}/*.yaml',
        ),
    ),
    System('semaphore', 'artifacts_guard.ci.semaphore', ('**/.semaphore/**/*.{yml,yaml}',)),
    System(
        'crontab',
        'artifacts_guard.ci.crontab',
        (
            '**/crontab',
            '**/*.crontab',
            '**/crontab.*',
            '**/*.{cron,cron.d}',
            '**/cron.d/*',
            '**/cron.d/*.j2',
        ),
    ),
    System('systemd', 'artifacts_guard.ci.systemd', ('**/*.service',)),
    System(
        'azure',
        'artifacts_guard.ci.azure',
        (
            '**/{azure-pipelines,azure-pipeline}*.{yml,yaml}',
            '**/.azure-pipelines.{yml,yaml}',
            '**/{.azure-pipelines,azure-pipelines}/**/*.{yml,yaml}',
            '**/{.azure,.azuredevops,.pipelines,pipelines,eng}/**/*.yml',
            '**/*-pipeline.yml',
            '**/*.azure-pipelines.yml',
        ),
    ),
    System('drone', 'artifacts_guard.ci.drone', ('**/.drone.{yml,yaml}',)),
    # folders in the folder are not read: https://woodpecker-ci.org/docs/usage/workflows
    System(
        'woodpecker',
        'artifacts_guard.ci.woodpecker',
        ('**/.woodpecker.{yml,yaml}', '**/.woodpecker/*.{yml,yaml}'),
    ),
    System(
        'mcp',
        'artifacts_guard.ci.agents',
        (
            '**/{.mcp,mcp,mcp_config,mcp-config,mcp_settings,cline_mcp_settings}.json',
            '**/{claude_desktop_config,.claude,gemini-extension}.json',
            '**/.claude/settings.{json,local.json}',
            '**/{.gemini,.vscode,.zed}/settings.json',
            '**/.continue/mcpServers/*.json',
            '**/opencode.{json,jsonc}',
            '**/.codex/config.toml',
        ),
    ),
    # any other name is read when a pipeline runs it with `ansible-playbook`
    System(
        'ansible',
        'artifacts_guard.ci.ansible',
        (
            '**/{playbook,playbooks,ansible}/**/*.{yml,yaml}',
            '**/*playbook*.{yml,yaml}',
            '**/{tasks,handlers}/**/*.{yml,yaml}',
            '**/site.{yml,yaml}',
        ),
    ),
    System('tekton', 'artifacts_guard.ci.tekton', ('**/*.{yaml,yml}',), ('tekton.dev/',)),
    System('argo', 'artifacts_guard.ci.argo', ('**/*.{yaml,yml}',), ('argoproj.io/',)),
    System('kubernetes', 'artifacts_guard.ci.kubernetes', ('**/*.{yaml,yml}',), ('containers:',)),
    System(
        'script',
        'artifacts_guard.ci.script',
        ('**/*.{sh,bash,ksh,ps1,psm1,cmd,bat}',),
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
