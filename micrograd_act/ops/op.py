"""What an operation is: an immutable record that every reader of a formula shares.

An `Op` holds a formula and one vector-Jacobian product for each input, written over a namespace
`xp`. It knows nothing of graphs: a graph node that meets an op evaluates it through `_apply`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable
from functools import cached_property, lru_cache, update_wrapper
from importlib import import_module
from numbers import Real
from typing import Any, TypeAlias

import numpy as np

from micrograd_act.namespaces.arrays import arrays, with_numbers
from micrograd_act.namespaces.contract import Operand
from micrograd_act.namespaces.floats import floats
from micrograd_act.ops.facts import Facts as Facts
from micrograd_act.ops.inputs import check_plain, in_order

Forward: TypeAlias = Callable[..., Operand]
Vjp: TypeAlias = Callable[..., Operand]


class _Shown:
    """Prints and shows itself as a card where it has one; ``repr`` and f-strings name it."""

    def _card(self) -> Any:
        try:
            return None if _make_card is None else _make_card(self)
        except Exception:  # a display method never raises
            return None

    def __str__(self) -> str:
        card = self._card()
        return repr(self) if card is None else str(card)

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def _repr_html_(self) -> str | None:
        card = self._card()
        return None if card is None else card._repr_html_()


_make_card: Callable[[Any], Any] | None = None


def show_with(make_card: Callable[[Any], Any]) -> None:
    """Have ops print and show themselves by what `make_card` returns for them, if not None."""
    global _make_card
    _make_card = make_card


class Op(_Shown):
    """One operation: a formula and its vector-Jacobian products.

    Calling it evaluates it: on numbers it gives a float, on arrays an array, on graph nodes a node.

    Parameters
    ----------
    name : str
        The name that users type.
    forward : callable
        ``forward(xp, *x) -> y``: total and pure, no branch on the data.
    vjps : tuple of (callable or None)
        For each input ``vjp(xp, g, y, *x)``, the cotangent of that input when `g` is that of `y`;
        None where the input is no place for a derivative (a condition, an index).
    elementwise : bool
        The Jacobian is diagonal after broadcasting.
    slopes : tuple of (float or None)
        For each input the local gradient where it is the same at every input, else None.
    symbol : str
        How the op is written on paper.
    facts : Facts, optional
        What is claimed of a function of one variable; whatever has facts is an activation.
    activation : bool
        Counts as an activation also without facts.
    source : str
        Where the formula comes from.
    joint : callable, optional
        ``joint(xp, g, y, *x)`` gives the cotangents of all inputs at once, where one by one would
        be quadratic in their number.
    """

    def __init__(
        self,
        name: str,
        forward: Forward,
        vjps: tuple[Vjp | None, ...],
        *,
        elementwise: bool = True,
        slopes: tuple[float | None, ...] = (),
        symbol: str = "",
        facts: Facts | None = None,
        activation: bool = False,
        source: str = "",
        joint: Vjp | None = None,
    ) -> None:
        self.name = name
        self.forward = forward
        self.vjps = vjps
        # 1 or 2 where a backward pass may take the inputs one by one, 0 where it must look closer
        self.in_line = 0 if joint is not None or None in vjps or len(vjps) > 2 else len(vjps)
        self.elementwise = elementwise
        self.slopes = slopes or (None,) * len(vjps)
        self.symbol = symbol or name
        self.facts = facts
        self.is_activation = activation or facts is not None
        self.source = source
        self.joint = joint
        self.recipe: tuple[Any, ...] | None = None  # a callable and arguments that make it again
        self.family: Family | None = None
        self.params: tuple[tuple[str, Hashable], ...] = ()
        self.__doc__ = forward.__doc__

    @property
    def is_affine(self) -> bool:
        """The local gradient of every input is the same at every input."""
        return all(slope is not None for slope in self.slopes)

    def __call__(self, *xs: Any, **named: Any) -> Any:
        """Evaluate on numbers, arrays or nodes."""
        if named:
            xs = in_order(self.name, len(self.vjps), xs, named)
        if named or len(xs) != len(self.vjps):
            given = f"{next(iter(named))}=" if named else str(len(xs))
            s = "s" if len(self.vjps) > 1 else ""
            raise TypeError(f"{self.name}: takes {len(self.vjps)} input{s}, got {given}")
        return evaluate(self, xs)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Op):
            return False
        if self.family is None:
            return self.recipe is not None and self.recipe == other.recipe
        return self.family is other.family and self.params == other.params

    def __hash__(self) -> int:
        if self.family is not None:
            return id(self.family)
        return id(self) if self.recipe is None else hash(self.name)

    def __repr__(self) -> str:
        known = {} if self.family is None else self.family.signature.parameters
        inside = ", ".join(
            f"{key}={value!r}"
            for key, value in self.params
            if key not in known or repr(value) != repr(known[key].default)
        )
        return f"{self.name}.bind({inside})" if inside else self.name

    def __reduce__(self) -> Any:
        if self.family is not None:
            return _rebind, (self.family.name, self.params)
        if self.recipe is not None:
            return self.recipe
        if REGISTRY.get(self.name) is self:
            return _lookup, (self.name,)
        fields = {name: getattr(self, name) for name in _KEYWORDS}
        return _restore, (self.name, self.forward, self.vjps, self.is_activation, fields)


class Family(_Shown):
    """Ops that differ in structural parameters: calling binds the parameters and evaluates.

    `leaky_relu(x, negative_slope=0.2)` is `leaky_relu.bind(negative_slope=0.2)(x)`. Parameters are
    hashable and decide the structure; whatever varies from call to call is an input instead.
    """

    def __init__(self, make: Callable[..., Op], arity: int | None = 1, cached: bool = True) -> None:
        self.name = make.__name__.rstrip("_")
        self.make = make
        self.arity = arity
        self._cached = lru_cache(maxsize=512, typed=True)(self._build) if cached else self._build
        update_wrapper(self, make)

    # When it is asked for: the signatures of all families are a tenth of the import.
    @cached_property
    def signature(self) -> inspect.Signature:
        """The parameters that `bind` takes."""
        return inspect.signature(self.make)

    @property
    def required(self) -> bool:
        """Whether a parameter has no default."""
        empty = inspect.Parameter.empty
        return any(p.default is empty for p in self.signature.parameters.values())

    def _build(self, *args: Any, **params: Any) -> Op:
        names = {_SPELLINGS.get(key, key): value for key, value in params.items()}
        if len(names) < len(params):
            raise TypeError(f"{self.name}: {' and '.join(params)} spell one argument twice")
        try:
            bound = self.signature.bind(*args, **names)
        except TypeError as error:
            raise TypeError(f"{self.name}: {error}; it takes {self._parameters()}") from None
        bound.apply_defaults()
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in bound.arguments.items()}
        return self.of(**values)

    def of(self, **values: Hashable) -> Op:
        """The op with all its parameters given by name, unchecked: what `bind` costs is saved."""
        op = self.make(**values)
        op.family = self
        op.params = tuple(values.items())
        op.__doc__ = self.__doc__
        return op

    def _parameters(self) -> str:
        empty = inspect.Parameter.empty
        listed = ", ".join(
            name if p.default is empty else f"{name}={p.default!r}"
            for name, p in self.signature.parameters.items()
        )
        spelled = [
            f"{a}= for {b}=" for a, b in _SPELLINGS.items() if b in self.signature.parameters
        ]
        return f"{listed} ({' and '.join(spelled)} also work)" if spelled else listed

    def bind(self, *args: Any, **params: Any) -> Op:
        """The op with these parameters; equal parameters give an equal op.

        Raises
        ------
        TypeError
            If the family has no such parameter.
        """
        try:
            return self._cached(*args, **params)
        except TypeError:  # a slice or a list cannot be hashed; anything else raises again
            return self._build(*args, **params)

    @cached_property
    def _usual(self) -> Op:
        return self.bind()

    def __call__(self, *args: Any, **params: Any) -> Any:
        """Bind the parameters and evaluate."""
        if self.arity == len(args) == 1 and not params:  # binding takes as long as a node
            apply = getattr(type(args[0]), "_apply", None)
            if apply is not None:
                return apply(self._usual, args)
        if len(args) < (self.arity or 1):
            if not args and params and params.keys() <= self.signature.parameters.keys():
                given = ", ".join(f"{key}={value!r}" for key, value in params.items())
                raise TypeError(f"{self.name}: no input; the op alone is {self.name}.bind({given})")
            args = in_order(self.name, self.arity, args, params)
        if self.arity is None:
            xs, *args_ = args
            if any(hasattr(type(x), "_apply") for x in args_):
                raise TypeError(f"{self.name}: pass the inputs as one list, then the parameters")
            return evaluate(self.bind(*args_, n=len(xs), **params), tuple(xs))
        return evaluate(self.bind(*args[self.arity :], **params), args[: self.arity])

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Any, ...]:
        return _lookup, (self.name,)


# NumPy's and PyTorch's spellings of one argument.
_SPELLINGS = {"dim": "axis", "keepdim": "keepdims", "dim0": "axis0", "dim1": "axis1"}


class _Registry(dict[str, Op | Family]):
    """Ops by name; asking for one that is not there yet imports all there are."""

    def __missing__(self, name: str) -> Op | Family:
        load_all()
        if name in self:
            return self[name]
        raise KeyError(name)


REGISTRY = _Registry()

# Modules of ops that enter the registry when a function first needs them.
LATE = (
    *("accumulating", "contraction", "factorization", "gated", "hard", "losses", "moments"),
    *("normalization", "primitives", "rectifiers", "rounding", "scaled", "sliding"),
    "trigonometric",
)


def load_all() -> None:
    """Import every op there is, as whoever lists the registry must do first."""
    for module in LATE:
        import_module(f"micrograd_act.ops.{module}")


def register(op: Op) -> Op:
    """Enter an op under its name, where every reader of the registry finds it."""
    REGISTRY[op.name] = op
    return op


def family(arity: int | None = 1, cached: bool = True) -> Callable[[Callable[..., Op]], Family]:
    """Make a registered `Family` of a function from parameters to an op.

    `arity` says how many leading arguments of a call are inputs; None means one sequence of
    inputs, whose length the function receives as `n`. Ops are cached by their parameters, except
    where equal parameters may mean different things, as 1 and True do in an index.
    """

    def enter(make: Callable[..., Op]) -> Family:
        made = Family(make, arity, cached)
        REGISTRY[made.name] = made
        return made

    return enter


def evaluate(op: Op, xs: tuple[Any, ...]) -> Any:
    """Evaluate `op` on numbers, arrays, symbols or graph nodes, whichever are given."""
    for x in xs:
        apply = getattr(type(x), "_apply", None)
        if apply is not None:
            return apply(op, xs)
    if op.elementwise and not any(isinstance(x, (np.ndarray, list, tuple)) for x in xs):
        return on_floats(op.forward, tuple(_as_number(x, op) for x in xs))
    found = [_as_array(x, op) for x in xs]
    return op.forward(arrays, *(with_numbers(xs, found) if op.elementwise else found))


def _as_number(x: Any, op: Op) -> float:
    if isinstance(x, (Real, np.bool_)):
        return float(x)
    raise TypeError(f"{op.name}: cannot compute with {type(x).__name__}")


def _as_array(x: Any, op: Op) -> Any:
    if isinstance(x, (list, tuple)) and any(hasattr(type(part), "_apply") for part in x):
        raise TypeError(f"{op.name}: a list of nodes would lose their graph; use stack(nodes)")
    check_plain(op.name, x)
    array = np.asarray(x)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{op.name}: cannot compute with {type(x).__name__} of {array.dtype}")
    return array.astype(float) if op.is_activation and array.dtype.kind != "f" else array


def on_floats(rule: Callable[..., Operand], args: tuple[Any, ...]) -> float:
    """Evaluate a formula on floats; where Python's arithmetic raises, the value is NumPy's."""
    try:
        return float(rule(floats, *args))
    except (ArithmeticError, ValueError):
        with np.errstate(all="ignore"):
            return float(rule(arrays, *map(np.float64, args)))


def _lookup(name: str) -> Op | Family:
    return REGISTRY[name]


def _rebind(name: str, params: tuple[tuple[str, Hashable], ...]) -> Op:
    found = _lookup(name)
    assert isinstance(found, Family)
    return found.bind(**dict(params))


_KEYWORDS = ("elementwise", "slopes", "symbol", "facts", "source", "joint")


def _restore(name: str, forward: Forward, vjps: Any, activation: bool, fields: Any) -> Op:
    return Op(name, forward, vjps, activation=activation, **fields)
