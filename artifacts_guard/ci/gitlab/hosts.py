"""Where a job runs: the runner that its tags pick, and the image.

https://docs.gitlab.com/ci/yaml/#tags and https://docs.gitlab.com/ci/runners/hosted_runners/
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from itertools import product

from artifacts_guard.ci import images
from artifacts_guard.ci import runners
from artifacts_guard.ci.model import EPHEMERAL
from artifacts_guard.ci.model import SHARED
from artifacts_guard.ci.model import UNKNOWN
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.gitlab.config import Config
    from artifacts_guard.ci.gitlab.variables import Known
    from artifacts_guard.yamltree import Node

# Tags of the runners that GitLab hosts, each job on a new machine.
_HOSTED = 'saas-*'
_WINDOWS = re.compile(r'(?i)(?:^|[^a-z])win(?:dows|10|11|20\d\d)?(?:[^a-z]|$)')
_WINDOWS_IMAGE = re.compile(r'(?i)^mcr\.microsoft\.com/(?:windows|dotnet/framework)')
# The project's own registry, and the groups that it belongs to.
_OWN_IMAGE = re.compile(
    r'\$\{?(?:CI_REGISTRY_IMAGE|CI_TEMPLATE_REGISTRY_HOST)\b'
    r'|\$\{?CI_REGISTRY\}?/\$\{?CI_PROJECT_(?:PATH|(?:ROOT_)?NAMESPACE)\b'
)
_VENDORS = (
    'registry.gitlab.com/gitlab-org/',
    'registry.gitlab.com/gitlab-com/',
    'registry.gitlab.com/components/',
    'registry.gitlab.com/security-products/',
    'gitlab/',
)
_OPTIONS = 64


def runner(config: Config, job: Node, known: Known) -> Runner:
    """The runner by its tags: one runner has all of them."""
    nodes = [one for one in config.elements(config.keyword(job, 'tags')) if one.kind == 'scalar']
    written = ', '.join(node.text.strip() for node in nodes)
    if not nodes:
        return Runner(UNKNOWN, '', 'the job names no tag: the file does not tell who owns the runners')
    options: list[tuple[str, ...]] = [()]
    for node in nodes:
        some = [
            value.strip() if isinstance(value, str) else node.text.strip() for value in known.values(node)
        ]
        if len(options) * len(some) > _OPTIONS:
            some = [node.text.strip()]
        options = [(*left, right) for left, right in product(options, some)]
    classed = [(labels, _tenancy(labels)) for labels in dict.fromkeys(options)]
    worst = runners.worst(tenancy for _, (tenancy, _) in classed)
    evidence = next(words for _, (tenancy, words) in classed if tenancy == worst)
    return Runner(
        worst,
        written,
        evidence,
        nodes[0].place,
        tuple((labels, tenancy) for labels, (tenancy, _) in classed),
    )


def _tenancy(labels: tuple[str, ...]) -> tuple[str, str]:
    for label in labels:
        if '$' in label:
            return UNKNOWN, f'`{label}` is only known when it runs'
    for label in labels:
        if not fnmatchcase(label, _HOSTED):
            return SHARED, f'`{label}` picks a runner of your own, which other jobs use too'
    return EPHEMERAL, f'`{labels[0]}` is a runner that GitLab hosts, a new machine for each job'


def is_windows(found: Runner, used: Use | None) -> bool:
    """Whether a job runs on Windows, as far as its tags and image say."""
    if used is not None:
        return bool(_WINDOWS_IMAGE.match(used.name))
    return any(_WINDOWS.search(label) for labels, _ in found.options for label in labels)


def image(config: Config, job: Node, known: Known) -> Use | None:
    """The image that a job runs in; None when it names none.

    What nobody can know is not said to be unpinned.
    """
    node = config.keyword(job, 'image')
    if node.kind == 'map':
        node = config.value(node, 'name')
    if node.kind != 'scalar':
        return None
    text = node.text.strip()
    names = known.values(node)
    pinned = all(_is_pinned(name if isinstance(name, str) else text) for name in names)
    own = bool(_OWN_IMAGE.match(text)) or all(
        isinstance(name, str) and name.strip().startswith(_VENDORS) for name in names
    )
    return Use('image', text, node.place, pinned=pinned, third_party=not own)


def _is_pinned(name: str) -> bool:
    """A digest; also a name of which the last part is a variable."""
    name = name.strip()
    return images.is_pinned(name) or '$' in name.rpartition('/')[2]
