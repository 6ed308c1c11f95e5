"""The names of leaves: labels, and the variables of the caller's code."""

import pytest

from micrograd_act import Tensor, Value, tensor
from micrograd_act.graph.naming import caller_names, name_of

of_the_module = Value(1.0)


def test_local_and_global_variables():
    a, b = Value(1.0), tensor([1.0])
    names = caller_names()
    assert names[id(a)] == "a"
    assert names[id(b)] == "b"
    assert names[id(of_the_module)] == "of_the_module"


def test_a_local_name_comes_before_a_global_one():
    here = of_the_module
    assert caller_names()[id(here)] == "here"


def test_members_of_lists_tuples_and_dicts():
    w = [Value(1.0), Value(2.0)]
    pair = (Value(3.0), "text", None)
    layer = {"weight": tensor([1.0]), 2: Value(4.0), ("a", 1): Value(5.0)}
    names = caller_names()
    assert [names[id(x)] for x in w] == ["w[0]", "w[1]"]
    assert names[id(pair[0])] == "pair[0]"
    assert names[id(layer["weight"])] == "layer['weight']"
    assert names[id(layer[2])] == "layer[2]"
    assert names[id(layer["a", 1])] == "layer[('a', 1)]"


def test_a_variable_comes_before_a_member_and_the_first_name_wins():
    held = [Value(1.0)]
    first = held[0]
    second = first
    names = caller_names()
    assert names[id(second)] in ("first", "held[0]")
    alone = Value(2.0)
    again = alone
    assert caller_names()[id(again)] == "alone"


def test_private_names_and_other_objects_are_left_out():
    _hidden = Value(1.0)
    shown = Value(2.0)
    number, text, nothing, many = 3, "x", None, [1, 2]  # noqa: F841
    names = caller_names()
    assert id(_hidden) not in names
    assert names[id(shown)] == "shown"
    assert all(isinstance(name, str) for name in names.values())


def test_inside_a_function_of_the_user():
    def model(x):
        scaled = x * 2
        return caller_names(), scaled

    outer = Value(1.0)
    names, scaled = model(outer)
    assert names[id(outer)] == "x"
    assert names[id(scaled)] == "scaled"


def test_inside_a_comprehension():
    weight = Value(1.0)
    (names,) = [caller_names() for _ in range(1)]
    assert names[id(weight)] == "weight"
    (names,) = list(caller_names() for _ in range(1))  # noqa: C400
    assert names[id(weight)] == "weight"


def test_inside_a_lambda_that_another_module_calls():
    program = "from micrograd_act import Value\nx = Value(1.0)\nlook = lambda: names()\n"
    scope = {"__name__": "elsewhere", "names": caller_names}
    exec(program, scope)
    assert scope["look"]()[id(scope["x"])] == "x"


def test_a_label_is_shown_first_and_never_overwritten():
    x, y = Value(1.0, label="input"), Value(2.0)
    names = caller_names()
    assert name_of(x, names) == "input"
    assert name_of(y, names) == "y"
    assert name_of(Value(3.0), names) == ""
    assert (x.label, y.label) == ("input", "")


def test_looking_does_not_keep_nodes_alive_or_run_code():
    class Trap:
        def __getattr__(self, name):
            raise AssertionError(f"looked for {name}")

        def __iter__(self):
            raise AssertionError("iterated")

        def __len__(self):
            raise AssertionError("measured")

        def __eq__(self, other):
            raise AssertionError("compared")

        __hash__ = None

    trap, traps = Trap(), [Trap()]
    x = Value(1.0)
    assert caller_names()[id(x)] == "x"
    assert trap is not traps


def test_long_and_recursive_containers():
    many = [Value(0.0) for _ in range(100_000)]
    loop = []
    loop.append(loop)
    x = Value(1.0)
    names = caller_names()
    assert names[id(x)] == "x"
    assert len(many) == 100_000


@pytest.mark.parametrize("make", [Value, Tensor])
@pytest.mark.parametrize("wrong", [3, None, b"x", ["x"], Value(1.0)], ids=repr)
def test_a_label_is_text(make, wrong):
    with pytest.raises(TypeError, match="label"):
        make(1.0, label=wrong)
    x = make(1.0, label="x")
    with pytest.raises(TypeError, match="label"):
        x.label = wrong
    assert x.label == "x"
    x.label = "weights of layer 2 ↔ <b>"
    assert x.label == "weights of layer 2 ↔ <b>"


@pytest.mark.parametrize("make", [Value, Tensor])
def test_labels_stay_with_copies_and_not_with_results(make):
    x = make(1.0, label="x")
    assert (x * 2).label == ""
    y = x * 2
    y.label = "y"
    assert y.label == "y"
