"""Frozen, slotted records that cost nothing to define.

Sixty frozen slotted dataclasses add about 48 ms to the start of a process, sixty
named tuples 15 ms, sixty records of this kind under 1 ms (CPython 3.11): the
standard ones generate and compile code for each class.  A hook has 50 ms in all.  Here only a
class of which many are made gets such code: a hook makes few of each, a large tree millions.
"""

from __future__ import annotations

from _operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any
    from typing import TypeVar

    from typing_extensions import Self
    from typing_extensions import dataclass_transform

    _T = TypeVar('_T')
else:

    def dataclass_transform(**_: object) -> object:
        return lambda cls: cls


_LACKS = object()
_MANY = 500  # records of a class, which then is worth 0.04 ms for a constructor that takes half as long


@dataclass_transform(frozen_default=True)
class _RecordType(type):
    """Turns the annotations of a class body into slots, in order, with their defaults."""

    _fields: tuple[str, ...]
    _defaults: dict[str, Any]
    _setters: tuple[Any, ...]
    _rows: tuple[tuple[str, Any, Any], ...]  # of each field its name, setter and default
    _left: list[int]  # how many are to be made before the class gets its own constructor

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _RecordType:
        own = tuple(namespace.get('__annotations__', ()))
        defaults = {field: namespace.pop(field) for field in own if field in namespace}
        namespace['__slots__'] = own
        namespace['__init__'] = _first  # never that of a base, which has less fields
        made = super().__new__(cls, name, bases, namespace)
        above = bases[0] if bases else None
        made._fields = (*getattr(above, '_fields', ()), *own)
        made._defaults = {**getattr(above, '_defaults', {}), **defaults}
        return made


def _few(fields: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """What attrgetter does not give: a tuple of one value, or of none."""
    return lambda record: tuple([getattr(record, field) for field in fields])


def _complete(record: Record, given: int, named: dict[str, Any]) -> None:
    """Set the fields behind the first `given` ones: to what they are given by name, or to their defaults."""
    cls = type(record)
    rows = cls._rows
    if given > len(rows):
        raise TypeError(f'{cls.__name__} takes {len(rows)} values, not {given}')
    for field, setter, default in rows[given:]:
        value = named.pop(field, default) if named else default
        if value is _LACKS:
            raise TypeError(f'{cls.__name__} lacks {field!r}')
        setter(record, value)
    if named:
        raise TypeError(f'{cls.__name__} has no {sorted(named)}')


def setter(cls: type[Record], field: str) -> Any:
    """The slot's own descriptor, which sets a value although `__setattr__` refuses to."""
    return getattr(cls, field).__set__


def _first(record: Record, *args: Any, **named: Any) -> None:
    """The constructor of the first record of a class; a hook makes none of most classes that it loads."""
    cls = type(record)
    fields, defaults = cls._fields, cls._defaults
    cls._setters = tuple([setter(cls, field) for field in fields])
    cls._rows = tuple([(f, s, defaults.get(f, _LACKS)) for f, s in zip(fields, cls._setters)])
    cls._values = staticmethod(attrgetter(*fields) if len(fields) > 1 else _few(fields))  # type: ignore[assignment]
    cls._left = [_MANY]
    cls.__init__ = _fill  # type: ignore[method-assign, assignment]
    _fill(record, *args, **named)


def _fill(record: Record, *args: Any, **named: Any) -> None:
    """The constructor of all classes of which few records are made: the fields in order, or by name."""
    cls = type(record)
    setters = cls._setters
    for setter, value in zip(setters, args):
        setter(record, value)
    if named or len(args) != len(setters):
        _complete(record, len(args), named)
    cls._left[0] -= 1
    if not cls._left[0]:
        cls.__init__ = _constructor(cls)  # type: ignore[method-assign]


def _constructor(cls: type[Record]) -> Any:
    """What `_fill` does, written out for the fields of one class."""
    names: dict[str, Any] = {f'set_{field}': setter for field, setter in zip(cls._fields, cls._setters)}
    names['defaults'] = cls._defaults
    parameters = [f'{f}=defaults[{f!r}]' if f in cls._defaults else f for f in cls._fields]
    lines = [f'    set_{field}(record, {field})' for field in cls._fields]
    exec('\n'.join((f'def __init__({", ".join(("record", *parameters))}):', *lines)), names)  # noqa: S102 - of names in our own classes
    return names['__init__']


class Record(metaclass=_RecordType):
    """Base of all plain values: fields are the annotations, in order; equal by value; frozen."""

    if TYPE_CHECKING:

        def __init__(self, *args: Any, **named: Any) -> None: ...

        @staticmethod
        def _values(record: object) -> tuple[Any, ...]: ...

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f'{type(self).__name__} is frozen')

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return type(self) is type(other) and self._values(self) == other._values(other)

    def __hash__(self) -> int:
        return hash(self._values(self))

    def __repr__(self) -> str:
        pairs = ', '.join(f'{field}={getattr(self, field)!r}' for field in type(self)._fields)
        return f'{type(self).__name__}({pairs})'

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._values(self)

    def replace(self, **changes: Any) -> Self:
        """The same record with some fields changed."""
        cls = type(self)
        return cls(*{**dict(zip(cls._fields, cls._values(self))), **changes}.values())
