"""What every op promises, one function for each promise: of a case, raising AssertionError."""

import copy
import pickle

import numpy as np

from micrograd_act import Tensor, Value, grad, gradcheck, tensor
from micrograd_act.graph.fitting import fit
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.namespaces.floats import floats
from micrograd_act.ops.op import evaluate, on_floats
from tests.contract.exact import derivative, exact, mp, rounded, xp

RNG_SEED = 20  # of the cotangents
LINE_STEP = mp.mpf(10) ** -10  # third differences are then right to 20 digits
TOLERANCE = 1e-12  # of the largest term; the oracle has 35 digits


def value(op, xs):
    return np.asarray(op.forward(arrays, *xs))


def cotangent(shape, seed=RNG_SEED):
    rng = np.random.default_rng(seed)
    return np.asarray(rng.choice((-1.0, 1.0), shape) * rng.uniform(0.5, 2.0, shape))


def pulled(case, g, i):
    """The cotangent of input i in its shape."""
    y = value(case.op, case.xs)
    return fit(np.asarray(case.op.vjps[i](arrays, g, y, *case.xs)), case.xs[i])


def close(found, wanted, size, what):
    off = np.abs(np.asarray(found, dtype=float) - wanted)
    assert np.all(off <= TOLERANCE * size), f"{what}: {found}, wanted {wanted}"


def exact_inputs(case):
    return tuple(exact(x) if i in case.checked else x for i, x in enumerate(case.xs))


def moved_sum(function, xs, i, weights):
    """Every derivative of ``sum(weights * function(*xs))`` in input i, and its terms' size."""
    slopes, sizes = [], []
    for flat in range(xs[i].size):
        d = derivative(lambda x: function(*xs[:i], x, *xs[i + 1 :]), xs[i], flat)
        terms = rounded(weights * d)
        slopes.append(np.sum(terms))
        sizes.append(np.sum(np.abs(terms)))
    return np.reshape(slopes, xs[i].shape), np.max(sizes, initial=0.0)


def check_value(case):
    """The formula gives the same on arrays as with 60 digits."""
    y = value(case.op, case.xs)
    wanted = rounded(case.op.forward(xp, *exact_inputs(case)))
    assert y.shape == wanted.shape
    tolerance = 1e-6 if y.dtype == np.float32 else TOLERANCE  # astype
    assert np.all(np.abs(y - wanted) <= tolerance * np.max(np.abs(wanted), initial=1.0))


def check_vjp(case):
    """Each vjp is the derivative of the formula."""
    g = cotangent(value(case.op, case.xs).shape)
    xs = exact_inputs(case)
    for i in case.checked:
        wanted, size = moved_sum(lambda *x: case.op.forward(xp, *x), xs, i, exact(g))
        found = pulled(case, g, i)
        assert found.shape == case.xs[i].shape
        close(found, wanted, size, f"{case.op!r}, vjp {i}")


def check_second(case):
    """The derivative of each vjp, built by the engine, in every input and in the cotangent."""
    op = case.op
    g = cotangent(value(op, case.xs).shape)
    weights = [cotangent(x.shape, 7 + i) for i, x in enumerate(case.xs)]

    def first(*xs_and_g):
        *xs, g = xs_and_g
        y = op.forward(xp, *xs)
        total = 0
        for i in case.checked:
            c = op.vjps[i](xp, g, y, *xs)
            total = total + np.sum(_unbroadcast(c, xs[i].shape) * exact(weights[i]))
        return total

    leaves = [
        Tensor(x, requires_grad=True) if i in case.checked else x for i, x in enumerate(case.xs)
    ]
    seed = Tensor(g, requires_grad=True)
    tracked = [leaves[i] for i in case.checked]
    y = evaluate(op, tuple(leaves))
    if isinstance(y, Value):  # a number has a number for a cotangent
        return
    gradients = grad(y, tracked, seed, create_graph=True)
    total = sum(
        (c * w).sum() for c, w in zip(gradients, [weights[i] for i in case.checked], strict=True)
    )
    xs = (*exact_inputs(case), exact(g))
    for i, leaf in [*zip(case.checked, tracked, strict=True), (len(case.xs), seed)]:
        found = grad(total, leaf, allow_unused=True)
        found = np.zeros(leaf.shape) if found is None else found.data
        wanted, size = moved_sum(first, xs, i, exact(1.0))
        if op.name == "astype":  # in between everything is float32
            assert np.allclose(found, wanted, rtol=1e-6)
        else:
            close(found, wanted, max(size, np.max(np.abs(wanted), initial=0)), f"{op!r}, in {i}")


def check_third(case):
    """Three derivatives in a row along a line, built by the engine, are those of the formula."""
    op, xs = case.op, case.xs
    weights = cotangent(value(op, xs).shape)
    line = {i: cotangent(xs[i].shape, 30 + i) for i in case.checked}
    leaves = [Tensor(x, requires_grad=True) if i in line else x for i, x in enumerate(xs)]
    total = (evaluate(op, tuple(leaves)) * weights).sum()
    for _ in range(3):
        if not total.requires_grad:
            total = tensor(0.0)
            break
        parts = grad(total, [leaves[i] for i in line], create_graph=True, allow_unused=True)
        moved = [(c * d).sum() for c, d in zip(parts, line.values(), strict=True) if c is not None]
        total = sum(moved, tensor(0.0))

    def along(t):
        points = [exact(x) + t * exact(line[i]) if i in line else x for i, x in enumerate(xs)]
        return np.sum(exact(weights) * op.forward(xp, *points))

    a, b, c, d = (along(k * LINE_STEP) for k in (-2, -1, 1, 2))
    wanted = float((d - 2 * c + 2 * b - a) / (2 * LINE_STEP**3))
    tolerance = 1e-5 if op.name == "astype" else 1e-9
    off = abs(total.item() - wanted)
    assert off <= tolerance * max(abs(wanted), 1.0), f"{op!r}: {total.item()}, wanted {wanted}"


def _unbroadcast(c, shape):
    """Sums over repeated axes, by the element of the input that each belongs to."""
    c = np.asarray(c, dtype=object)
    where = np.broadcast_to(np.arange(int(np.prod(shape))).reshape(shape), c.shape)
    total = np.full(int(np.prod(shape)), exact(0.0)[()], dtype=object)
    np.add.at(total, where.ravel(), c.ravel())
    return total.reshape(shape)


def check_floats(case):
    """Numbers give what arrays give, value and slope."""
    if not case.op.elementwise:
        return
    xs = np.broadcast_arrays(*case.xs)
    y = value(case.op, xs)
    g = cotangent(y.shape)
    cs = {i: np.broadcast_to(case.op.vjps[i](arrays, g, y, *xs), y.shape) for i in case.checked}
    for flat in range(y.size):
        row = tuple(x.flat[flat].item() for x in xs)
        number = on_floats(case.op.forward, row)
        try:
            assert type(case.op.forward(floats, *row)) is float
        except (ArithmeticError, ValueError):  # where Python raises, NumPy has a number
            assert type(number) is float
        assert abs(number - y.flat[flat]) <= 1e-14 * abs(number)
        for i, c in cs.items():
            slope = case.op.vjps[i](floats, float(g.flat[flat]), number, *row)
            assert type(slope) is float
            assert abs(slope - c.flat[flat]) <= 1e-14 * max(abs(slope), 1e-3)


def check_broadcasting(case):
    """The gradient of a broadcast input is the sum over its repetitions."""
    op = case.op
    if not op.elementwise:
        return
    rng = np.random.default_rng(RNG_SEED)
    n = len(op.vjps)
    for shapes in (((3, 1), (1, 4), (3, 4)), ((), (2, 3), (3,)), ((2, 1, 3), (1,), (4, 1))):
        wide = np.broadcast_shapes(*shapes[:n], (2, 1, 1, 1))
        pools = [np.ravel(x) for x in case.xs]
        xs = [rng.choice(p, s) for p, s in zip(pools, shapes[:n], strict=True)]
        leaves = [
            Tensor(x, requires_grad=True) if i in case.checked else x for i, x in enumerate(xs)
        ]
        # adding a wide zero repeats the result of unary ops, too
        y = evaluate(op, tuple(leaves)) + np.zeros(wide)
        g = cotangent(y.shape)
        with np.errstate(all="ignore"):
            y.backward(g)
            full = [np.broadcast_to(x, wide) for x in xs]
            whole = op.forward(arrays, *full)
            for i in case.checked:
                c = np.broadcast_to(op.vjps[i](arrays, g, whole, *full), wide)
                origin = np.broadcast_to(np.arange(xs[i].size).reshape(xs[i].shape), wide)
                total = np.bincount(origin.ravel(), c.ravel(), minlength=xs[i].size)
                size = np.bincount(origin.ravel(), np.abs(c).ravel(), minlength=xs[i].size)
                found = leaves[i].grad
                assert found.shape == xs[i].shape
                if np.all(np.isfinite(total)):
                    close(found.ravel(), total, np.max(size), f"{op!r}, broadcast input {i}")


def check_dtype(case):
    """float32 stays float32, in the value and in every vjp, and means the same."""
    xs = [x.astype(np.float32) if x.dtype.kind == "f" else x for x in case.xs]
    y = case.op.forward(arrays, *xs)
    if isinstance(y, float):  # item
        return
    assert y.dtype == np.float32, f"{case.op!r}: value in {y.dtype}"
    g = cotangent(y.shape)
    for i in case.checked:
        c = case.op.vjps[i](arrays, g.astype(np.float32), y, *xs)
        assert c.dtype == np.float32, f"{case.op!r}: vjp {i} in {c.dtype}"
        wanted = pulled(case, g, i)
        off = np.abs(fit(c, xs[i]) - wanted)
        assert np.all(off <= 1e-4 * np.max(np.abs(wanted), initial=1.0))


def check_linear(case):
    """A vjp is linear in the cotangent: signed, of very different sizes, zero for zero."""
    shape = value(case.op, case.xs).shape
    g, h = cotangent(shape, 1), cotangent(shape, 2)
    for i in case.checked:
        a, b = pulled(case, g, i), pulled(case, h, i)
        size = np.max(np.abs(a) + np.abs(b), initial=0.0)
        close(pulled(case, 1e4 * g - 1e-3 * h, i), 1e4 * a - 1e-3 * b, 1e4 * size, "not linear")
        close(pulled(case, 1e-4 * h - g, i), 1e-4 * b - a, size, "not linear")
        assert not np.any(pulled(case, np.zeros(shape), i))


def check_pure(case):
    """Nothing is written, and the same again is the same bits."""
    g = cotangent(value(case.op, case.xs).shape)
    y = value(case.op, case.xs)
    held = [g, y, *case.xs]
    before = [x.copy() for x in held]
    assert np.array_equal(value(case.op, case.xs), y)
    for i in case.checked:
        once, twice = pulled(case, g, i), pulled(case, g, i)
        assert once.tobytes() == twice.tobytes(), f"{case.op!r}: vjp {i} differs the second time"
    for x, old in zip(held, before, strict=True):
        assert np.array_equal(x, old), f"{case.op!r}: a vjp wrote into what it was given"
    for x in held:
        x = x.view()
        x.flags.writeable = False
    frozen = [x.copy() for x in held]
    for x in frozen:
        x.flags.writeable = False
    for i in case.checked:
        case.op.vjps[i](arrays, frozen[0], frozen[1], *frozen[2:])


def check_aliasing(case):
    """A cotangent shares no memory with an input or with the result."""
    y = case.op.forward(arrays, *case.xs)
    g = cotangent(np.shape(y))
    for i in case.checked:
        c = np.asarray(case.op.vjps[i](arrays, g, y, *case.xs))
        for x in (*case.xs, y):
            assert not np.shares_memory(c, x), f"{case.op!r}: cotangent {i} aliases data"


def check_gradients_own_their_memory(case):
    """After backward no gradient shares memory with data or with another gradient."""
    leaves = [
        Tensor(x, requires_grad=True) if i in case.checked else x for i, x in enumerate(case.xs)
    ]
    y = evaluate(case.op, tuple(leaves))
    y.backward(cotangent(y.shape) if y.shape else 1.5)
    held = [x for x in (y, *leaves) if isinstance(x, Tensor)]
    gradients = [x.grad for x in held]
    data = [x.numpy() for x in held]
    for k, c in enumerate(gradients):
        for other in (*gradients[:k], *data):
            assert not np.shares_memory(c, other), f"{case.op!r}: a gradient aliases"


def check_shapes(case):
    """Arrays of no axes and of no elements: elementwise ops keep the shape, value and vjp."""
    if not case.op.elementwise:
        return
    pools = [np.ravel(x) for x in np.broadcast_arrays(*case.xs)]
    for shape in ((), (0,), (3, 0)):
        xs = [np.resize(pool[:1], shape) for pool in pools]
        y = np.asarray(case.op.forward(arrays, *xs))
        assert y.shape == shape, f"{case.op!r}: {shape} gives {y.shape}"
        for i in case.checked:
            c = fit(np.asarray(case.op.vjps[i](arrays, np.ones(shape), y, *xs)), xs[i])
            assert c.shape == shape


def check_nan(case):
    """NaN in gives NaN out, in the value and in a slope that depends on the input."""
    op = case.op
    if not op.elementwise or None in op.vjps:  # what is not chosen does not matter
        return
    for i in case.checked:
        xs = [np.ravel(x)[:1].copy() for x in np.broadcast_arrays(*case.xs)]
        xs[i][:] = np.nan
        row = [x.item() for x in xs]
        if op.name == "power" and dict(op.params)["exponent"] == 0:
            continue  # NaN**0 is 1, IEEE's and NumPy's
        y = op.forward(arrays, *xs)
        assert np.isnan(y), f"{op!r}: NaN gives {y}"
        assert np.isnan(on_floats(op.forward, tuple(row)))
        if len(op.vjps) == 1 and op.slopes[i] is None:
            c = op.vjps[i](arrays, np.ones(1), y, *xs)
            assert np.isnan(c), f"{op!r}: the slope at NaN is {c}"
            assert np.isnan(on_floats(op.vjps[i], (1.0, np.nan, *row)))


def check_slopes(case):
    """`slopes` is the local gradient, at the case's inputs as at others."""
    op = case.op
    if all(slope is None for slope in op.slopes):
        return
    for factor in (1.0, -0.37, 3.1):
        xs = [x * factor if x.dtype.kind == "f" else x for x in case.xs]
        y = value(op, xs)
        for i in case.checked:
            slope = op.slopes[i]
            if slope is None:
                continue
            if op.elementwise:
                local = op.vjps[i](arrays, np.ones_like(y), y, *xs)
                assert np.array_equal(np.broadcast_to(local, y.shape), np.full(y.shape, slope))
            else:
                for flat in range(y.size):
                    one = np.zeros(y.shape)
                    one.flat[flat] = 1.0
                    c = np.asarray(op.vjps[i](arrays, one, y, *xs))
                    assert np.all((c == 0) | (c == slope)), f"{op!r}: {c} with slope {slope}"


def check_joint(case):
    """The cotangents of all inputs at once are those one by one."""
    op = case.op
    if op.joint is None:
        return
    y = value(op, case.xs)
    g = cotangent(y.shape)
    every = op.joint(arrays, g, y, *case.xs)
    assert len(every) == len(op.vjps)
    for i in case.checked:
        assert np.array_equal(every[i], op.vjps[i](arrays, g, y, *case.xs))


def check_identity(case):
    """Copies and pickles are the op itself or equal to it; its repr names what was chosen."""
    op = case.op
    for other in (pickle.loads(pickle.dumps(op)), copy.deepcopy(op)):
        assert other == op
        assert hash(other) == hash(op)
        assert repr(other) == repr(op)
    assert op.name in repr(op)
    assert op.symbol
    known = op.family.signature.parameters if op.family else {}
    for key, chosen in op.params:
        default = key in known and repr(chosen) == repr(known[key].default)
        assert (f"{key}=" in repr(op)) != default
    assert len(op.slopes) == len(op.vjps)


def check_documented(case):
    assert case.op.__doc__, f"{case.op!r} has no docstring"


def check_gradcheck_of_order_2_with_probes(case):
    inputs = (
        tensor(x, requires_grad=True) if i in case.checked else x for i, x in enumerate(case.xs)
    )
    with np.errstate(all="ignore"):
        y = evaluate(case.op, tuple(inputs))
    report = gradcheck(y, order=2, probes=True, raise_exception=False)
    assert report, report


CHECKS = {
    name.removeprefix("check_"): check
    for name, check in list(globals().items())
    if name.startswith("check_")
}
