"""Gradient checks as assertions: they return nothing and raise what pytest shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from micrograd_act.checking import GradcheckError, Report, check_vjp, gradcheck


def assert_gradients(
    fn_or_node: Any,
    inputs: Any = (),
    *,
    grad: Callable[..., Any] | None = None,
    vjp: Callable[..., Any] | None = None,
    order: int = 1,
    probes: bool = False,
    seed: int = 0,
    err_msg: str = "",
) -> None:
    """Raise an AssertionError unless the gradients are right.

    As `micrograd_act.gradcheck`, in the style of `numpy.testing`: no result, and a message of the
    caller's. It raises also where asserts are switched off, under ``python -O``.

    Parameters
    ----------
    fn_or_node, inputs, grad, vjp, order, probes, seed
        As in `micrograd_act.gradcheck`.
    err_msg : str
        Printed above the report of a failure.

    Raises
    ------
    GradcheckError
        An AssertionError; `.report` has the details. "inconclusive" raises too.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act.testing import assert_gradients
    >>> x = np.array([-1.0, 0.5, 2.0])
    >>> assert_gradients(np.tanh, x, grad=lambda x: 1 - np.tanh(x) ** 2)
    >>> assert_gradients(np.tanh, x, grad=lambda x: 1 - np.tanh(x), err_msg="layer 3")
    Traceback (most recent call last):
        ...
    micrograd_act.GradcheckError: layer 3
    gradcheck: fail ...
    """
    __tracebackhide__ = True
    report = gradcheck(
        fn_or_node,
        inputs,
        grad=grad,
        vjp=vjp,
        order=order,
        probes=probes,
        seed=seed,
        raise_exception=False,
    )
    _raise_unless_passed(report, err_msg)


def assert_vjp(
    fun: Callable[..., Any],
    *inputs: Any,
    probes: bool = False,
    seed: int = 0,
    err_msg: str = "",
) -> None:
    """Raise an AssertionError unless a function's pullback is right.

    As `micrograd_act.check_vjp`, in the style of `numpy.testing`.

    Parameters
    ----------
    fun, *inputs, probes, seed
        As in `micrograd_act.check_vjp`: ``fun(*arrays)`` returns ``(y, vjp)``.
    err_msg : str
        Printed above the report of a failure.

    Raises
    ------
    GradcheckError
        An AssertionError; `.report` has the details. "inconclusive" raises too.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd_act.testing import assert_vjp
    >>> def softplus(x):
    ...     return np.logaddexp(0, x), lambda g: (g / (1 + np.exp(-x)),)
    >>> assert_vjp(softplus, np.array([-3.0, 0.0, 40.0]))
    """
    __tracebackhide__ = True
    report = check_vjp(fun, *inputs, probes=probes, seed=seed, raise_exception=False)
    _raise_unless_passed(report, err_msg)


def _raise_unless_passed(report: Report, err_msg: str) -> None:
    __tracebackhide__ = True
    if not report:
        raise GradcheckError(report, err_msg)
