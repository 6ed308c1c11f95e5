"""Planted faults: an engine with one law broken at a time, and the tests that notice.

The engine here is a plain one, over a dictionary; without a fault the same tests pass on it.
"""

import numpy as np
import pytest

from micrograd_act import GradientError, Tensor, Value, functional, nodes
from micrograd_act.graph import tensors, value
from micrograd_act.graph.fitting import fit
from micrograd_act.graph.node import stale
from micrograd_act.namespaces.floats import floats
from micrograd_act.ops import arithmetic
from micrograd_act.ops.op import on_floats
from tests.graph import (
    test_accumulation,
    test_derivatives,
    test_interruption,
    test_micrograd,
    test_operators,
    test_printing,
    test_random_graphs,
    test_sharing,
    test_updates,
)


def leaf(number):
    return Tensor(number, requires_grad=True)


# Each test in a form that can be called, with the faults that it must notice.
CHECKS = {
    "a square keeps two edges": (
        lambda: test_operators.test_a_square_keeps_two_edges(Value),
        {"an edge overwrites another", "parents are a set"},
    ),
    "a diamond waits for its readers": (
        lambda: test_accumulation.test_a_diamond_waits_for_all_its_readers(leaf),
        {"an edge overwrites another", "readers are not waited for", "parents are a set"},
    ),
    "leaves accumulate": (
        lambda: test_accumulation.test_leaves_accumulate_over_graphs(leaf),
        {"a pass overwrites a leaf", "an edge overwrites another", "parents are a set"},
    ),
    "a second pass adds the same": (
        lambda: test_accumulation.test_a_second_backward_on_one_graph_adds_the_same_again(Value),
        {
            "a pass overwrites a leaf", "results accumulate", "an edge overwrites another",
            "parents are a set", "readers are not waited for",
        },
    ),
    "results show the last pass": (
        lambda: test_accumulation.test_results_show_the_last_pass_only(Value),
        {
            "a pass overwrites a leaf", "results accumulate", "an edge overwrites another",
            "parents are a set",
        },
    ),
    "broadcasting is undone": (
        lambda: test_accumulation.test_broadcasting_is_undone_for_every_shape(
            np.random.default_rng(0)
        ),
        {"broadcasting is not undone"},
    ),
    "a dead path leaves 0.0": (
        lambda: test_accumulation.test_a_path_without_gradient_leaves_positive_zero(1.0),
        {"a dead path leaves -0.0"},
    ),
    "no gradient shares memory": (
        lambda: test_sharing.test_ops_that_pass_a_gradient_on(lambda x: x + x.reshape(2, 3)),
        {"gradients are not copied"},
    ),
    "no gradient shares memory with a rule's array": (
        lambda: test_sharing.test_ops_that_pass_a_gradient_on(functional.identity),
        {"gradients are not copied"},
    ),
    "stale data is an error": (
        lambda: test_updates.test_a_graph_that_read_the_old_data_raises_and_changes_no_gradient(
            stale_case()
        ),
        {"stale data is used"},
    ),
    "an error changes nothing": (
        lambda: test_interruption.test_an_error_in_a_users_rule(ValueError, leaf),
        {
            "gradients are written on the way", "a pass overwrites a leaf",
            "an edge overwrites another",
        },
    ),
}  # fmt: skip

FAULTS = sorted(set().union(*(faults for _, faults in CHECKS.values())))


def stale_case():
    w = Tensor(2.0, requires_grad=True, label="w")
    return w, test_updates.add_to_data


def plain_engine(fault):
    """`backpropagate` over a dictionary, with one fault or none."""

    def backpropagate(root, seed):
        if not root.requires_grad:
            raise GradientError("pass requires_grad=True")
        cotangents = {root: seed}
        order = [n for n in nodes(root) if n.inputs][::-1]
        if fault == "readers are not waited for":
            order = [*order[:1], *order[:0:-1]]
        for node in order:
            if node not in cotangents:
                continue
            g, edges = cotangents[node], list(enumerate(node.inputs))
            if fault == "parents are a set":
                edges = list({x: (i, x) for i, x in edges}.values())
            for i, x in edges:
                if x._serial > node._serial and fault != "stale data is used":
                    raise stale(node)
                if x.requires_grad and node.op.vjps[i] is not None:
                    c = cotangent(node, i, g)
                    if x in cotangents and fault != "an edge overwrites another":
                        c = cotangents[x] + c
                    cotangents[x] = c
                    if fault == "gradients are written on the way":
                        x._grad = c
        for node, c in cotangents.items():
            write(node, c)

    def cotangent(node, i, g):
        args = (g, node._data, *(x._data for x in node.inputs))
        if type(g) is float:
            return on_floats(node.op.vjps[i], args)
        c = node.op.vjps[i](node.xp, *args)
        return c if fault == "broadcasting is not undone" else fit(c, node.inputs[i]._data)

    def write(node, c):
        before = node._grad
        if type(before) is tuple:
            before = before[0]
        adds = node.is_leaf or fault == "results accumulate"
        if before is not None and adds and fault != "a pass overwrites a leaf":
            c = before + c
        elif type(c) is float:
            c = c if fault == "a dead path leaves -0.0" else c + 0.0
        elif fault != "gradients are not copied":
            c = np.array(c)
        node._grad = c

    return backpropagate


def passes(check):
    try:
        check()
    except (Exception, pytest.fail.Exception):
        return False
    return True


def install(monkeypatch, fault):
    for module in (value, tensors):
        monkeypatch.setattr(module, "backpropagate", plain_engine(fault))


@pytest.mark.parametrize("name", CHECKS)
def test_the_plain_engine_without_a_fault_passes(name, monkeypatch):
    install(monkeypatch, None)
    CHECKS[name][0]()


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_noticed_by_the_tests_that_should(fault, monkeypatch):
    install(monkeypatch, fault)
    for name, (check, noticed) in CHECKS.items():
        assert fault not in noticed or not passes(check), name


OTHER_FAULTS = {
    "the user's gradient is taken as it is": (
        (Tensor, "seed", lambda self, gradient=None: gradient),
        test_sharing.test_the_users_gradient_is_copied,
    ),
    "data is handed out to be written": (
        (Tensor, "data", property(lambda self: self._data)),
        test_sharing.test_read_only_arrays_handed_out,
    ),
    "maximum of floats is Python's": (
        (floats, "maximum", lambda a, b: int(max(a, b))),
        lambda: test_micrograd.test_relu_of_a_value_holds_a_float(1.5),
    ),
    "a tensor prints as NumPy prints": (
        (Tensor, "__repr__", lambda self: f"tensor({self._data!r})"),
        lambda: test_printing.test_numbers(*test_printing.PRINTED[0]),
    ),
    "an update does not count": (
        (tensors, "next_serial", lambda: -1),
        lambda: test_updates.test_a_view_of_the_leaf_is_read_like_any_result(),
    ),
    "a second derivative takes the first rule's numbers": (
        (functional.tanh, "vjps", (lambda xp, g, y, x: g * (1 - float(np.mean(y.data)) ** 2),)),
        lambda: test_derivatives.test_four_orders_of_a_scalar("tanh"),
    ),
    "a rule is wrong by a thousandth": (
        (arithmetic.mul, "vjps", (arithmetic.mul.vjps[0], lambda xp, g, y, a, b: g * a * 1.001)),
        test_random_graphs.test_gradients_against_central_differences,
    ),
    "a rule of floats is wrong by a tenth": (
        (arithmetic.div, "vjps", (arithmetic.div.vjps[0], lambda xp, g, y, a, b: -1.1 * g * y / b)),
        test_random_graphs.test_scalar_graphs_against_dual_numbers,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_FAULTS)
def test_other_faults(name, monkeypatch):
    planted, check = OTHER_FAULTS[name]
    assert passes(check)
    monkeypatch.setattr(*planted)
    assert not passes(check)
