"""What all interpreters of one scan share: the tree, parsed scripts, the budget, and the sink of observations."""

from __future__ import annotations

from artifacts_guard.flow import observe
from artifacts_guard.flow.code.shelf import Shelf
from artifacts_guard.flow.frame import Context
from artifacts_guard.flow.handed import Handed
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import sources
from artifacts_guard.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.ci.model import Job
    from artifacts_guard.ci.model import Pipeline
    from artifacts_guard.ci.recipes import Recipe
    from artifacts_guard.flow.books import Library
    from artifacts_guard.shell.syntax import Command
    from artifacts_guard.shell.syntax import Tree as Syntax
    from artifacts_guard.text import Place
    from artifacts_guard.text import Tree

BUDGET = 25_000  # commands evaluated for one step, with all scripts it calls
TOTAL = 120_000  # for all steps of a scan; after that each step gets the small budget
_SMALL_BUDGET = 2_000
_VISITS = 400  # of one command in one step: functions that call each other twice never end
_MOST_PARSED = 200  # scripts that are remembered from one step to the next
_REPEATS = 24  # of a function without a secret among its arguments
_RECIPE_REPEATS = 4  # of a recipe, which is a process of its own: only the environment can differ
_RECIPE_COST = 10  # commands that take as long as it takes to begin a recipe


class World:
    """Mutable only in what it collects."""

    def __init__(
        self, tree: Tree, settings: Settings, library: Library, programs: Shelf | None = None
    ) -> None:
        self.tree = tree
        self.settings = settings
        self.library = library
        self.programs = programs or Shelf(tree)
        self.observations: list[observe.Observation] = []
        self.reached: set[tuple[str, str]] = set()
        self.left = self._given = BUDGET
        self.total = TOTAL
        self._visits: dict[int, int] = {}
        self._seen: set[observe.Observation] = set()
        self._read: set[tuple[object, ...]] = set()
        self._parsed: dict[tuple[str, str, tuple[tuple[int, int], ...]], Syntax] = {}
        # every command line that a process would get; kept when somebody asks for it
        self.command_lines: list[tuple[str, ...]] | None = None
        self._handed: dict[tuple[str, str], Handed] = {}

    def see(self, observation: observe.Observation) -> None:
        """Record an observation once; of programs only what they call."""
        if not isinstance(observation, observe.Bound) and self.programs.runs(observation.place):
            if not isinstance(observation, observe.IN_PROGRAMS):
                return
            if isinstance(observation, observe.CliCall):
                observation = observation.in_program(self.programs.names(observation.place.document))
            elif isinstance(observation, observe.RestCall):
                observation = observation.replace(programmed=True)
        if observation not in self._seen:
            self._seen.add(observation)
            self.observations.append(observation)

    def limit(self, limit: observe.Limit) -> None:
        self.see(limit)

    def reads(self, context: Context, values: Iterable[Chunk], written: Excerpt) -> None:
        """Record that a step reads the sources of a value."""
        for source in sources(values):
            key = (*context.key, source.origin)
            if key not in self._read:
                self._read.add(key)
                self.see(observe.Read(context, source.origin, self._reader(written)))

    def _reader(self, written: Excerpt) -> Place:
        """What reads a source: of a program, the command that starts it."""
        command = next((one for one in self.programs.started if one is not None), None)
        return command.place if command is not None and self.programs.holds(written.place) else written.place

    def spend(self, command: Command) -> bool:
        """Take a command from the budget; False when that is used up, or the command was run very often."""
        self.left -= 1
        visits = self._visits.get(id(command), 0) + 1
        self._visits[id(command)] = visits
        return self.left > 0 and visits <= _VISITS

    def repeats(self, body: Command) -> bool:
        """Whether a function was run so often that values without secrets add nothing."""
        return self._visits.get(id(body), 0) >= _REPEATS

    def spend_recipe(self, recipe: Recipe) -> bool:
        """Take a recipe from the budget; False when that is used up, or the recipe was run very often."""
        self.left -= _RECIPE_COST
        visits = self._visits.get(id(recipe), 0) + 1
        self._visits[id(recipe)] = visits
        return self.left > 0 and visits <= _VISITS

    def repeats_recipe(self, recipe: Recipe) -> bool:
        """Whether a recipe was run so often in this step that a call without secrets adds nothing."""
        return self._visits.get(id(recipe), 0) >= _RECIPE_REPEATS

    def refill(self) -> None:
        """Begin a new step."""
        self.total -= self._given - self.left
        self._given = self.left = BUDGET if self.total > 0 else _SMALL_BUDGET
        self._visits.clear()
        if len(self._parsed) > _MOST_PARSED:  # not during a step: visits are counted by identity
            self._parsed.clear()

    def parse(self, language: str, text: str, opaque: tuple[tuple[int, int], ...]) -> Syntax:
        """A script's syntax tree; scripts with several callers are parsed once."""
        key = (language, text, opaque)
        if key not in self._parsed:
            self._parsed[key] = _parser(language)(text, opaque)
        return self._parsed[key]

    def handed(self, context: Context) -> Handed:
        """What the job of a step hands on."""
        return self.handed_by(context.pipeline, context.job)

    def handed_by(self, pipeline: Pipeline, job: Job) -> Handed:
        key = (pipeline.document.path, job.name)
        if key not in self._handed:
            self._handed[key] = Handed()
        return self._handed[key]


def _parser(language: str):  # type: ignore[no-untyped-def]
    if language == 'pwsh':
        from artifacts_guard.shell import powershell

        return powershell.parse
    if language == 'cmd':
        from artifacts_guard.shell import batch

        return batch.parse
    from artifacts_guard.shell import parser

    return parser.parse
