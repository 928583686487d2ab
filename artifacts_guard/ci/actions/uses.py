"""What `uses` and `image` name: code from elsewhere, whose it is, and whether it can change.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses
"""

from __future__ import annotations

from artifacts_guard.ci.model import Handover
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Use
from artifacts_guard.record import Record
from artifacts_guard.regex import lazy
from artifacts_guard.text import Fragment
from artifacts_guard.text import Piece

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.actions.dialect import Dialect
    from artifacts_guard.ci.actions.frame import Frame
    from artifacts_guard.ci.model import Binding
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

_COMMIT = lazy(r'[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?')
_DIGEST = lazy(r'@sha256:[0-9a-fA-F]{64}$')

# Actions that keep or hand on files, and the inputs that name them (the actions' own `action.yml`).
_HANDOVERS: dict[str, tuple[str, tuple[str, ...]]] = {
    'actions/cache': ('cache', ('path',)),
    'actions/cache/save': ('cache', ('path',)),
    'actions/upload-artifact': ('upload', ('path',)),
    'actions/upload-artifact/merge': ('upload', ()),
    'actions/upload-pages-artifact': ('upload', ('path',)),
    'actions/upload-release-asset': ('upload', ('asset_path',)),
    'buildjet/cache': ('cache', ('path',)),
    'buildjet/cache/save': ('cache', ('path',)),
    'christopherhx/gitea-upload-artifact': ('upload', ('path',)),
    'cloudflare/pages-action': ('upload', ('directory',)),
    'cloudflare/wrangler-action': ('upload', ()),
    'forgejo/cache': ('cache', ('path',)),
    'forgejo/upload-artifact': ('upload', ('path',)),
    'jamesives/github-pages-deploy-action': ('upload', ('folder',)),
    'ncipollo/release-action': ('upload', ('artifacts', 'artifact')),
    'peaceiris/actions-gh-pages': ('upload', ('publish_dir',)),
    'runs-on/cache': ('cache', ('path',)),
    'softprops/action-gh-release': ('upload', ('files',)),
    'svenstaro/upload-release-action': ('upload', ('file',)),
    'tespkg/actions-cache': ('cache', ('path',)),
    'useblacksmith/cache': ('cache', ('path',)),
}


class Target(Record):
    """The parts of a `uses` value.

    `form` is `local`, `image` or `remote`; `name` the path, the image, or `owner/repository/path`
    in lower case; `host` the one that an absolute URL names.
    """

    form: str
    name: str
    ref: str = ''
    host: str = ''


def target(text: str) -> Target:
    """Takes a `uses` value apart.  `$/path` is the repository of the document, `./path` of the workspace."""
    text = text.strip()
    if text.startswith(('./', '$/', '../')) or text in ('.', '$'):
        return Target('local', text[2:] if text[1:2] == '/' else text)
    if text.startswith('docker://'):
        return Target('image', text[9:])
    host = ''
    if '://' in text:
        host, _, text = text.partition('://')[2].partition('/')
    name, _, ref = text.partition('@')
    return Target('remote', name.strip('/').lower(), ref, host.rpartition('@')[2].lower())


def checkouts(steps: Node) -> tuple[str, ...]:
    """Folders into which a job checks out the repository that its document belongs to."""
    return tuple(
        step['with']['path'].text.strip().strip('/')
        for step in steps
        if step['with']['path'].text.strip()
        and target(step['uses'].text).name.endswith('/checkout')
        and step['with']['repository'].text.replace(' ', '') in ('', '${{github.repository}}')
    )


def remote(kind: str, node: Node, aim: Target, dialect: Dialect) -> Use:
    """An action or workflow of another repository."""
    owner = aim.name.partition('/')[0]
    own = owner in dialect.vendors and (not aim.host or aim.host in dialect.hosts)
    return Use(
        kind, node.text.strip(), node.place, pinned=bool(_COMMIT.fullmatch(aim.ref)), third_party=not own
    )


def image(node: Node, frame: Frame) -> Use | None:
    """The image of a container: `container: NAME` or `image: NAME`; None when there is none.

    What nobody can know (`${{ vars.IMAGE }}`) is not said to be unpinned.
    """
    template = frame.template(node)
    names = [name for name in frame.values(template) if name != '']
    if not names:
        return None
    for name in names:
        if not isinstance(name, str):
            frame.gathered.miss('image', node.text, node.place)
            break
    pinned = all(not isinstance(name, str) or is_pinned_image(name) for name in names)
    return Use('image', node.text.strip(), node.place, pinned=pinned)


def is_pinned_image(name: str) -> bool:
    return bool(_DIGEST.search(name.strip()))


def handovers(name: str, inputs: tuple[Binding, ...]) -> tuple[Handover, ...]:
    """The paths that an action keeps or hands on, one for each line of the input that names them."""
    kind, keys = _HANDOVERS.get(name, ('', ()))
    found = []
    for binding in inputs:
        if binding.name in keys and binding.value is not None:
            for line in lines(binding.value):
                text = line.text.strip()
                if text and not text.startswith('!'):
                    found.append(Handover(kind, line, line.place))
    return tuple(found)


def lines(template: Template) -> list[Template]:
    """A string line by line, each without the blanks around it."""
    found = []
    at = 0
    for line in template.text.split('\n'):
        start = at + len(line) - len(line.lstrip())
        end = max(start, at + len(line.rstrip()))
        found.append(part(template, start, end))
        at += len(line) + 1
    return found


def part(template: Template, start: int, end: int) -> Template:
    """A range of a string with the expressions that lie in it."""
    inside = tuple(
        expression.replace(start=expression.start - start, end=expression.end - start)
        for expression in template.expressions
        if start <= expression.start and expression.end <= end
    )
    return Template(template.fragment.slice(start, end), inside)


def said(place: Place, text: str) -> Template:
    """A word that the document does not spell out, but means at a place."""
    return Template(Fragment(place.document, text, (Piece(0, place.span.start, place.span.end),)))
