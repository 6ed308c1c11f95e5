"""The shipped data sets hold what their papers say, and preparing them leaks nothing."""

import csv
from collections import Counter
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_act.data import load, make_moons, names, standardize, train_test_split

MEASUREMENTS = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


def test_penguins_file_has_the_published_counts():
    lines = (files("micrograd_act.data") / "penguins.csv").read_text("utf-8").splitlines()
    rows = list(csv.DictReader(lines))
    assert len(rows) == 344
    assert Counter(r["species"] for r in rows) == {"Adelie": 152, "Gentoo": 124, "Chinstrap": 68}
    assert sum(all(r[m] != "NA" for m in MEASUREMENTS) for r in rows) == 342
    assert sum("NA" not in r.values() for r in rows) == 333


def test_penguins_are_the_measured_rows():
    penguins = load("penguins")
    assert penguins.X.shape == (342, 4)
    assert penguins.X.dtype == np.float64
    assert penguins.feature_names == MEASUREMENTS
    assert penguins.target_names == ("Adelie", "Chinstrap", "Gentoo")
    assert np.bincount(penguins.y).tolist() == [151, 68, 123]
    assert penguins.X[0].tolist() == [39.1, 18.7, 181.0, 3750.0]
    assert penguins.X[-1].tolist() == [50.2, 18.7, 198.0, 3775.0]
    # The published means over all measured birds.
    np.testing.assert_allclose(penguins.X.mean(0), [43.92, 17.15, 200.92, 4201.75], atol=0.005)
    assert "e90081" in penguins.source
    assert penguins.license == "CC0 1.0"


@pytest.mark.parametrize("name", names())
def test_every_data_set_keeps_its_promises(name):
    data = load(name)
    assert data.name == name
    assert data.X.shape == (len(data.y), len(data.feature_names))
    assert np.isfinite(data.X).all()
    assert sorted(set(data.y.tolist())) == list(range(len(data.target_names)))
    assert data.source
    assert data.license
    data.X[:] = 0.0
    assert load(name).X.any()


def test_unknown_name_lists_the_near_ones():
    with pytest.raises(ValueError, match="no data set 'Penguin'; did you mean 'penguins'"):
        load("Penguin")
    with pytest.raises(ValueError, match="no data set 'xyz'; known are moons, penguins"):
        load("xyz")


@given(st.integers(2, 60))
def test_moons_without_noise_lie_on_the_two_circles(n):
    X, y = make_moons(n, seed=1)
    assert np.bincount(y).tolist() == [n // 2, n - n // 2]
    centre = np.where(y[:, None] == 0, [0.0, 0.0], [1.0, 0.5])
    np.testing.assert_allclose(np.hypot(*(X - centre).T), 1.0, rtol=1e-12)
    assert (X[y == 0, 1] >= -1e-12).all()
    assert (X[y == 1, 1] <= 0.5 + 1e-12).all()


def test_moons_noise_has_the_deviation_asked_for():
    clean, y = make_moons(4000, seed=3)
    noisy, same_y = make_moons(4000, noise=0.2, seed=3)
    assert (y == same_y).all()
    assert 0.19 < (noisy - clean).std() < 0.21


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_samples": 1, "seed": 0}, "at least 2"),
        ({"n_samples": 9, "noise": -0.1, "seed": 0}, "not negative, got -0.1"),
        ({"n_samples": 9, "noise": float("nan"), "seed": 0}, "finite"),
    ],
)
def test_moons_refuse(arguments, message):
    with pytest.raises(ValueError, match=message):
        make_moons(**arguments)


def test_standardize_scales_by_the_training_rows_alone(rng):
    train, test = rng.normal(5.0, 3.0, (40, 3)), rng.normal(-2.0, 1.0, (7, 3))
    before = train.copy()
    scaled, other = standardize(train, test)
    np.testing.assert_allclose(scaled.mean(0), 0.0, atol=1e-14)
    np.testing.assert_allclose(scaled.std(0), 1.0, rtol=1e-14)
    np.testing.assert_allclose(other, (test - train.mean(0)) / train.std(0), rtol=1e-12)
    assert (train == before).all()
    assert (standardize(train, test + 100.0)[0] == scaled).all()


def test_standardize_of_a_constant_column_is_zero():
    # 0.1 summed three times is not 0.3: the computed deviation alone would not be 0.
    (scaled,) = standardize(np.full((3, 1), 0.1))
    assert scaled.tolist() == [[0.0], [0.0], [0.0]]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (([1.0, 2.0],), r"shape \(n, d\).*got \(2,\)"),
        ((np.empty((0, 2)),), r"n >= 1, got \(0, 2\)"),
        (([[1.0, 2.0]], [[1.0]]), r"argument 1 has shape \(1, 1\), but train has \(1, 2\)"),
        (([[1.0, 2.0], [3.0, np.nan]],), r"train\[1, 1\] is nan \(1 such"),
    ],
)
def test_standardize_refuses(arrays, message):
    with pytest.raises(ValueError, match=message):
        standardize(*arrays)


@given(
    counts=st.lists(st.integers(2, 40), min_size=1, max_size=4),
    test_size=st.floats(0.05, 0.95),
    seed=st.integers(0, 2**32),
)
def test_split_is_a_stratified_partition(counts, test_size, seed):
    y = np.repeat(np.arange(len(counts)), counts)
    rows = np.arange(len(y))
    train, test, y_train, y_test = train_test_split(rows, y, test_size=test_size, seed=seed)
    assert sorted([*train, *test]) == rows.tolist()
    assert (y[train] == y_train).all()
    assert (y[test] == y_test).all()
    for label, count in enumerate(counts):
        held_out = (y_test == label).sum()
        assert 1 <= held_out <= count - 1
        assert abs(held_out - test_size * count) <= 0.5 or held_out in (1, count - 1)


def test_split_depends_on_the_seed_alone():
    penguins = load("penguins")
    first, again, other = (train_test_split(penguins.X, penguins.y, seed=s)[1] for s in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()
    # 38 + 17 + 31: a quarter of 151, 68 and 123
    assert len(first) == 86


@pytest.mark.parametrize(
    ("X", "y", "test_size", "message"),
    [
        ([[1.0], [2.0]], [0, 0, 0], 0.25, r"\(2, 1\) and \(3,\)"),
        ([], [], 0.25, r"\(0,\)"),
        ([[1.0], [2.0]], [0, 0], 1.0, "test_size must lie between 0 and 1, got 1.0"),
        ([[1.0], [2.0], [3.0]], [0, 0, 1], 0.25, "class 1 has one row"),
    ],
)
def test_split_refuses(X, y, test_size, message):
    with pytest.raises(ValueError, match=message):
        train_test_split(X, y, test_size=test_size, seed=0)
