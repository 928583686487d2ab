"""A configuration with all that it includes from the tree.

Files of other projects and servers are not fetched: https://docs.gitlab.com/ci/yaml/includes/
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from artifacts_guard.ci import link
from artifacts_guard.ci.gitlab import inputs
from artifacts_guard.ci.gitlab.nodes import Merger
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.ci.model import Use
from artifacts_guard.record import Record
from artifacts_guard.yamltree import EMPTY
from artifacts_guard.yamltree import YamlError
from artifacts_guard.yamltree import parse_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.link import Library
    from artifacts_guard.text import Document
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

_MOST = 500  # includes of one pipeline; GitLab's own limit is 150
_CHARACTERS = 20_000_000  # and of their texts
_OUTSIDE = ('project', 'remote', 'template', 'component', 'artifact')
_EXTENSIONS = ('.yml', '.yaml')
_COMMIT = re.compile(r'[0-9a-f]{40}\Z')
# a component of the repository itself: https://docs.gitlab.com/ci/components/#test-the-component
_OWN_COMPONENT = re.compile(r'\$\{?CI_SERVER_(?:FQDN|HOST)\}?/\$\{?CI_PROJECT_PATH\}?/([\w./-]+)@')
_OWN_PROJECT = re.compile(r'\$\{?CI_PROJECT_PATH\}?\Z')
# GitLab's own, which come from where the system itself comes from
_VENDORS = (
    'gitlab-org/',
    'gitlab.com/components/',
    'gitlab.com/gitlab-org/',
    '$CI_SERVER_FQDN/components/',
    '$CI_SERVER_FQDN/gitlab-org/',
)


class Way(Record):
    """How a document came to be included: the documents on the way, the rules it is included under, the hops."""

    stack: tuple[str, ...]
    guards: tuple[Node, ...] = ()
    via: tuple[Hop, ...] = ()


class Loader:
    """Reads configurations of one repository, whose root is a folder of the tree.

    `called` are the documents that were included, `guards` the rules under which (none for those
    that always are), `via` how they were reached; `outside` are includes that could not be followed.
    """

    def __init__(self, library: Library, root: str) -> None:
        self.library = library
        self.root = root
        self.called: dict[str, None] = {}
        self.guards: dict[str, list[tuple[Node, ...]]] = {}
        self.via: dict[str, tuple[Hop, ...]] = {}
        self.unresolved: dict[Unresolved, None] = {}
        self.outside: dict[Use, None] = {}
        self.merger = Merger()
        self._left = _MOST
        self._characters = _CHARACTERS
        self._seen: set[tuple[object, ...]] = set()

    def load(self, document: Document, way: Way, given: Node = EMPTY) -> Node:
        """A configuration with everything that it includes merged into it.  Raises YamlError."""
        header, body = documents(document, self.library)
        if inputs.MARK in document.text:
            body = inputs.interpolated(body, inputs.declared(header, given))
        self.via.setdefault(document.path, way.via)
        self.guards.setdefault(document.path, []).append(way.guards)
        found = [inner for include in entries(body['include']) for inner in self._included(include, way)]
        return self.merger.united([*found, body])

    def _included(self, include: Node, way: Way) -> Iterator[Node]:
        paths, outside = self.paths(include)
        rules = include['rules']
        if outside is not None:
            self.outside[outside] = None
            self.miss(_kind(include), outside.name, include)
        for path in paths:
            same = (
                path,
                id(include['inputs']) if include['inputs'] else 0,
                *map(id, way.guards),
                id(rules) if rules else 0,
            )
            if same in self._seen:
                continue
            self._seen.add(same)
            document = self.library.document(path)
            self._left -= 1
            self._characters -= len(document.text) if document is not None else 0
            spent = self._left < 0 or self._characters < 0
            if document is None or path in way.stack or len(way.stack) >= link.DEPTH or spent:
                self.miss('include', path, include)
                continue
            inner = Way(
                (*way.stack, path),
                (*way.guards, rules) if rules else way.guards,
                (*way.via, Hop(f'includes `{path}`', place_of(include))),
            )
            try:
                loaded = self.load(document, inner, include['inputs'])
            except YamlError:
                self.miss('include', path, include)
                continue
            self.called[path] = None
            yield loaded

    def miss(self, kind: str, name: str, node: Node) -> None:
        self.unresolved[Unresolved(kind, name, place_of(node))] = None

    def paths(self, include: Node) -> tuple[list[str], Use | None]:
        """The files of the tree that an include names, and what it names outside."""
        if include.kind == 'scalar':
            text = include.text.strip()
            if '://' in text:
                return [], _use('remote', text, include)
            return self._local(text), None
        if include['local']:
            return [
                path for scalar in include['local'].scalars() for path in self._local(scalar.text.strip())
            ], None
        if include['file'] and _OWN_PROJECT.match(include['project'].text.strip()) and not include['ref']:
            return [
                path for scalar in include['file'].scalars() for path in self._local(scalar.text.strip())
            ], None
        own = _OWN_COMPONENT.match(include['component'].text.strip())
        if own:
            names = (f'templates/{own[1]}.yml', f'templates/{own[1]}/template.yml')
            found = [path for name in names for path in self._local(name) if self.library.document(path)]
            if found:
                return found, None
        for kind in _OUTSIDE:
            if include[kind]:
                return [], _use(kind, _name(kind, include), include)
        return [], None

    def _local(self, text: str) -> list[str]:
        """Paths that `include:local` means: from the root of the repository, wherever it stands.

        https://docs.gitlab.com/ci/yaml/includes/#use-includelocal-with-wildcard-file-paths
        """
        if '*' not in text:
            path = link.join(self.root, text)
            return [path if path is not None else text]
        prefix = f'{self.root}/' if self.root else ''
        wanted = _segments(text)
        return [
            path
            for path in self.library.paths()
            if path.startswith(prefix)
            and path.endswith(_EXTENSIONS)
            and _fits(path[len(prefix) :].split('/'), wanted)
        ]


def documents(document: Document, library: Library) -> tuple[Node, Node]:
    """The header of a configuration, EMPTY when it has none, and its content.  Raises YamlError."""
    first = library.root(document)
    if not first.has('spec'):
        return EMPTY, first
    found = parse_all(document)
    return (found[0], found[1]) if len(found) > 1 else (EMPTY, first)


def entries(node: Node) -> list[Node]:
    """The includes of `include:` or `trigger:include`: one, or a list of them."""
    if node.kind == 'seq':
        return [one for one in node if one.kind in ('scalar', 'map')]
    return [node] if node.kind in ('scalar', 'map') and not node.is_null else []


def place_of(include: Node) -> Place:
    """Where an include names its file."""
    for kind in ('local', 'file', *_OUTSIDE):
        if include[kind].kind == 'scalar':
            return include[kind].place
    return include.place


def _kind(include: Node) -> str:
    return (
        'remote'
        if include.kind == 'scalar'
        else next((kind for kind in _OUTSIDE if include[kind]), 'include')
    )


def _name(kind: str, include: Node) -> str:
    name = include[kind].text.strip()
    if kind == 'project':
        files = ', '.join(scalar.text.strip() for scalar in include['file'].scalars())
        ref = include['ref'].text.strip()
        name += f': {files}' if files else ''
        name += f'@{ref}' if ref else ''
    return name


def _use(kind: str, name: str, include: Node) -> Use:
    """Code that comes from outside.

    A project or component is pinned by a full commit, a remote file by its hash:
    https://docs.gitlab.com/ci/yaml/#includeintegrity
    """
    ref = include['ref'].text.strip() if kind == 'project' else name.rpartition('@')[2]
    pinned = bool(include['integrity']) if kind == 'remote' else bool(_COMMIT.match(ref))
    own = kind in ('template', 'artifact') or name.replace('{', '').replace('}', '').startswith(_VENDORS)
    return Use('template', name, place_of(include), pinned=pinned, third_party=not own)


def _segments(glob: str) -> list[str]:
    """Folders and name of a glob: `**` stands for any folders, `a**.yml` for such names below them too."""
    found = []
    for part in glob.strip('/').split('/'):
        if '**' in part and part != '**':
            found += ['**', part.replace('**', '*')]
        else:
            found.append(part)
    return found


def _fits(names: list[str], wanted: list[str]) -> bool:
    reached = {0}
    for glob in wanted:
        if glob == '**':
            reached = set(range(min(reached), len(names) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(names) and fnmatchcase(names[at], glob)}
        if not reached:
            return False
    return len(names) in reached
