"""What each name of a namespace promises; no code.

A formula is written over ``xp: Namespace`` and calls these names, the operators ``+ - * / **``
(with an integer literal as exponent) and comparisons, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object  # nobody asks at run time, and making one takes a millisecond

__all__ = ["Namespace", "Operand"]

Operand: TypeAlias = Any
"""A float, an array, an expression or a graph node, whichever the namespace computes with."""


class Namespace(Protocol):
    """The functions that a formula may call.

    `floats` and `symbols` have the elementwise names, `arrays` has all of them.

    The primitives, from `step` on, are total: at every input, infinite ones included, they give
    the value or its limit, without an exception or a warning; NaN gives NaN. Their largest errors
    are stated as (floats; float64 arrays; float32 arrays), in units in the last place of the
    result, over the whole range, subnormal results included, but not within 0.3 of a root other
    than 0: what 1e5 points showed, rounded up.
    Integer arrays are computed as floats.

    The elementary functions are those of `math` and of NumPy. In `floats` they raise where `math`
    does, and the caller evaluates the formula again on np.float64 scalars.
    """

    def exp(self, x: Operand, /) -> Operand:
        """e**x."""

    def log(self, x: Operand, /) -> Operand:
        """Natural logarithm."""

    def log1p(self, x: Operand, /) -> Operand:
        """log(1 + x)."""

    def expm1(self, x: Operand, /) -> Operand:
        """e**x - 1."""

    def sqrt(self, x: Operand, /) -> Operand:
        """Square root."""

    def sin(self, x: Operand, /) -> Operand:
        """Sine."""

    def cos(self, x: Operand, /) -> Operand:
        """Cosine."""

    def tanh(self, x: Operand, /) -> Operand:
        """Hyperbolic tangent; total (2.5; 1.5; 2)."""

    def exp2(self, x: Operand, /) -> Operand:
        """2**x."""

    def log2(self, x: Operand, /) -> Operand:
        """Logarithm to base 2."""

    def log10(self, x: Operand, /) -> Operand:
        """Logarithm to base 10."""

    def tan(self, x: Operand, /) -> Operand:
        """Tangent."""

    def asin(self, x: Operand, /) -> Operand:
        """Inverse sine, in [-pi/2, pi/2]."""

    def acos(self, x: Operand, /) -> Operand:
        """Inverse cosine, in [0, pi]."""

    def atan(self, x: Operand, /) -> Operand:
        """Inverse tangent, in [-pi/2, pi/2]."""

    def atan2(self, a: Operand, b: Operand, /) -> Operand:
        """Angle of the point (b, a), in [-pi, pi]."""

    def hypot(self, a: Operand, b: Operand, /) -> Operand:
        """sqrt(a**2 + b**2), without overflow."""

    def sinh(self, x: Operand, /) -> Operand:
        """Hyperbolic sine."""

    def cosh(self, x: Operand, /) -> Operand:
        """Hyperbolic cosine."""

    def asinh(self, x: Operand, /) -> Operand:
        """Inverse hyperbolic sine."""

    def acosh(self, x: Operand, /) -> Operand:
        """Inverse hyperbolic cosine."""

    def atanh(self, x: Operand, /) -> Operand:
        """Inverse hyperbolic tangent."""

    def logaddexp(self, a: Operand, b: Operand, /) -> Operand:
        """log(e**a + e**b), without overflow."""

    def logit(self, x: Operand, /) -> Operand:
        """log(x / (1 - x)), within 4 ulp also near 0 and 1/2, where log(x) - log1p(-x) is not."""

    def round(self, x: Operand, /) -> Operand:
        """The nearest integer, of two the even one."""

    def floor(self, x: Operand, /) -> Operand:
        """The largest integer not above x."""

    def ceil(self, x: Operand, /) -> Operand:
        """The smallest integer not below x."""

    def trunc(self, x: Operand, /) -> Operand:
        """The integer next to x towards 0."""

    def remainder(self, a: Operand, b: Operand, /) -> Operand:
        """A - b floor(a / b), with the sign of b."""

    def abs(self, x: Operand, /) -> Operand:
        """Magnitude."""

    def sign(self, x: Operand, /) -> Operand:
        """-1, 0 or 1; NaN of NaN."""

    def maximum(self, a: Operand, b: Operand, /) -> Operand:
        """The larger; NaN if either is. A Python number leaves an array's dtype alone."""

    def minimum(self, a: Operand, b: Operand, /) -> Operand:
        """The smaller; NaN if either is."""

    def where(self, condition: Operand, a: Operand, b: Operand, /) -> Operand:
        """`a` where the condition holds, else `b`; both are evaluated."""

    def pow(self, a: Operand, b: Operand, /) -> Operand:
        """a**b for real exponents: 0**0 is 1, a negative base to a fraction is NaN."""

    def step(self, x: Operand, /) -> Operand:
        """0 for x <= 0, 1 for x > 0: the slope of relu."""

    def sigmoid(self, x: Operand, /) -> Operand:
        """1 / (1 + e**-x) (2.5; 2.5; 4)."""

    def xsigmoid(self, x: Operand, /) -> Operand:
        """``x sigmoid(x)``; -0 at -inf (3; 3; 4)."""

    def sech2(self, x: Operand, /) -> Operand:
        """1 / cosh(x)**2, which 1 - tanh(x)**2 is not beyond abs(x) = 19 (4; 4; 5)."""

    def silu_slope(self, x: Operand, /) -> Operand:
        """Derivative of xsigmoid, ``sigmoid(x) + x sigmoid(x) sigmoid(-x)`` (5; 5; 6)."""

    def silu_bend(self, x: Operand, /) -> Operand:
        """Derivative of silu_slope (5; 5; 6)."""

    def log1pexp(self, x: Operand, /) -> Operand:
        """log(1 + e**x) (2; 2; 4)."""

    def erf(self, x: Operand, /) -> Operand:
        """2 / sqrt(pi) times the integral of exp(-t**2) from 0 to x (1.5; 2; 2.5)."""

    def erfc(self, x: Operand, /) -> Operand:
        """1 - erf(x) (3; 4.5; 1.5)."""

    def erfcx(self, x: Operand, /) -> Operand:
        """exp(x**2) erfc(x); inf where that overflows (4; 4; 1.5)."""

    def ndtr(self, x: Operand, /) -> Operand:
        """Distribution function of the normal law, (1 + erf(x / sqrt(2))) / 2 (3.5; 4; 1.5)."""

    def xndtr(self, x: Operand, /) -> Operand:
        """``x ndtr(x)``; -0 at -inf (3.5; 4; 1.5)."""

    def gelu_slope(self, x: Operand, /) -> Operand:
        """Derivative of xndtr, ``ndtr(x) + x npdf(x)`` (5; 4.5; 1.5)."""

    def npdf(self, x: Operand, /) -> Operand:
        """Density of the normal law, exp(-x**2 / 2) / sqrt(2 pi) (3; 3; 1)."""

    def xnpdf(self, x: Operand, /) -> Operand:
        """``x npdf(x)``; 0 at both infinities (3.5; 3; 1)."""

    def x2npdf(self, x: Operand, /) -> Operand:
        """``x**2 npdf(x)``; 0 at both infinities (4; 4; 1)."""

    def gaussian(self, x: Operand, /) -> Operand:
        """exp(-x**2), of which exp(-(x * x)) has lost 460 ulp at x = 26 (2; 2.5; 1)."""

    def xgaussian(self, x: Operand, /) -> Operand:
        """``x gaussian(x)``; 0 at both infinities (2.5; 3; 1)."""

    def x2gaussian(self, x: Operand, /) -> Operand:
        """``x**2 gaussian(x)``; 0 at both infinities (3; 3.5; 1)."""

    def exp_neg(self, x: Operand, /) -> Operand:
        """exp(min(x, 0)) (1; 1; 2.5)."""

    def cauchy(self, x: Operand, /) -> Operand:
        """1 / (1 + x**2), whose square does not overflow (2.5; 2.5; 3)."""

    def xcauchy(self, x: Operand, /) -> Operand:
        """``x cauchy(x)``; 0 at both infinities (2; 2; 2.5)."""

    def softsign(self, x: Operand, /) -> Operand:
        """``x / (1 + abs(x))``; -1 and 1 at the infinities (1.5; 1.5; 2)."""

    def tanhshrink(self, x: Operand, /) -> Operand:
        """``x - tanh(x)``, which loses every digit near 0 (4; 3.5; 1)."""

    def squareplus(self, x: Operand, b: float, /) -> Operand:
        """(x + sqrt(x**2 + b)) / 2 for b > 0; 0 at -inf (2.5; 2.5; 2.5)."""

    def squareplus_slope(self, x: Operand, b: float, /) -> Operand:
        """Derivative of squareplus, (1 + x / sqrt(x**2 + b)) / 2 (3.5; 3.5; 4.5)."""

    def xmish_gate(self, x: Operand, /) -> Operand:
        """``x tanh(log(1 + e**x))``, which is mish; -0 at -inf (3.5; 3.5; 1)."""

    def mish_slope(self, x: Operand, /) -> Operand:
        """Derivative of xmish_gate (5; 5; 1)."""

    def mish_bend(self, x: Operand, /) -> Operand:
        """Derivative of mish_slope (6.5; 7; 1)."""

    def tanh_gate(self, x: Operand, /) -> Operand:
        """(1 + tanh(sqrt(2 / pi) (x + 0.044715 x**3))) / 2, near ndtr (2.5; 2.5; 1)."""

    def xtanh_gate(self, x: Operand, /) -> Operand:
        """``x tanh_gate(x)``; -0 at -inf (3.5; 3; 1)."""

    def tanh_bump(self, x: Operand, /) -> Operand:
        """Derivative of tanh_gate (4.5; 4.5; 1)."""

    def xtanh_bump(self, x: Operand, /) -> Operand:
        """``x tanh_bump(x)``; 0 at both infinities (6; 5; 1)."""

    def tanh_bend(self, x: Operand, /) -> Operand:
        """Derivative of tanh_bump (7; 7; 1)."""

    def xtanh_bend(self, x: Operand, /) -> Operand:
        """``x tanh_bend(x)``; 0 at both infinities (7.5; 7.5; 1)."""

    def softplus(self, x: Operand, b: float, /) -> Operand:
        """log(1 + e**(b x)) / b for b > 0 (3; 2.5; 1)."""

    def scaled_sigmoid(self, x: Operand, b: Operand, /) -> Operand:
        """``sigmoid(b x)``; the rounding of ``b x`` alone would cost 370 ulp (3.5; 3; 1)."""

    def xscaled_sigmoid(self, x: Operand, b: Operand, /) -> Operand:
        """``x sigmoid(b x)``, 0 where sigmoid is (3.5; 3; 1)."""

    def scaled_tanh(self, x: Operand, b: Operand, /) -> Operand:
        """``tanh(b x)``, where the product may overflow (3; 2.5; 1)."""

    def scaled_bump(self, x: Operand, b: Operand, /) -> Operand:
        """Derivative of sigmoid at ``b x``, which is sech2(b x / 2) / 4 (4; 4; 1)."""

    def xscaled_bump(self, x: Operand, b: Operand, /) -> Operand:
        """``x scaled_bump(x, b)``; 0 where ``b x`` is infinite (4.5; 4.5; 1)."""

    def x2scaled_bump(self, x: Operand, b: Operand, /) -> Operand:
        """``x**2 scaled_bump(x, b)``; 0 where ``b x`` is infinite (5.5; 5.5; 1)."""

    def scaled_exp_neg(self, x: Operand, b: float, /) -> Operand:
        """exp(min(x, 0) / b) for b > 0 (1.5; 1.5; 1)."""

    # Names for arrays alone, NumPy's with NumPy's arguments.

    def sum(self, x: Operand, axis: Any = None, keepdims: bool = False) -> Operand:
        """Sum over `axis`."""

    def sumprod(self, a: Operand, b: Operand, axis: Any = None, keepdims: bool = False) -> Operand:
        """``sum(a * b)`` over `axis`, for two of one shape; no array of products is made."""

    def amax(self, x: Operand, axis: Any = None, keepdims: bool = False) -> Operand:
        """Largest over `axis`; NaN if one is."""

    def amin(self, x: Operand, axis: Any = None, keepdims: bool = False) -> Operand:
        """Smallest over `axis`; NaN if one is."""

    def prod(self, x: Operand, axis: Any = None, keepdims: bool = False) -> Operand:
        """Product over `axis`, all axes by default."""

    def cumsum(self, x: Operand, axis: int) -> Operand:
        """Sums of the elements up to each."""

    def cumprod(self, x: Operand, axis: int) -> Operand:
        """Products of the elements up to each."""

    def argmax(self, x: Operand, axis: Any = None, keepdims: bool = False) -> Operand:
        """Index of the first largest."""

    def matmul(self, a: Operand, b: Operand, /) -> Operand:
        """Matrix product."""

    def windows(self, x: Operand, kernel: Any, stride: Any, dilation: Any) -> Operand:
        """Every window of the last axes: (..., *size) becomes (..., *positions, *kernel)."""

    def fold(self, x: Operand, size: Any, stride: Any, dilation: Any) -> Operand:
        """Adjoint of windows: their sum, in axes of `size`."""

    def inv(self, x: Operand, /) -> Operand:
        """Inverse of each matrix."""

    def det(self, x: Operand, /) -> Operand:
        """Determinant of each matrix."""

    def logabsdet(self, x: Operand, /) -> Operand:
        """log(abs(det(x))); -inf of a singular matrix."""

    def solve(self, a: Operand, b: Operand, /) -> Operand:
        """The matrices x for which a @ x is b."""

    def cholesky(self, x: Operand, /) -> Operand:
        """Lower triangular factor of each symmetric positive definite matrix."""

    def reshape(self, x: Operand, shape: Any) -> Operand:
        """The same elements in another shape."""

    def permute_dims(self, x: Operand, axes: Sequence[int]) -> Operand:
        """Axis i of the result is axis axes[i] of x."""

    def swapaxes(self, x: Operand, axis1: int, axis2: int) -> Operand:
        """Two axes exchanged."""

    def expand_dims(self, x: Operand, axis: Any) -> Operand:
        """A new axis of length 1 at `axis` of the result."""

    def broadcast_to(self, x: Operand, shape: Any) -> Operand:
        """Repeated to `shape`: a new array, not a view."""

    def concatenate(self, arrays: Sequence[Operand], axis: int = 0) -> Operand:
        """Arrays joined along an axis."""

    def stack(self, arrays: Sequence[Operand], axis: int = 0) -> Operand:
        """Arrays joined along a new axis."""

    def getitem(self, x: Operand, index: Any) -> Operand:
        """x[index]."""

    def put_add(self, g: Operand, index: Any, shape: Any) -> Operand:
        """Adjoint of getitem: zeros of `shape` with g added at `index`, once for each mention."""

    def take_along_axis(self, x: Operand, indices: Operand, axis: int) -> Operand:
        """One element of each row of `axis` for each index."""

    def zeros_like(self, x: Operand) -> Operand:
        """Zeros of x's shape and dtype."""

    def ones_like(self, x: Operand) -> Operand:
        """Ones of x's shape and dtype."""

    def softmax(self, x: Operand, axis: Any) -> Operand:
        """exp(x) / sum(exp(x)).

        At infinite x the limit: 1 for a single inf. Where several are inf, or all -inf, there is
        none and the row is NaN.
        """

    def scaled_softmax(self, x: Operand, axis: Any, g: Operand) -> Operand:
        """``g softmax(x)``, for `g` of the shape of a sum that keeps its axes, or a number."""

    def softmax_excess(self, x: Operand, labels: Operand, g: Operand) -> Operand:
        """``g (softmax(x, 1) - 1)`` of a matrix at one label for each row, else ``g softmax(x)``.

        The rows add up to 0, by which the digits of ``1 - p`` are kept.
        """

    def zero_sum(self, c: Operand, picked: Operand, axis: Any) -> Operand:
        """`c` with what is picked, one at most along `axis`, as minus the sum of the others.

        For what adds up to 0 along `axis`: where a probability is near 1 that keeps the digits
        which ``1 - p`` loses. It may take the place of `c`.
        """

    def log_softmax(self, x: Operand, axis: Any) -> Operand:
        """log(softmax(x)), which is not 0 where softmax is 1 in all digits."""

    def log_softmax_at(self, x: Operand, labels: Operand) -> Operand:
        """``log_softmax(x, 1)`` of a matrix at one label for each row; no other is made."""

    def logsumexp(self, x: Operand, axis: Any, keepdims: bool = False) -> Operand:
        """log(sum(exp(x))); -inf where all are -inf, inf where one is inf."""
