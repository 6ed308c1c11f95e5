"""Random graphs of numbers, and every path through them found by brute force."""

import math

from hypothesis import strategies as st

from micrograd_act import Value, affine, exp, identity, relu, tanh

# Local gradients in closed form, written independently of the package: a = inputs, y = result.
LOCAL = {
    "add": lambda y, a, b: (1.0, 1.0),
    "sub": lambda y, a, b: (1.0, -1.0),
    "mul": lambda y, a, b: (b, a),
    "neg": lambda y, a: (-1.0,),
    "relu": lambda y, a: (1.0 if a > 0 else 0.0,),
    "tanh": lambda y, a: (1.0 / math.cosh(a) ** 2,),
    "exp": lambda y, a: (math.exp(a),),
    "identity": lambda y, a: (1.0,),
    "affine": lambda y, a: (-0.5,),
}
NON_AFFINE_ACTIVATIONS = {"relu", "tanh"}

_BINARY = [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b]
_UNARY = [relu, tanh, identity, affine.bind(-0.5, 1.0), lambda a: -a, lambda a: exp(0.1 * a)]


def residual_of_numbers(blocks, f=tanh):
    """(y, x): h = h + f(0.3 h), block by block."""
    x = h = Value(0.9)
    for _ in range(blocks):
        h = h + f(0.3 * h)
    return h, x


@st.composite
def scalar_graphs(draw, largest=9):
    """(y, x): a tangle in which nodes are used several times, also by one node."""
    numbers = st.sampled_from([-2.0, -0.7, -0.1, 0.0, 0.3, 1.0, 1.7])
    x = Value(draw(numbers))
    pool = [x, Value(draw(numbers)), draw(numbers)]
    for _ in range(draw(st.integers(1, largest))):
        recent = pool[-4:]
        a = draw(st.sampled_from([v for v in recent if isinstance(v, Value)]))
        if draw(st.booleans()):
            pool.append(draw(st.sampled_from(_BINARY))(a, draw(st.sampled_from(recent))))
        else:
            pool.append(draw(st.sampled_from(_UNARY))(a))
    return pool[-1], x


def locals_of(node):
    if node.op.name == "exp" or len(node.inputs) == 1:
        return LOCAL[node.op.name](node.data, node.inputs[0].data)
    return LOCAL[node.op.name](node.data, *(v.data for v in node.inputs))


def all_paths(y, x):
    """[(nodes, local gradients)] of every path, by plain recursion."""
    if y is x:
        return [((x,), ())]
    found = []
    for child, local in zip(y.inputs, locals_of(y) if y.inputs else (), strict=True):
        for nodes, rest in all_paths(child, x):
            found.append(((y, *nodes), (local, *rest)))
    return found


def key_of(path):
    """What identifies a path but for which of two equal edges it takes."""
    return tuple(map(id, path.nodes))
