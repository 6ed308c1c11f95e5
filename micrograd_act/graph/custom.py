"""A user's own activations and operations as ops like any other."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from micrograd_act.graph.derivatives import grad
from micrograd_act.graph.node import Node, differentiating, recording
from micrograd_act.graph.tensors import Tensor
from micrograd_act.graph.value import Value, as_float
from micrograd_act.namespaces.contract import Namespace, Operand
from micrograd_act.ops.facts import check_claims
from micrograd_act.ops.op import REGISTRY, Facts, Family, Op, load_all


def activation(
    fn: Callable[[Any], Any] | str,
    *,
    name: str | None = None,
    vjp: Callable[[Any, Any, Any], Any] | None = None,
    facts: Facts | Mapping[str, Any] | None = None,
    source: str = "",
) -> Op | Family:
    """Make an activation of a plain elementwise function of x, or look one up by name.

    Parameters
    ----------
    fn : callable or str
        ``fn(x)`` written with operators and this library's functions, so that it works on numbers,
        arrays and nodes; or the name of a built-in activation.
    name : str, optional
        How it is called in pictures and messages; the function's name by default.
    vjp : callable, optional
        ``vjp(g, y, x)``, the cotangent of x when `g` is that of ``y = fn(x)``. By default the
        derivative comes from the graph that `fn` builds.
    facts : Facts or dict, optional
        What is claimed of the function: a dict of some of the attributes of `Facts`, as
        ``{"monotone": True}``, or all of them. `check_activation` tries to refute each.
    source : str, optional
        Where the formula comes from.

    Returns
    -------
    Op
        To be called like `relu`; a family where a built-in activation has parameters.

    Raises
    ------
    ValueError
        If no activation has that name.
    TypeError
        If `fn` cannot be called, or there is no such fact.

    See Also
    --------
    check_activation : finds what is wrong with one.
    card : what it does to numbers and gradients.

    Examples
    --------
    >>> from micrograd_act import Value, activation, sigmoid
    >>> swish = activation(lambda x: x * sigmoid(2 * x), name="swish2")
    >>> x = Value(0.0)
    >>> y = swish(x)
    >>> y.backward()
    >>> y.op, x.grad
    (swish2, 0.5)
    """
    if isinstance(fn, str):
        if (name, vjp, facts, source) != (None, None, None, ""):
            raise TypeError(
                "activation: a built-in one is looked up by its name alone; name, vjp, facts and "
                "source belong to a function"
            )
        return _named(fn)
    if not callable(fn):
        raise TypeError(f"activation: expected a function of x or a name, got {type(fn).__name__}")
    if name is not None and not isinstance(name, str):
        raise TypeError(f"activation: name must be a text, got {type(name).__name__}")

    called = name or getattr(fn, "__name__", type(fn).__name__).strip("<>")
    if vjp is not None and not callable(vjp):
        raise TypeError(f"{called}: vjp must be a function of (g, y, x), got {type(vjp).__name__}")
    if vjp is not None:
        _check_arity(called, vjp, 1)
    whole = facts if isinstance(facts, Facts) else None
    if facts is not None and whole is None:
        if not isinstance(facts, Mapping):
            raise TypeError(f"{called}: facts are a dict or Facts, got {type(facts).__name__}")
        check_claims(called, facts)

    def forward(xp: Namespace, x: Operand) -> Operand:
        y = fn(x)
        if isinstance(y, Node) and not isinstance(x, Node):
            raise TypeError(
                f"{called}: its function reads a Value or Tensor besides x, whose gradient would "
                "be lost; write a plain function of both instead of an activation"
            )
        return y

    def from_graph(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        with recording(True), differentiating(called):
            if isinstance(x, Node):
                return grad(of_node(x), x, g, create_graph=True)
            leaf = Value(x) if isinstance(x, float) else Tensor(x, requires_grad=True)
            return grad(of_node(leaf), leaf, g).data

    def of_node(x: Node) -> Node:
        y: Any = fn(x)
        if not isinstance(y, Node):
            raise TypeError(
                f"{called}: its function returns {type(y).__name__} for a {type(x).__name__}, in "
                "which nothing of x is left to differentiate; compute it from x by operators or "
                "functions of NumPy or of this library, or give a vjp"
            )
        return y

    def given(xp: Namespace, g: Operand, y: Operand, x: Operand) -> Operand:
        assert vjp is not None
        c = vjp(g, y, x)
        if np.shape(c) != np.shape(x) or c is None:
            received = "None" if c is None else f"shape {np.shape(c)}"
            raise ValueError(
                f"{called}: vjp must return the gradient of x, of shape {np.shape(x)}; "
                f"it returned {received}"
            )
        if isinstance(c, Node) or type(c).__name__ == "Expr":
            return c
        return as_float(c, called) if isinstance(x, float) else np.array(c)

    rule = from_graph if vjp is None else given
    op = Op(called, forward, (rule,), facts=whole, activation=True, source=source)
    op.__doc__ = fn.__doc__
    op.recipe = _again, (fn, name, vjp, facts, source)
    return op


class Own(NamedTuple):
    """What a user's own activation was made of."""

    fn: Callable[[Any], Any]
    vjp: Callable[[Any, Any, Any], Any] | None
    facts: Facts | Mapping[str, Any] | None


def made_of(op: Op) -> Own | None:
    """What a user's own activation was made of; None of any other op."""
    if op.recipe is None or op.recipe[0] is not _again:
        return None
    fn, _, vjp, facts, _ = op.recipe[1]
    return Own(fn, vjp, facts)


def _number_of_inputs(called: str, forward: Callable[..., Any]) -> int:
    try:
        signature: Any = inspect.signature(forward)
        parameters = signature.parameters.values()
    except ValueError:  # of some functions written in C
        signature, parameters = "unknown", ()
    if not parameters or any(p.kind > p.POSITIONAL_OR_KEYWORD for p in parameters):
        raise TypeError(
            f"{called}: forward must have a fixed number of positional inputs, its signature is "
            f"{signature}"
        )
    return len(parameters)


def _check_arity(called: str, vjp: Callable[..., Any], n: int) -> None:
    try:
        signature = inspect.signature(vjp)
    except ValueError:  # of some functions written in C
        return
    try:
        signature.bind(*range(n + 2))
    except TypeError:
        xs = "x" if n == 1 else ", ".join(f"x{i}" for i in range(n))
        raise TypeError(
            f"{called}: its vjp is called as vjp(g, y, {xs}), but its signature is {signature}"
        ) from None


def _again(fn: Any, name: Any, vjp: Any, facts: Any, source: str) -> Op | Family:
    return activation(fn, name=name, vjp=vjp, facts=facts, source=source)


def custom_op(
    forward: Callable[..., Any],
    vjp: Callable[..., Any],
    *,
    name: str | None = None,
    elementwise: bool = False,
) -> Op:
    """Make an operation of any number of inputs from a plain function and its derivative.

    Parameters
    ----------
    forward : callable
        ``forward(*xs)`` receives floats and read-only arrays and returns a number or an array.
    vjp : callable
        ``vjp(g, y, *xs)`` returns the cotangent of each input when `g` is that of
        ``y = forward(*xs)``: a tuple, or for one input the cotangent itself. Each has the shape of
        its input; None means no gradient. Written with operators and functions that know nodes
        (this library's, or NumPy's that have a rule), it can be differentiated again.
    name : str, optional
        How it is called in pictures and messages; the function's name by default.
    elementwise : bool
        Every element of the result depends on the same element of the inputs alone. Then Values
        give a Value and broadcasting is undone by the caller.

    Returns
    -------
    Op
        To be called with as many inputs as `forward` has parameters.

    Raises
    ------
    TypeError
        If `forward` or `vjp` cannot be called, or `forward` has no fixed number of inputs; when
        used, if either returns something that is no number.
    ValueError
        When used, if `vjp` returns another number of cotangents or another shape.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act import custom_op, tensor
    >>> def trace_of_product(a, b):
    ...     return np.sum(a * b.T)
    >>> def its_vjp(g, y, a, b):
    ...     return g * b.T, g * a.T
    >>> trace = custom_op(trace_of_product, its_vjp)
    >>> a = tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> y = trace(a, np.eye(2))
    >>> y.backward()
    >>> y.item(), a.grad.tolist()
    (5.0, [[1.0, 0.0], [0.0, 1.0]])
    """
    for what, function in (("forward", forward), ("vjp", vjp)):
        if not callable(function):
            raise TypeError(f"custom_op: {what} must be a function, got {type(function).__name__}")
    called = name or getattr(forward, "__name__", type(forward).__name__).strip("<>")
    n = forward.nin if isinstance(forward, np.ufunc) else _number_of_inputs(called, forward)
    _check_arity(called, vjp, n)

    def run(xp: Namespace, *xs: Operand) -> Operand:
        return _checked_result(called, forward(*map(_read_only, xs)), xs)

    def joint(xp: Namespace, g: Operand, y: Operand, *xs: Operand) -> list[Any]:
        found = vjp(*map(_read_only, (g, y, *xs)))
        cotangents = found if isinstance(found, tuple) else (found,)
        if len(cotangents) != n:
            raise ValueError(f"{called}: vjp returned {len(cotangents)} cotangents for {n} inputs")
        wide = np.shape(y) if elementwise else None
        return [
            _checked_cotangent(called, i, c, x, wide)
            for i, (c, x) in enumerate(zip(cotangents, xs, strict=True))
        ]

    vjps = tuple(partial(_one_of, joint, i) for i in range(n))
    op = _CustomOp(called, run, vjps, elementwise=elementwise, joint=joint)
    op.__doc__ = forward.__doc__
    op.recipe = _custom_again, (forward, vjp, name, elementwise)
    return op


class _CustomOp(Op):
    def __call__(self, *xs: Any) -> Any:
        """Evaluate; arrays of whole numbers stay whole beside a tensor: they may be indices."""
        if any(isinstance(x, Node) for x in xs):
            xs = tuple(Tensor(x) if _is_whole(x) else x for x in xs)
        return super().__call__(*xs)


def _is_whole(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype.kind in "iub"


def _custom_again(forward: Any, vjp: Any, name: Any, elementwise: bool) -> Op:
    return custom_op(forward, vjp, name=name, elementwise=elementwise)


def _one_of(joint: Callable[..., list[Any]], i: int, xp: Any, g: Any, y: Any, *xs: Any) -> Any:
    c = joint(xp, g, y, *xs)[i]
    return 0.0 * g if c is None else c


def _read_only(x: Any) -> Any:
    """An array as a view that the user's function cannot write."""
    if not isinstance(x, np.ndarray):
        return x
    view = x.view()
    view.flags.writeable = False
    return view


def _checked_result(called: str, y: Any, xs: tuple[Any, ...]) -> Any:
    if isinstance(y, Node) and not any(isinstance(x, Node) for x in xs):
        raise TypeError(
            f"{called}: forward reads a Value or Tensor besides its inputs, whose gradient would "
            "be lost; make it an input"
        )
    return _copied(called, "forward", y)


def _checked_cotangent(called: str, i: int, c: Any, x: Any, wide: Any) -> Any:
    """What a vjp returned for input `i`; in `wide` an elementwise op was broadcast."""
    if c is None:
        return None
    c = _copied(called, f"vjp for input {i}", c)
    if np.shape(c) not in (np.shape(x), wide):
        raise ValueError(
            f"{called}: vjp must return the gradient of input {i}, of shape {np.shape(x)}; it "
            f"returned shape {np.shape(c)}"
        )
    return c


def _copied(called: str, what: str, result: Any) -> Any:
    """A number or array that the user's function holds no more; a node as it is."""
    if isinstance(result, (Node, float)):
        return result
    array = np.array(result)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{called}: {what} returned {type(result).__name__}, no real numbers")
    return array if array.shape else array[()]


def _named(name: str) -> Op | Family:
    load_all()
    found = REGISTRY.get(name)
    if found is not None and example_of(found) is not None:
        return found
    known = {key.replace("_", ""): key for key, op in REGISTRY.items() if example_of(op)}
    given = name.lower().replace("_", "")
    import difflib  # for an error alone

    near = [given] if given in known else difflib.get_close_matches(given, known, cutoff=0.5)
    hint = f"there are {len(known)}, such as relu, gelu, sigmoid and tanh"
    if near:
        hint = f"did you mean {' or '.join(known[key] for key in near)}?"
    raise ValueError(f"activation: no activation is called {name!r}; {hint}")


_EXAMPLES = {"threshold": {"threshold": 1.0, "value": 0.0}}  # of parameters without a default


def example_of(entry: Op | Family) -> Op | None:
    """An activation of the registry with parameters bound; None if the entry is none."""
    if isinstance(entry, Family):
        if entry.required and entry.name not in _EXAMPLES:
            return None
        try:
            entry = entry.bind(**_EXAMPLES.get(entry.name, {}))
        except ValueError:  # clamp cannot do without both of its limits
            return None
    return entry if entry.is_activation else None
