"""The schema of rule files: what may stand in one, said back in sentences when something else does.

The only module of the engine that imports pydantic; users' rules and our own build go through it,
a normal run of built-in rules does not.
"""

from __future__ import annotations

from typing import Annotated
from typing import Any
from typing import Literal

from pydantic import BaseModel
from pydantic import BeforeValidator
from pydantic import ConfigDict
from pydantic import Discriminator
from pydantic import Field
from pydantic import Tag
from pydantic import ValidationError
from pydantic import model_validator

from artifacts_guard.engine import vocabulary
from artifacts_guard.engine.grammar import LONGEST_NAME
from artifacts_guard.engine.grammar import NAME
from artifacts_guard.engine.grammar import choice_problems
from artifacts_guard.engine.grammar import condition_problems
from artifacts_guard.engine.grammar import error_sentence
from artifacts_guard.engine.grammar import page_problems
from artifacts_guard.engine.grammar import text_problems
from artifacts_guard.engine.model import Case
from artifacts_guard.engine.model import Rule
from artifacts_guard.engine.samples import problems
from artifacts_guard.facts.model import KINDS

Level = Literal['error', 'warning', 'note']
Confidence = Literal['high', 'medium', 'low']
Condition = dict[str, Any]
Name = Annotated[str, Field(pattern=NAME, max_length=LONGEST_NAME)]


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _form(value: object) -> str:
    """Which branch of a choice a value is meant for.  The names stand in pydantic's error paths."""
    return (
        '<list>'
        if isinstance(value, (list, tuple))
        else '<mapping>'
        if isinstance(value, dict)
        else '<value>'
    )


Text = Annotated[str, BeforeValidator(_stripped), Field(min_length=1, max_length=4000)]
Line = Annotated[str, BeforeValidator(_stripped), Field(min_length=1, max_length=400, pattern=r'^[^\n]*$')]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra='forbid')


class LevelCase(_Strict):
    """A level, and when it is the one; the last of a list has no condition."""

    level: Level
    when: Condition = {}


class TextCase(_Strict):
    """A text, and when it is the one; the last of a list has no condition."""

    text: Text
    when: Condition = {}


class ConfidenceCase(_Strict):
    """A confidence, and when it is the highest that the rule claims; the last of a list has no condition."""

    confidence: Confidence
    when: Condition = {}


class ByTenancy(_Strict):
    """A level for each tenancy of the job's host."""

    shared: Level
    unknown: Level
    ephemeral: Level


Levels = Annotated[
    Annotated[Level, Tag('<value>')]
    | Annotated[ByTenancy, Tag('<mapping>')]
    | Annotated[tuple[LevelCase, ...], Tag('<list>')],
    Discriminator(_form),
]
Texts = Annotated[
    Annotated[Text, Tag('<value>')] | Annotated[tuple[TextCase, ...], Tag('<list>')],
    Discriminator(_form),
]
Confidences = Annotated[
    Annotated[Confidence, Tag('<value>')] | Annotated[tuple[ConfidenceCase, ...], Tag('<list>')],
    Discriminator(_form),
]
Pedantic = Annotated[
    Annotated[bool, Tag('<value>')] | Annotated[Condition, Tag('<mapping>')],
    Discriminator(_form),
]


class Advice(_Strict):
    """How to repair it.  `safe`: an edit exists after which the pipeline provably means the same."""

    advice: Texts
    safe: bool = False


class Example(_Strict):
    """Small documents, `files` or one `path` and `text`, in which `[| |]` marks what the rule must find.

    `@api-key@` and its like stand for made-up tokens.  `known_gap` says why an example is known to fail.
    """

    name: Line
    files: dict[str, str] = {}
    path: str = ''
    text: str = ''
    settings: dict[str, Any] = {}
    pedantic: bool = False
    level: Level | None = None
    fixed: dict[str, str] = {}
    known_gap: str = ''

    @model_validator(mode='after')
    def _documents(self) -> Example:
        if bool(self.files) == bool(self.path or self.text):
            raise ValueError('an example has either files, or a path and a text')
        if wrong := problems(self.documents, self.fixed, self.settings):
            raise ValueError('; '.join(wrong))
        return self

    @property
    def documents(self) -> dict[str, str]:
        return self.files or {self.path: self.text}

    @property
    def marked(self) -> bool:
        return any('[|' in text for text in self.documents.values())


class Examples(_Strict):
    bad: tuple[Example, ...] = Field(min_length=1)
    good: tuple[Example, ...] = Field(min_length=1)

    @model_validator(mode='after')
    def _marks(self) -> Examples:
        names = [example.name for example in (*self.bad, *self.good)]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'two examples are called {name!r}')
        for example in self.bad:
            if not example.marked:
                raise ValueError(f'the bad example {example.name!r} marks nothing with [| |]')
        for example in self.good:
            if example.marked:
                raise ValueError(f'the good example {example.name!r} marks something with [| |]')
        return self


class RuleFile(_Strict):
    """A rule file.  The folder that it lies in is the rule's group."""

    id: Name
    title: Line
    status: Literal['preview', 'stable', 'deprecated'] = 'preview'
    since: Annotated[str, Field(pattern=r'^\d+\.\d+(\.\d+)?$')] = '0.1'
    aliases: tuple[Name, ...] = ()
    fact: str
    when: Condition = Field(min_length=1)
    level: Levels
    pedantic: Pedantic = False
    confidence: Confidences = 'high'
    security_severity: float = Field(default=0.0, ge=0.0, le=10.0)
    message: Texts
    why: Text
    fix: Advice
    references: tuple[Annotated[str, Field(pattern=r'^https://\S+$')], ...] = ()
    examples: Examples

    @model_validator(mode='after')
    def _words(self) -> RuleFile:
        if self.fact not in KINDS:
            raise ValueError(f'{self.fact!r} is no kind of fact{vocabulary.suggestion(self.fact, KINDS)}')
        wrong = [
            *(problem for when in self._conditions() for problem in condition_problems(self.fact, when)),
            *(problem for text in self._texts() for problem in text_problems(self.fact, text)),
            *(problem for text in self._pages() for problem in page_problems(text)),
            *(problem for name, choice in self._choices() for problem in choice_problems(name, choice)),
        ]
        if self.fix.safe and not all(example.fixed for example in self.examples.bad):
            wrong.append('a safe fix needs `fixed` in each bad example')
        if wrong:
            raise ValueError('; '.join(dict.fromkeys(wrong)))
        return self

    def _choices(self) -> list[tuple[str, tuple[LevelCase | TextCase | ConfidenceCase, ...]]]:
        choices = {
            'level': self.level,
            'message': self.message,
            'confidence': self.confidence,
            'advice': self.fix.advice,
        }
        return [(name, choice) for name, choice in choices.items() if isinstance(choice, tuple)]

    def _conditions(self) -> list[Condition]:
        cases = [case.when for _, choice in self._choices() for case in choice]
        return [self.when, *([self.pedantic] if isinstance(self.pedantic, dict) else []), *cases]

    def _texts(self) -> list[str]:
        return [*(case.use for case in _cases(self.message)), *self._pages()]

    def _pages(self) -> list[str]:
        return [self.why, *(case.use for case in _cases(self.fix.advice))]

    def rule(self, group: str, *, own: bool = False) -> Rule:
        """The rule as the engine uses it."""
        return Rule(
            id=self.id,
            title=self.title,
            group=group,
            fact=self.fact,
            when=self.when,
            level=_levels(self.level),
            message=_cases(self.message),
            why=self.why,
            advice=_cases(self.fix.advice),
            safe=self.fix.safe,
            confidence=() if self.confidence == 'high' else _cases(self.confidence),
            pedantic=self.pedantic if isinstance(self.pedantic, dict) else {} if self.pedantic else None,
            status=self.status,
            since=self.since,
            aliases=self.aliases,
            security_severity=self.security_severity,
            references=self.references,
            own=own,
        )


def _levels(level: str | ByTenancy | tuple[LevelCase, ...]) -> tuple[Case, ...]:
    if isinstance(level, ByTenancy):
        return (
            Case({'tenancy': 'shared'}, level.shared),
            Case({'tenancy': 'ephemeral'}, level.ephemeral),
            Case({}, level.unknown),
        )
    return _cases(level)


def _cases(
    choice: str | tuple[LevelCase, ...] | tuple[TextCase, ...] | tuple[ConfidenceCase, ...],
) -> tuple[Case, ...]:
    if isinstance(choice, str):
        return (Case({}, choice),)
    return tuple(Case(case.when, _use(case)) for case in choice)


def _use(case: LevelCase | TextCase | ConfidenceCase) -> str:
    if isinstance(case, LevelCase):
        return case.level
    return case.text if isinstance(case, TextCase) else case.confidence


def checked(values: object) -> tuple[RuleFile | None, list[tuple[tuple[str | int, ...], str]]]:
    """A rule file's content as a rule, or what is wrong with it: where (keys from the top), and a sentence."""
    if not isinstance(values, dict):
        return None, [((), 'a rule file is a mapping that begins with `id:`')]
    try:
        return RuleFile.model_validate(values), []
    except ValidationError as error:
        return None, _sentences(error)


_MODELS = (RuleFile, Advice, Examples, Example, LevelCase, TextCase, ConfidenceCase, ByTenancy)


def _sentences(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    found = []
    for each in error.errors(include_url=False):
        path = tuple(part for part in each['loc'] if not str(part).startswith('<'))
        if each['type'] == 'extra_forbidden':
            known = {name for model in _MODELS for name in model.model_fields} - {str(path[-1])}
            words = f'is no key of a rule file{vocabulary.suggestion(str(path[-1]), sorted(known))}'
        else:
            words = error_sentence(each['type'], each['msg'], each['input'])
        found.append((path, words))
    # a list with a wrong item in it is not wrong itself
    inner = {path[:end] for path, _ in found for end in range(len(path))}
    return [(path, words) for path, words in found if path not in inner]
