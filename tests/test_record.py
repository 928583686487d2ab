"""Plain values: the same in the first record of a class and in the thousandth, which is made in another way."""

from __future__ import annotations

import pickle

import pytest

from artifacts_guard import record
from artifacts_guard.record import Record


class Point(Record):
    x: int
    y: int = 2
    label: str = ''


class Placed(Point):
    height: int = 7


class Nothing(Record):
    pass


@pytest.fixture(params=[pytest.param(0, id='the first records'), pytest.param(1000, id='after a thousand')])
def point(request: pytest.FixtureRequest) -> type[Point]:
    class Fresh(Point):
        pass

    for number in range(request.param):
        Fresh(number)
    return Fresh


def test_values_in_order_by_name_and_by_default(point: type[Point]) -> None:
    made = [point(1), point(1, 3), point(1, label='a'), point(y=5, x=4), point(1, 3, 'b')]

    assert [(p.x, p.y, p.label) for p in made] == [
        (1, 2, ''),
        (1, 3, ''),
        (1, 2, 'a'),
        (4, 5, ''),
        (1, 3, 'b'),
    ]


def test_wrong_calls(point: type[Point]) -> None:
    for given, named in (((), {}), ((1, 2, '', 4), {}), ((1,), {'z': 1}), ((1,), {'x': 1})):
        with pytest.raises(TypeError):
            point(*given, **named)
    with pytest.raises(TypeError):
        point(1).replace(z=1)


def test_records_are_frozen_equal_by_value_and_of_their_class(point: type[Point]) -> None:
    one = point(1, 3)

    with pytest.raises(AttributeError, match='frozen'):
        one.x = 2
    assert one == point(1, 3)
    assert hash(one) == hash(point(1, 3))
    assert one != point(1, 4)
    assert one != Point(1, 3)
    assert one.replace(y=4) == point(1, 4)
    assert one.replace() == one
    assert repr(one) == "Fresh(x=1, y=3, label='')"


def test_a_class_below_one_with_many_records_has_its_own_fields() -> None:
    for number in range(1000):
        Point(number)

    assert Placed(1, height=9).height == 9
    assert Placed(1).replace(height=8) == Placed(1, 2, '', 8)
    assert Nothing() == Nothing()


def test_records_travel_between_processes() -> None:
    assert pickle.loads(pickle.dumps(Placed(1, label='a'))) == Placed(1, label='a')


def test_a_field_of_a_frozen_record_is_set_by_its_setter() -> None:
    one = Point(1)

    record.setter(Point, 'x')(one, 5)

    assert one == Point(5)
