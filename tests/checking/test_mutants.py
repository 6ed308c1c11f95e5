"""The check is checked: each of its rules, switched off, lets a planted fault through."""

import numpy as np
import pytest

from micrograd_act import Tensor, check_vjp, gradcheck, tanh
from micrograd_act.checking import comparison, contract, directions, foreign, graphs, guesses, rules
from tests.checking.suite import test_suite
from tests.checking.suite.case import Case


def clears(g, y, x):
    c = g * np.cos(x)
    g[...] = 0
    return c


CASES = {case.name: case for case in test_suite.CASES}
CASES["a cotangent is cleared"] = Case("sine", np.sin, clears, (np.array([0.4, 1.2]),), form="vjp")


def nothing(*args, **more):
    return None


def any_floats(self, i, c):
    return np.asarray(c).astype(float)


# The rule, what takes its place, and a fault that only this rule sees.
CAUGHT_BY = {
    "inputs stay as they are": (
        contract._Contract, "untouched", nothing, "a cotangent is cleared"),
    "gradients are the caller's own": (
        contract._Contract, "kept", nothing, "states: one buffer for all"),
    "gradients are floats": (contract._Contract, "floats", any_floats, "returns: complex"),
    "homogeneous": (contract._Contract, "scaled", nothing, "cotangents: another way for large"),
    "0 for 0": (contract._Contract, "nothing", nothing, "cotangents: something for zeros"),
    "additive": (contract._Contract, "added", nothing, "cotangents: another way for ones"),
    "asked again": (rules, "check_again", nothing, "random: noise of 1e-12"),
    "called elsewhere before": (
        foreign, "_elsewhere", nothing, "states: residual of the first call"),
    "called elsewhere after": (rules, "check_again", nothing, "states: residual of the last call"),
    "elements": (rules, "check_elements", nothing, "exp: sign"),
    "directions": (rules, "check_directions", nothing, "softmax: sign"),
    "ties": (rules, "check_ties", nothing, "amax of 2: shares (0, 1, 1)"),
    "less than float64": (rules, "check_narrow", nothing, "float32 tanh: wrong for float32 only"),
    "points of its own": (rules, "probe", nothing, "exp: wrong beyond 3"),
    "the engine": (graphs, "check_engine", nothing, "diamond: an edge overwrites another"),
    "rules of rules": (
        graphs, "rules_as_subjects", lambda *args: [], "exp, order 2: numbers for nodes"),
}  # fmt: skip


@pytest.mark.parametrize("rule", CAUGHT_BY)
def test_without_the_rule_a_fault_passes(rule, monkeypatch):
    owner, name, other, fault = CAUGHT_BY[rule]
    assert CASES[fault].report().verdict == "fail"
    monkeypatch.setattr(owner, name, other)
    assert CASES[fault].report().verdict == "pass"


GUESSED_BY = {
    "_of_factor": "exp: factor 2",
    "_of_places": "solve: outer product swapped",
    "_of_sums": "linear: bias not summed",
    "_of_signs": "abs: every second sign",
    "_of_sides": "relu: 0.01 on the wrong side of 0",
    "_of_before": "states: residual of the first call",
}


@pytest.mark.parametrize("rule", GUESSED_BY)
def test_without_the_rule_there_is_no_guess(rule, monkeypatch):
    def guessed():
        name = GUESSED_BY[rule]
        report = CASES[name].report() if name in CASES else _second_signs()
        return {f.guess for f in report.failures}

    before = guessed()
    assert before - {""}
    monkeypatch.setattr(guesses, rule, lambda *args: "")
    assert guessed() != before


def _second_signs():
    x = np.array([0.3, -1.0, 2.0, 0.7])
    signs = np.array([1.0, -1.0, 1.0, -1.0])
    return gradcheck(np.abs, x, grad=lambda x: np.sign(x) * signs, raise_exception=False)


def wrong_at(k, size):
    def backward(g, y, x):
        c = 2 * g[::-1] * x
        c[k] *= 1 + size
        return c

    return backward


def reversed_squares(x):
    return x[::-1] ** 2


def test_small_elements_are_moved_alone(monkeypatch):
    x = np.array([1e-3] * 6 + [1e2] * 4)
    assert not gradcheck(reversed_squares, x, vjp=wrong_at(2, 1), raise_exception=False)
    monkeypatch.setattr(directions._Search, "alike", lambda self: True)
    assert gradcheck(reversed_squares, x, vjp=wrong_at(2, 1))


def test_the_ends_are_moved_alone(rng, monkeypatch):
    x = rng.normal(size=6000) + np.where(np.arange(6000) == 3, 1e3, 0)
    assert not gradcheck(reversed_squares, x, vjp=wrong_at(0, 1e-6), raise_exception=False)
    monkeypatch.setattr(directions._Search, "extremes", lambda self: np.zeros(0, int))
    assert gradcheck(reversed_squares, x, vjp=wrong_at(0, 1e-6))


def test_weights_keep_two_errors_from_cancelling(monkeypatch):
    x = np.array([0.3, 0.9, 0.5, 0.7, 0.4, 0.8])

    def swapped(g, y, x):
        c = g * np.ones(6)
        c[:2] += [g, -g]
        return c

    def verdicts():
        return {
            gradcheck(np.sum, x, vjp=swapped, raise_exception=False, seed=s).verdict
            for s in range(12)
        }

    assert verdicts() == {"fail"}
    monkeypatch.setattr(directions, "SHARED", 1)
    monkeypatch.setattr(directions, "_WEIGHTS", np.array([1.0, -1.0]))
    assert "pass" in verdicts()


def test_kinks_that_have_nothing_to_do_with_each_other(monkeypatch):
    def fun(a, b):
        return np.maximum(a, 0) - np.maximum(b, 0), lambda g: (g * (a >= 0), -g * (b > 0))

    zero = np.zeros(2)
    assert check_vjp(fun, zero, zero)
    monkeypatch.setattr(directions, "_separate", lambda *args: False)
    assert not check_vjp(fun, zero, zero, raise_exception=False)


def test_a_step_between_coarse_and_fine(monkeypatch):
    """Ripples that the few steps stride over, and a backward that forgets them."""

    def rippled(x):
        return x + 2e-13 * np.sin(1e6 * x)

    x = np.array([0.1, 0.7])
    assert not gradcheck(rippled, x, grad=np.ones_like, raise_exception=False)
    right = comparison.quick_slope

    def settled(f, y, least):
        found, where = right(f, y, least)
        return found, np.ones_like(where)

    monkeypatch.setattr(comparison, "quick_slope", settled)
    assert gradcheck(rippled, x, grad=np.ones_like)


def test_a_path_that_leaves_the_graph(monkeypatch):
    def detached(x):
        return x * x.data

    assert not gradcheck(detached, np.ones(3), raise_exception=False)
    monkeypatch.setattr(graphs, "check_lightly", nothing)
    assert gradcheck(detached, np.ones(3))


def test_a_value_that_its_op_did_not_compute(monkeypatch):
    y = tanh(Tensor([0.3], requires_grad=True))
    y._data = y._data + 1
    assert not gradcheck(y, raise_exception=False)
    monkeypatch.setattr(graphs.GraphCheck, "_fresh", lambda self, node: True)
    report = gradcheck(y, raise_exception=False)
    assert "stale" not in {f.kind for f in report.failures}
