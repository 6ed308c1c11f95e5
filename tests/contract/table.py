"""The page of all operations, docs/operations.md, made from the registry and from measurements.

``python -m tests.contract.table`` writes it. Nothing in it is typed by hand but NumPy's names where
they differ; PyTorch's come from tests/reference/names.json.
"""

import json
import math
from pathlib import Path

import numpy as np

from micrograd_act import Tensor, functional, grad
from micrograd_act.namespaces.arrays import arrays
from micrograd_act.ops.op import REGISTRY, Op, evaluate
from tests.contract.cases import Case, cases
from tests.contract.checks import cotangent, moved_sum, pulled
from tests.contract.exact import exact, rounded, xp
from tests.contract.rounding import settled, units

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations.md"
TORCH = json.loads((ROOT / "tests/reference/names.json").read_text())

# NumPy's names where they are not ours.
_NUMPY = {
    "abs": "abs", "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh",
    "atan": "arctan", "atan2": "arctan2", "atanh": "arctanh", "astype": "ndarray.astype",
    "cat": "concatenate", "cholesky": "linalg.cholesky", "clamp": "clip", "contract": "einsum",
    "det": "linalg.det", "div": "divide", "inv": "linalg.inv", "item": "ndarray.item",
    "logabsdet": "linalg.slogdet", "mul": "multiply", "neg": "negative", "norm": "linalg.norm",
    "permute_dims": "transpose", "pow": "power", "slogdet": "linalg.slogdet", "clone": "copy",
    "solve": "linalg.solve", "sub": "subtract", "_getitem": "ndarray.__getitem__",
    "_put_add": "add.at", "windows": "lib.stride_tricks.sliding_window_view", "expand": "",
    "repeat_interleave": "repeat", "repeat": "tile", "transpose": "swapaxes", "pad": "pad",
    "diagonal": "diagonal", "permute": "transpose", "gather": "take_along_axis", "dot": "dot",
    "take_along_dim": "take_along_axis", "index_select": "take", "movedim": "moveaxis",
    "unsqueeze": "expand_dims", "eq": "equal", "ne": "not_equal", "lt": "less", "gt": "greater",
    "le": "less_equal", "ge": "greater_equal", "mm": "matmul", "bmm": "matmul", "mv": "matvec",
    "swapdims": "swapaxes", "rand": "random.rand", "randn": "random.randn", "mean": "mean",
    "randint": "random.randint", "unbind": "unstack", "chunk": "array_split", "split": "split",
    "step": "heaviside", "identity": "", "affine": "",
    "dropout": "", "scatter": "put_along_axis", "masked_select": "extract", "index_put": "put",
}  # fmt: skip
_KNOTS = (0.0, -0.5, 0.5, -1.0, 1.0, -2.0, 2.0, -3.0, 3.0, -6.0, 6.0)
_NEAR = 1e-9
_STEPS = (0.5, 1, 1.5, 2, 3, 4, 6, 8, 10, 13, 16, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000)
_DECADES = 10.0 ** np.arange(-300, 301, 12)


def numpy_name(name):
    path = _NUMPY.get(name, name)
    found = np
    for part in path.split("."):
        found = getattr(found, part, None)
    return path if path and callable(found) else ""


def ops_of(name):
    """The ops that a row speaks of: the defaults where there are any, else the samples."""
    entry = REGISTRY[name]
    if isinstance(entry, Op):
        return [entry]
    found = list(dict.fromkeys(case.op for case in cases(name)))
    if entry.required:
        return found
    try:
        usual = entry.bind()
    except ValueError:  # clamp needs a bound
        return found
    return [op for op in found if op == usual] or found


def slope_at(op, x, i=0):
    xs = [np.atleast_1d(np.asarray(part, dtype=float)) for part in x]
    with np.errstate(all="ignore"):
        y = np.asarray(op.forward(arrays, *xs))
        found = np.asarray(op.vjps[i](arrays, np.ones(y.shape), y, *xs))
    return found


def _finite(op):
    """The parameters that may be places of kinks."""
    return {float(v) for _, v in op.params if isinstance(v, (int, float)) and not math.isinf(v)}


def _number(x):
    if np.isnan(x):
        return "NaN"
    if np.isinf(x):
        return "∞" if x > 0 else "−∞"
    return f"{x + 0.0:.4g}".replace("-", "−")


def kinks(op):
    """In words where the slope jumps and what it is there, found by looking."""
    if op.elementwise and len(op.vjps) == 1:
        found = []
        with np.errstate(all="ignore"):
            y = np.asarray(op.forward(arrays, np.array([0.37, 0.41])))
        if y[0] == y[1] and not slope_at(op, ([0.37],)):
            steps = np.asarray(op.forward(arrays, np.linspace(-3, 3, 61)))
            if len(np.unique(steps)) > 1 and not slope_at(op, (np.linspace(-3, 3, 61),)).any():
                return "steps; slope 0"
        for knot in sorted({*_KNOTS, *_finite(op)}):
            left, at, right = (slope_at(op, ([knot + d],))[0] for d in (-_NEAR, 0.0, _NEAR))
            sided = np.isfinite([left, right]).all()
            # a steep smooth function changes over this distance by about as much as over the next
            jumps = sided and abs(left - right) > 1e-3 and not _steep(op, knot)
            edge = not np.isfinite(at) and np.isfinite([left, right]).any()
            if jumps or edge:
                found.append(f"slope {_number(at)} at {_number(knot)}")
        return ", ".join(found)
    if op.elementwise and len(op.vjps) == 2:
        found = []
        line = np.linspace(-3, 3, 61)
        tracked = [i for i, vjp in enumerate(op.vjps) if vjp is not None]
        if not any(slope_at(op, (line, 0.7 * line[::-1] + 0.01), i).any() for i in tracked):
            return "steps; slope 0"
        if len(tracked) < 2:
            return ""
        places = {"tie": (1.0, 1.0), "(0, 0)": (0.0, 0.0), "(0, 0.25)": (0.0, 0.25)}
        for words, point in places.items():
            at = [slope_at(op, point, i)[0] for i in (0, 1)]
            near = [slope_at(op, (point[0] + _NEAR, point[1]), i)[0] for i in (0, 1)]
            if np.isfinite(near).all() and not np.allclose(at, near, atol=1e-3):
                slopes = f"{_number(at[0])}, {_number(at[1])}"
                if not any(slopes in other for other in found):
                    found.append(f"{words}: {slopes}")
        return "; ".join(found)
    if len(op.vjps) == 1 and not op.elementwise:
        found = []
        for words, point in (("equal", (1.0, 1.0, 1.0)), ("zeros", (0.0, 0.0, 0.0))):
            try:
                with np.errstate(all="ignore"):
                    y = np.asarray(op.forward(arrays, np.array(point)))
                if y.shape:
                    return ""
                at = slope_of(op, np.array(point))
                near = slope_of(op, np.array([point[0] + _NEAR, *point[1:]]))
            except (ValueError, TypeError, IndexError, np.linalg.LinAlgError):
                return ""
            if np.shape(at) == (3,) and not np.allclose(at, near, atol=1e-3, equal_nan=True):
                slopes = ", ".join(map(_number, at))
                if not any(slopes in other for other in found):
                    found.append(f"{words}: {slopes}")
        return "; ".join(found)
    return ""


def slope_of(op, x):
    with np.errstate(all="ignore"):
        y = op.forward(arrays, x)
        return np.asarray(op.vjps[0](arrays, np.ones(np.shape(y)), y, x))


def _steep(op, knot):
    near, far = (
        abs(slope_at(op, ([knot - d],))[0] - slope_at(op, ([knot + d],))[0])
        for d in (_NEAR, 2 * _NEAR)
    )
    return not math.isclose(near, far, rel_tol=0.2)


def order(op, case):
    """How often the engine differentiates it: 3 is as far as we look."""
    leaves = tuple(
        Tensor(x, requires_grad=True) if i in case.checked else x for i, x in enumerate(case.xs)
    )
    y = evaluate(op, leaves)
    wanted = [x for x in leaves if isinstance(x, Tensor)]
    for _ in range(3):
        weights = Tensor(np.cos(np.arange(1.0, y.size + 1)).reshape(y.shape))
        y = (y * weights).sum()
        parts = grad(y, wanted, create_graph=True, allow_unused=True)
        parts = [part for part in parts if part is not None and part.requires_grad]
        if not parts:
            return "any"
        y = functional.cat([part.reshape(-1) for part in parts])
    return "any"


def _grid(op, dtype, rng):
    """Points of an op of one variable; with a generator, points of its own."""
    low, high = op.facts.domain if op.facts else (-np.inf, np.inf)
    top = np.finfo(dtype).maxexp * 0.3
    if rng is None:
        x = np.concatenate([np.linspace(-30, 30, 241), np.linspace(-0.999, 0.999, 41)])
        x = np.concatenate([x, _DECADES, -_DECADES])
    else:
        x = np.concatenate([rng.uniform(-30, 30, 60), rng.uniform(-1, 1, 30)])
        size = 10.0 ** rng.uniform(-top, top, 30)
        x = np.concatenate([x, size, -size])
    with np.errstate(over="ignore", under="ignore"):
        x = np.unique(x.astype(dtype))
    x = x[np.isfinite(x) & (np.abs(x) > np.finfo(dtype).tiny) & (low < x) & (x < high)]
    far = np.ones(x.shape, bool)
    for knot in {*_KNOTS, *_finite(op)}:
        far &= np.abs(x - knot) > 1e-6 * max(1, abs(knot))
    return x[far]


def errors(name, rng=None, dtype=np.float64):
    """The worst error of value and gradient in ulp, over the row's ops."""
    worst = [0.0, 0.0]
    for op in ops_of(name):
        if op.elementwise and len(op.vjps) == 1:
            found = _of_one_variable(op, _grid(op, dtype, rng))
        else:
            found = np.max([_of_arrays(c, dtype) for c in _cases(name, op, rng)], axis=0)
        worst = np.maximum(worst, found)
    return tuple(worst)


def _of_one_variable(op, x):
    with np.errstate(all="ignore"):
        y = np.asarray(op.forward(arrays, x))
        slope = np.broadcast_to(op.vjps[0](arrays, np.ones_like(x), y, x), x.shape)
    keep = np.isfinite(y) & np.isfinite(slope)
    x, y, slope = x[keep], y[keep], slope[keep]
    wanted, wanted_slope = settled(op, x)
    return _worst(y, wanted, x), _worst(slope, wanted_slope, x)


def _worst(found, wanted, x):
    wanted = np.broadcast_to(np.asarray(wanted, dtype=object), x.shape)
    with np.errstate(all="ignore"):
        true = np.abs(rounded(wanted).astype(found.dtype))
    limits = np.finfo(found.dtype)
    fine = np.isfinite(true) & ((true > limits.tiny / limits.eps) | (true == 0))
    if not fine.any() or not np.any(true[fine]):
        return 0.0
    return units(np.asarray(found)[fine], wanted[fine], x[fine])[0]


def _cases(name, op, rng):
    found = [case for case in cases(name) if case.op == op]
    if rng is None:
        return found
    return [
        Case(op, tuple(_stirred(x, rng) if i in case.checked else x for i, x in enumerate(case.xs)))
        for case in found
    ]


def _stirred(x, rng):
    return x * rng.uniform(0.97, 1.03, x.shape) if x.ndim < 2 or x.shape[-1] != x.shape[-2] else x


def _of_arrays(case, dtype):
    """Value in ulp of its largest element, gradient in ulp of the sum of its terms."""
    xs = tuple(x.astype(dtype) if x.dtype.kind == "f" else x for x in map(np.asarray, case.xs))
    case = Case(case.op, xs)
    y = np.asarray(case.op.forward(arrays, *xs))
    if not y.size or y.dtype != dtype:
        return 0.0, 0.0
    points = tuple(exact(x) if i in case.checked else x for i, x in enumerate(xs))
    eps = np.finfo(dtype).eps / 2
    true_value = np.broadcast_to(np.asarray(case.op.forward(xp, *points), dtype=object), y.shape)
    size = np.abs(rounded(true_value))
    size = size if case.op.elementwise else np.max(size, initial=0.0)
    distance = rounded(abs(exact(y.astype(float)) - true_value))
    off = np.max(distance / np.where(size, size, 1.0), initial=0.0) / eps / 2
    slope = 0.0
    g = cotangent(y.shape).astype(dtype)
    for i in case.checked:
        true, terms = moved_sum(lambda *p: case.op.forward(xp, *p), points, i, exact(g))
        found = pulled(case, g, i)
        if terms:
            slope = max(slope, float(np.max(np.abs(found - true), initial=0.0) / terms / eps / 2))
    return float(off), slope


def bound(error):
    """An error rounded up to a number that stays; at least half a unit unless it is 0."""
    return next((step for step in _STEPS if error <= 0.85 * step), math.inf) if error else 0


def described(name):
    """What the page says of an op besides its errors."""
    op = ops_of(name)[0]
    case = next(case for case in cases(name) if case.op == op)
    jumps = max((kinks(op) for op in ops_of(name)), key=len)
    times = order(op, case)
    if jumps.startswith("steps"):
        times += ", all 0"
    elif op.elementwise and jumps.startswith(("slope", "tie")) and "∞" not in jumps:
        times += ", piece by piece"
    return {
        "operation": name,
        "PyTorch": TORCH["names"].get(name, ""),
        "NumPy": numpy_name(name),
        "derivatives": times,
        "kinks and ties": jumps,
    }


def measured(name):
    """Bounds of the errors of value and gradient: (float64, float64, float32, float32)."""
    worst = np.zeros(4)
    draws = 12 if ops_of(name)[0].elementwise else 36  # arrays are small
    for rng in (None, *map(np.random.default_rng, range(draws))):
        found = (*errors(name, rng), *errors(name, rng, np.float32))
        worst = np.maximum(worst, found)
    return tuple(map(bound, worst))


def composed(name):
    return {
        "function": name,
        "PyTorch": TORCH["names"].get(name, ""),
        "NumPy": numpy_name(name),
        "": (getattr(functional, name).__doc__ or "").strip().split("\n")[0],
    }


def _code(text):
    return f"`{text}`" if text else ""


def _table(rows):
    heads = list(rows[0])
    cells = [heads, ["---"] * len(heads)]
    cells += [[str(row[head]).replace("|", "\\|") for head in heads] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in cells)


def _row(name):
    row = described(name)
    a, b, c, d = (f"{x:g}" for x in measured(name))
    for key in ("operation", "PyTorch", "NumPy"):
        row[key] = _code(row[key])
    return {**row, "float64": f"{a} / {b}", "float32": f"{c} / {d}"}


_HEAD = """# Operations

Made by `python -m tests.contract.table` from the registry and from measurements; a test compares
the page with both. How an operation is added: [extending.md](extending.md).

- **derivatives**: how often the engine can differentiate it. Every vjp is written over the same
  namespace as the formula, so each has derivatives of its own; of one with kinks or steps they are
  those of its pieces.
- **kinks and ties**: what is returned where the slope jumps or is infinite, for one input that
  stands there, for two equal inputs (tie), or for the elements of an array that are equal or 0.
- **float64**, **float32**: worst error found of the value and of the gradient, in units in the last
  place: of each number for functions of one variable (over 600 orders of magnitude, away from
  underflow and from roots of the value or slope other than 0), of the largest element for functions
  of arrays, and of the sum of the terms' magnitudes for gradients. 0 means exact. Parameters have
  their defaults, or those of the tests. The oracle has 60 digits and more.
- **PyTorch**, **NumPy**: what it is called there; PyTorch {torch}.

Names, argument names and defaults are PyTorch's where it has the function, else NumPy's; `axis` and
`keepdims` may be written for `dim` and `keepdim` everywhere.
"""


def page():
    """The text of docs/operations.md."""
    public = [name for name in REGISTRY if name in functional.__all__]
    inner = [name for name in REGISTRY if name not in functional.__all__]
    others = [name for name in sorted(functional.__all__) if name not in REGISTRY]
    compositions = [
        {**composed(n), **{k: _code(composed(n)[k]) for k in ("function", "PyTorch", "NumPy")}}
        for n in others
    ]
    parts = (
        _HEAD.format(torch=TORCH["torch"]),
        "## Operations of `functional`\n",
        _table([_row(name) for name in public]) + "\n",
        "## Inside\n\nWhat other functions and slopes are made of; they appear in graphs.\n",
        _table([_row(name) for name in inner]) + "\n",
        "## Compositions and other functions\n",
        _table(compositions) + "\n",
    )
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
