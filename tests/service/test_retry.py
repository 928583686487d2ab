"""Pauses: as long as the service asks for, else growing and random, and not for ever."""

from __future__ import annotations

import pytest

from artifacts_guard.service.retry import LONGEST_WISH
from artifacts_guard.service.retry import Patience
from artifacts_guard.service.retry import wish

NOW = 1_790_000_000.0
DATE = 'Mon, 21 Sep 2026 14:13:20 GMT'  # NOW


@pytest.mark.parametrize(
    ('headers', 'seconds'),
    [
        pytest.param({}, None, id='no wish'),
        pytest.param({'retry-after': '7'}, 7, id='seconds'),
        pytest.param({'retry-after': '0'}, 0, id='at once'),
        pytest.param({'retry-after': 'Mon, 21 Sep 2026 14:14:20 GMT'}, 60, id='a date'),
        pytest.param({'retry-after': 'Mon, 21 Sep 2026 14:12:20 GMT'}, 0, id='a date that has passed'),
        pytest.param({'x-ratelimit-reset': f'{NOW + 42:.0f}'}, 42, id='the end of the window'),
        pytest.param(
            {'x-ratelimit-reset': f'{NOW + 42:.0f}', 'retry-after': '3'}, 3, id='both: Retry-After wins'
        ),
        pytest.param(
            {'x-ratelimit-reset': f'{NOW + 642:.0f}', 'date': 'Mon, 21 Sep 2026 14:23:20 GMT'},
            42,
            id='the clock of the service is ahead',
        ),
        pytest.param({'retry-after': 'soon'}, None, id='words'),
        pytest.param({'retry-after': '-5'}, None, id='a negative number'),
        pytest.param({'x-ratelimit-reset': 'NaN'}, None, id='no number'),
        pytest.param({'x-ratelimit-reset': '１２'}, None, id='digits of another script'),
    ],
)
def test_wishes(headers: dict[str, str], seconds: float | None) -> None:
    assert wish(headers, NOW) == seconds


def test_pauses_grow_and_end() -> None:
    made: list[float] = []
    patience = Patience(attempts=6, sleep=made.append)

    while patience.wait('why'):
        pass

    assert len(made) == 5
    assert all(0 <= pause <= 0.5 * 2**at for at, pause in enumerate(made))


def test_a_wish_is_kept_and_spread_over_a_second() -> None:
    made: list[float] = []
    said: list[str] = []

    assert Patience(sleep=made.append, say=said.append).wait('limited', 30)

    assert 30 <= made[0] <= 31
    assert said == [f'limited; trying again in {made[0]:.1f} s']


def test_a_wish_beyond_all_patience_ends_it() -> None:
    made: list[float] = []

    assert not Patience(sleep=made.append).wait('limited', LONGEST_WISH + 1)
    assert made == []
