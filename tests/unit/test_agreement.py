"""Agreement numbers are those of scipy."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from herocat.agreement import agreement

scores = st.lists(
    st.tuples(st.integers(0, 20).map(lambda v: v / 2), st.integers(0, 10).map(float)),
    min_size=2,
    max_size=40,
)


@given(scores)
def test_spearman_is_scipys(pairs: list[tuple[float, float]]) -> None:
    first, second = zip(*pairs, strict=True)
    found = agreement(first, second)
    assert found.n == len(pairs)
    assert found.mean_difference == pytest.approx(np.mean(first) - np.mean(second))
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert found.spearman is None
    else:
        assert found.spearman == pytest.approx(stats.spearmanr(first, second).statistic)


def test_mean_absolute_difference() -> None:
    assert agreement([1, 5], [2, 3]).mean_absolute_difference == 1.5
