"""A merged configuration: jobs with what they extend, `!reference`, and defaults.

https://docs.gitlab.com/ci/yaml/yaml_optimization/ and https://docs.gitlab.com/ci/yaml/#default
"""

from __future__ import annotations

from artifacts_guard.ci.gitlab.nodes import Merger
from artifacts_guard.yamltree import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.gitlab.scripts import Commands
    from artifacts_guard.ci.model import Binding
    from artifacts_guard.yamltree import Node

_REFERENCE = '!reference'
_NESTING = 11  # GitLab's own limit of `extends`, and more than that of references and nested lists
_JOBS = 5000
_BINDINGS = 250_000
_COMMANDS = 200_000
_MOST = 5000  # elements of one list: references in references could make millions

# Keywords of the whole configuration, which name no jobs: https://docs.gitlab.com/ci/yaml/#global-keywords
_GLOBAL = frozenset(
    (
        'after_script',
        'before_script',
        'cache',
        'default',
        'image',
        'include',
        'services',
        'spec',
        'stages',
        'types',
        'variables',
        'workflow',
    )
)
# Those of them that are defaults of jobs: https://docs.gitlab.com/ci/yaml/deprecated_keywords/
_GLOBAL_DEFAULTS = frozenset(('after_script', 'before_script', 'cache', 'image', 'services'))


class Config:
    """Answers what a keyword means for a job.

    `used` are the jobs that others take something from, `missing` what each extends that is not there, `lost`
    the references to what is not there.
    `variables` are the bindings of those of the whole configuration, `scripts` the commands of jobs, once they
    were asked for; `left` and `commands` are how many variables and commands they may still have: a small file
    can ask for millions.
    """

    def __init__(self, root: Node) -> None:
        self.root = root
        self._merger = Merger()
        self.used: set[str] = set()
        self.missing: dict[str, dict[str, Node]] = {}
        self.lost: dict[str, Node] = {}
        self.variables: dict[str, Binding] = {}
        self.scripts: dict[tuple[int, ...], Commands] = {}
        self.commands = _COMMANDS
        self.left = _BINDINGS
        self._jobs: dict[str, Node] = {}
        self._depths: dict[str, int] = {}
        self._lists: dict[int, tuple[Node, tuple[Node, ...]]] = {}
        self._inherited: list[tuple[str, Node]] | None = None

    def names(self) -> list[str]:
        """The names of all jobs, hidden ones (`.name`) too."""
        found = [name for name, node in self.root.items() if name not in _GLOBAL and node.kind == 'map']
        return found[:_JOBS]

    def job(self, name: str) -> Node:
        """A job, merged into what it extends; EMPTY when there is none of that name."""
        if name not in self._jobs:
            self._extend(name)
        return self._jobs.get(name, EMPTY)

    def _extend(self, name: str) -> None:
        """Settle a job and all that it extends.  What extends itself, or is too deep, extends nothing."""
        waiting = [(name, False)]
        open_: list[str] = []
        while waiting:
            current, ready = waiting.pop()
            if current in self._jobs:
                continue
            node = self.root[current]
            parents = [] if node.kind != 'map' else [scalar.text for scalar in node['extends'].scalars()]
            if ready:
                open_.pop()
                self._jobs[current] = self._merged(current, node, parents)
            elif current not in open_:
                open_.append(current)
                waiting.append((current, True))
                if len(open_) <= _NESTING:
                    waiting += [(parent, False) for parent in parents]

    def _merged(self, name: str, node: Node, parents: list[str]) -> Node:
        found: Node = EMPTY
        depth = 0
        for parent in parents:
            self.used.add(parent)
            base = self._jobs.get(parent, EMPTY)
            if not base and not self.root.has(parent):
                self.missing.setdefault(name, {})[parent] = node['extends']
            elif parent in self.missing:
                self.missing.setdefault(name, {}).update(self.missing[parent])
            above = self._depths.get(parent, 0) + 1
            if above <= _NESTING:
                found = self._merger.merged(found, base)
                depth = max(depth, above)
        self._depths[name] = depth
        return self._merger.merged(found, node)

    # references

    def value(self, node: Node, *keys: str) -> Node:
        """What stands under some keys, with references on the way followed.  A null is nothing."""
        node = self.followed(node)
        for key in keys:
            node = self.followed(node[key])
        return EMPTY if node.is_null else node

    def followed(self, node: Node) -> Node:
        """The value that `!reference [job, key, …]` stands for; other nodes are themselves.

        https://docs.gitlab.com/ci/yaml/yaml_optimization/#reference-tags
        """
        asked = node
        for _ in range(_NESTING):
            if node.tag != _REFERENCE:
                return node
            path = [scalar.text for scalar in node.scalars()]
            node = self._target(path)
            if not node and len(self.lost) < _JOBS:
                self.lost[' '.join(path)] = asked
        return EMPTY

    def _target(self, path: list[str]) -> Node:
        if not path:
            return EMPTY
        self.used.add(path[0])
        node = self.root[path[0]] if path[0] in _GLOBAL else self.job(path[0])
        for key in path[1:]:
            for _ in range(_NESTING):
                if node.tag != _REFERENCE:
                    break
                names = [scalar.text for scalar in node.scalars()]
                node = self.job(names[0]) if names else EMPTY
                for name in names[1:]:
                    node = node[name]
            node = node[key]
        return node

    def elements(self, node: Node) -> tuple[Node, ...]:
        """The elements of a list, with those of lists in it and behind references; a single value is one.

        The same tuple for the same node.
        """
        if not node:
            return ()
        key = id(node)
        if key not in self._lists:
            self._lists[key] = node, tuple(self._flat(node))  # kept, so that its identity stays its own
        return self._lists[key][1]

    def _flat(self, node: Node) -> list[Node]:
        found: list[Node] = []
        waiting = [(node, 0)]
        seen = 0
        while waiting and seen < _MOST:
            seen += 1
            one, depth = waiting.pop()
            one = self.followed(one)
            if one.kind == 'seq':
                if depth < _NESTING:
                    waiting += [(element, depth + 1) for element in reversed(list(one))]
            elif one and not one.is_null:
                found.append(one)
        return found

    def texts(self, node: Node) -> list[str]:
        return [one.text.strip() for one in self.elements(node) if one.kind == 'scalar']

    # defaults

    def keyword(self, job: Node, name: str) -> Node:
        """A keyword of a job, else its default, if the job inherits that."""
        own = self.value(job, name)
        if own:
            return own
        if not self._inherits(job, 'default', name):
            return EMPTY
        found = self.value(self.root, 'default', name)
        return found or (self.value(self.root, name) if name in _GLOBAL_DEFAULTS else EMPTY)

    def inherited_variables(self, job: Node) -> list[tuple[str, Node]]:
        """The variables of the whole configuration that a job gets: https://docs.gitlab.com/ci/yaml/#inherit"""
        if self._inherited is None:
            found: dict[str, Node] = dict(self.value(self.root, 'default', 'variables').items())
            found.update(self.value(self.root, 'variables').items())
            self._inherited = list(found.items())
        self.left -= len(self._inherited)
        if self.left < 0:
            return []
        if not self.value(job, 'inherit', 'variables'):
            return self._inherited
        return [(name, node) for name, node in self._inherited if self._inherits(job, 'variables', name)]

    def _inherits(self, job: Node, kind: str, name: str) -> bool:
        node = self.value(job, 'inherit', kind)
        if node.kind == 'seq':
            return name in self.texts(node)
        return node.text.strip().lower() != 'false'
