"""For tests: gradient checks that raise, in the style of `numpy.testing`."""

from micrograd_act.testing.assertions import assert_gradients, assert_vjp

__all__ = ["assert_gradients", "assert_vjp"]
