"""Every registered op with inputs, by rule or by sample."""

import inspect
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from micrograd_act.namespaces.arrays import arrays
from micrograd_act.ops import REGISTRY, Family, Op
from micrograd_act.ops.op import load_all
from tests.contract.samples import SAMPLES, Sample

load_all()

BY_RULE = {"axis", "keepdims"}  # parameters that the rule for reductions varies
_BROADCAST = ((2, 3), (3,), (2, 1))
_DRAWS = (
    lambda rng, shape: rng.normal(scale=1.5, size=shape),
    lambda rng, shape: rng.uniform(0.2, 3.0, size=shape),
    lambda rng, shape: rng.uniform(-0.9, 0.9, size=shape),
    lambda rng, shape: rng.uniform(0.1, 0.9, size=shape),
    lambda rng, shape: rng.uniform(1.1, 3.0, size=shape),
)


@dataclass(frozen=True)
class Case:
    op: Op
    xs: tuple[Any, ...]

    @property
    def checked(self):
        return [i for i, vjp in enumerate(self.op.vjps) if vjp is not None]

    def moved(self, i, x):
        return (*self.xs[:i], x, *self.xs[i + 1 :])


def cases(name):
    """The op or family of that name with finite inputs away from kinks."""
    entry = REGISTRY[name]
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    found = [case_of(op, inputs, rng) for op, inputs in bound(entry, SAMPLES.get(name, ()))]
    assert found, f"no case for {name!r}: give a sample in tests/contract/samples.py"
    return found


def bound(entry, samples):
    """Ops with what is known of their inputs."""
    if isinstance(entry, Op):
        return [(entry, s.inputs) for s in samples] or [(entry, None)]
    found = [(entry.bind(**s.params), s.inputs) for s in samples]
    parameters = inspect.signature(entry.make).parameters
    if not set(parameters) - BY_RULE:
        for params in ({}, {"axis": 1}, {"axis": -2, "keepdims": True}, {"axis": (0, -1)}):
            if set(params) <= set(parameters) and (params or not entry.required):
                found.append((entry.bind(**params), ((2, 3, 2),)))
        found = [pair for pair in found if _accepts(*pair)]
    elif not entry.required and _binds(entry) and entry.bind().elementwise:
        found.append((entry.bind(), None))
    return found


def _binds(entry):
    try:
        entry.bind()
    except ValueError:
        return False
    return True


def _accepts(op, shapes):
    try:
        op.forward(arrays, np.ones(shapes[0]))
    except (TypeError, ValueError):  # one axis, not several; halves of an even one
        return False
    return True


def case_of(op, inputs, rng):
    if inputs is None:
        assert op.elementwise, f"no shapes for {op!r}: give a sample in tests/contract/samples.py"
        inputs = _BROADCAST[: len(op.vjps)]
    for draw in _DRAWS:
        xs = tuple(
            given
            if isinstance(given, np.ndarray)
            else (rng.random(given) < 0.5 if vjp is None else np.asarray(draw(rng, given)))
            for given, vjp in zip(inputs, op.vjps, strict=True)
        )
        case = Case(op, xs)
        if _finite(case):
            return case
    raise AssertionError(f"{op!r} is finite at no drawn input: give a sample")


def _finite(case):
    with np.errstate(all="ignore"):
        y = np.asarray(case.op.forward(arrays, *case.xs))
        cs = [case.op.vjps[i](arrays, np.ones_like(y), y, *case.xs) for i in case.checked]
    return all(np.all(np.isfinite(v)) for v in (y, *cs))


def unsampled(name, entry, samples):
    """Parameters of a family that no sample varies: then nothing tests them."""
    if not isinstance(entry, Family):
        return set()
    varied = {key for sample in samples for key in sample.params}
    return set(inspect.signature(entry.make).parameters) - BY_RULE - varied


__all__ = ["Case", "Sample", "bound", "case_of", "cases", "unsampled"]
