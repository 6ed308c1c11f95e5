"""For tests of gradients: checks that raise, in the style of `numpy.testing`; a look at steps."""

from micrograd_act.checking.stepwise import ErrorByStep, error_by_step
from micrograd_act.testing.assertions import assert_gradients, assert_vjp

__all__ = ["ErrorByStep", "assert_gradients", "assert_vjp", "error_by_step"]
