"""Under which pipelines a job runs: `rules`, `only`, `except`, `when`, and `workflow:rules`.

https://docs.gitlab.com/ci/jobs/job_rules/, https://docs.gitlab.com/ci/yaml/workflow/ and
https://docs.gitlab.com/ci/yaml/deprecated_keywords/#only--except
"""

from __future__ import annotations

from artifacts_guard.ci import model
from artifacts_guard.ci.gitlab import conditions
from artifacts_guard.ci.gitlab.conditions import Literal
from artifacts_guard.ci.gitlab.conditions import Pattern
from artifacts_guard.ci.gitlab.scenarios import Scenario
from artifacts_guard.ci.model import Trigger
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.ci.gitlab.conditions import Value
    from artifacts_guard.ci.gitlab.config import Config
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

_EVALUATIONS = 200_000  # of rules in one pipeline; what is not evaluated is not known
_NEVER = 'never'
_MANUAL = 'manual'
_REQUEST_WORDS = ('merge_request', 'pull_request')


class Rule(Record):
    """A rule: its condition, None when it has none, and whether files or commits decide too."""

    condition: str | None
    depends: bool
    when: str
    variables: Node
    place: Place


class Outcome(Record):
    """A way in which a job is put into a pipeline: when it then starts, and the rule that says so."""

    scenario: Scenario
    when: str
    rule: Rule | None
    place: Place


class Workflow:
    """The pipelines that a configuration can become, each with the rule that lets it.

    `ruled`: there are such rules.  What rules that many jobs share come to is worked out once.
    """

    def __init__(self, pipelines: list[Outcome], *, ruled: bool) -> None:
        self.pipelines = pipelines
        self.ruled = ruled
        self.scenarios = list({id(one.scenario): one.scenario for one in pipelines}.values())
        self.left = _EVALUATIONS
        self.decided: dict[tuple[int, str], tuple[Node, list[Outcome]]] = {}


def workflow(config: Config, scenarios: Iterable[Scenario]) -> Workflow:
    """The pipelines that `workflow:rules` let through, knowing the variables that they set."""
    rules = _rules(config, config.value(config.root, 'workflow', 'rules'))
    place = config.root.place
    found = []
    for scenario in scenarios:
        if not rules:
            found.append(Outcome(scenario, '', None, place))
            continue
        outcomes = _walked(rules, scenario, '')
        if outcomes:
            told = scenario.told(_told(config, outcomes))
            found += [one.replace(scenario=told) for one in outcomes]
    return Workflow(found, ruled=bool(rules))


def _told(config: Config, outcomes: list[Outcome]) -> dict[str, Value]:
    """The variables that surely are set by the one rule that lets a pipeline through."""
    rule = outcomes[0].rule
    if len(outcomes) != 1 or rule is None:
        return {}
    return {
        name: value.text
        for name, value in rule.variables.items()
        if value.kind == 'scalar' and '$' not in value.text
    }


def outcomes(
    config: Config, job: Node, flow: Workflow, guards: list[tuple[Node, ...]]
) -> tuple[Outcome, ...]:
    """All ways in which a job can be put into a pipeline.

    `guards` are the rules under which the document that has it is included: one list for each such include.
    """
    when = config.value(job, 'when').text.strip()
    node = config.value(job, 'rules')
    found = _decided(config, node, when, flow) if node else None
    if found is None:
        found = _unruled(config, job, when, flow)
    if not guards or () in guards:
        return tuple(found)
    let = [one for one in flow.scenarios if any(_is_included(config, guard, one) for guard in guards)]
    allowed = {id(one) for one in let}
    return tuple(one for one in found if id(one.scenario) in allowed)


def _decided(config: Config, node: Node, when: str, flow: Workflow) -> list[Outcome] | None:
    """What rules come to; None when there is none among them, or when there were too many before."""
    key = (id(node), when)
    if key not in flow.decided:
        rules = _rules(config, node)
        if not rules:
            return None
        flow.left -= len(rules) * len(flow.scenarios)
        if flow.left < 0:
            return None
        made = [one for scenario in flow.scenarios for one in _walked(rules, scenario, when)]
        flow.decided[key] = node, made  # the node is kept, so that its identity stays its own
    return flow.decided[key][1]


def _unruled(config: Config, job: Node, when: str, flow: Workflow) -> list[Outcome]:
    """The pipelines that a job without rules is put into."""
    if when == _NEVER:
        return []
    own = config.value(job, 'only') or job.key or job
    place = own.place
    only = bool(config.value(job, 'only'))
    seen = set()
    found = []
    for pipeline in flow.pipelines:
        scenario = pipeline.scenario
        if id(scenario) not in seen and _is_allowed(config, job, scenario, ruled=flow.ruled):
            seen.add(id(scenario))
            where = place if only or pipeline.rule is None else pipeline.place
            found.append(Outcome(scenario, when, None, where))
    return found


def triggers(found: Iterable[Outcome]) -> tuple[Trigger, ...]:
    """What starts a job.  One that a person starts within a pipeline does not repeat by itself."""
    made: dict[tuple[str, str, int], Trigger] = {}
    for one in found:
        kind = one.scenario.kind
        if one.when == _MANUAL and kind != model.PROPOSAL:
            kind = model.MANUAL
        key = (kind, one.scenario.event, one.place.span.start)
        if key not in made:
            made[key] = Trigger(kind, one.scenario.event, one.place)
    return tuple(made.values())


def is_protected(found: Iterable[Outcome]) -> bool:
    """Whether a job runs for nothing but the default branch and protected refs."""
    some = [one.scenario.protected for one in found]
    return bool(some) and all(some)


# rules


def _rules(config: Config, node: Node) -> list[Rule]:
    found = []
    for rule in config.elements(node):
        if rule.kind != 'map':
            continue
        condition = config.value(rule, 'if')
        found.append(
            Rule(
                condition.text if condition.kind == 'scalar' else None,
                bool(config.value(rule, 'changes') or config.value(rule, 'exists')),
                config.value(rule, 'when').text.strip(),
                config.value(rule, 'variables'),
                condition.place if condition.kind == 'scalar' else rule.place,
            )
        )
    return found


def _is_included(config: Config, guard: tuple[Node, ...], scenario: Scenario) -> bool:
    """Whether all rules on the way to a document can let it be included."""
    return all(_walked(_rules(config, node), scenario, '') for node in guard)


def _walked(rules: list[Rule], scenario: Scenario, when: str) -> list[Outcome]:
    """The first rule that holds decides; those before it that might hold could decide too."""
    found = []
    for rule in rules:
        holds: bool | None = True
        if rule.condition is not None:
            holds = conditions.holds(rule.condition, scenario.variables)
            if holds is False or (holds is None and _is_guess(rule.condition, scenario)):
                continue
        if rule.depends:
            holds = None  # on files and commits
        said = rule.when or when
        if said != _NEVER:
            found.append(Outcome(scenario, said, rule, rule.place))
        if holds:
            break
    return found


def _is_guess(condition: str, scenario: Scenario) -> bool:
    """Whether a rule that does not speak of merge requests would hold for one by a variable nobody knows."""
    if scenario.kind != model.PROPOSAL:
        return False
    lower = condition.lower()
    return not any(word in lower for word in _REQUEST_WORDS)


# only and except


def _is_allowed(config: Config, job: Node, scenario: Scenario, *, ruled: bool) -> bool:
    """Jobs without rules run for branches and tags, unless the whole pipeline has rules."""
    only = config.value(job, 'only')
    if only:
        if _satisfied(config, only, scenario, ('branches', 'tags'), every=True) is False:
            return False
    elif not ruled and not scenario.refs & {'branches', 'tags'}:
        return False
    excluded = config.value(job, 'except')
    return not excluded or _satisfied(config, excluded, scenario, (), every=False) is not True


def _satisfied(
    config: Config, node: Node, scenario: Scenario, refs: tuple[str, ...], *, every: bool
) -> bool | None:
    """Whether a policy holds: all of its parts for `only`, one of them for `except`."""
    if node.kind != 'map':
        return _any([_is_ref(text, scenario) for text in config.texts(node)])
    parts: list[bool | None] = []
    named = config.texts(config.value(node, 'refs')) or list(refs)
    if named:
        parts.append(_any([_is_ref(text, scenario) for text in named]))
    written = config.texts(config.value(node, 'variables'))
    if written:
        parts.append(_any([conditions.holds(text, scenario.variables) for text in written]))
    if config.value(node, 'changes') or config.value(node, 'kubernetes'):
        parts.append(None)
    if every:
        return False if False in parts else None if None in parts else True
    return _any(parts)


def _any(truths: list[bool | None]) -> bool | None:
    if True in truths:
        return True
    return None if None in truths else False


def _is_ref(text: str, scenario: Scenario) -> bool | None:
    """Whether a pipeline is for a ref, by a keyword, a name or a pattern; `@group/project` limits it to that project."""
    name, at, _ = text.partition('@')
    if name in scenario.refs:
        return None if at else True
    if scenario.ref is None or name in _KEYWORDS:
        return False
    if name.startswith('/'):
        end = name.rfind('/')
        return conditions.matches(scenario.ref, Pattern(name[1:end], name[end + 1 :]))
    return conditions.equal(scenario.ref, Literal(name).value)


_KEYWORDS = frozenset(
    (
        'api',
        'branches',
        'chat',
        'external',
        'external_pull_requests',
        'merge_requests',
        'pipelines',
        'pushes',
        'schedules',
        'tags',
        'triggers',
        'web',
    )
)
