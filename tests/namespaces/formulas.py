"""The primitives by their definitions, over a context of mpmath of any precision."""

from functools import wraps

_FAR = 10**9  # beyond, mpmath squares e thousands of times, for what rounds to 0 or 1


def formulas(mp):
    """Functions of exact numbers by name; parameters follow x."""
    c = mp.sqrt(2 / mp.pi)
    cubic = mp.mpf("0.044715")

    def sigmoid(x):
        x = max(min(x, _FAR), -_FAR)
        return 1 / (1 + mp.exp(-x))

    def bump(x):
        return sigmoid(x) * sigmoid(-x)

    def log1pexp(x):
        return max(x, 0) + mp.log1p(mp.exp(-abs(x)))

    def exp_neg(x):
        return mp.exp(min(x, 0))

    def cauchy(x):
        return 1 / (1 + x * x)

    def softsign(x):
        return x / (1 + abs(x))

    def tanhshrink(x):
        with mp.extraprec(2 * max(0, -int(mp.frexp(x)[1]))):  # of the order of x**3
            return x - mp.tanh(x)

    def squareplus(x, b):
        h = mp.sqrt(x * x + b)
        return b / (h - x) / 2 if x < 0 else (x + h) / 2

    def squareplus_slope(x, b):
        return squareplus(x, b) / mp.sqrt(x * x + b)

    def silu_slope(x):
        return sigmoid(x) + x * bump(x)

    def silu_bend(x):
        return bump(x) * (2 - x * mp.tanh(x / 2))

    def gelu_slope(x):
        upper = mp.erfc(-x / mp.sqrt(2)) / 2 if abs(x) < 10**6 else mp.mpf(x > 0)
        return upper + x * mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)

    def mish_gate(x):
        w = mp.exp(-abs(x))
        return w * (w + 2) / (w * (w + 2) + 2) if x < 0 else (1 + 2 * w) / (1 + 2 * w * (1 + w))

    def mish_bump(x):
        return mp.sech(log1pexp(x)) ** 2 * sigmoid(x)

    def mish_slope(x):
        return mish_gate(x) + x * mish_bump(x)

    def mish_bend(x):
        return mish_bump(x) * (2 + x * (sigmoid(-x) - 2 * mish_gate(x) * sigmoid(x)))

    def inner(x):
        return c * (x + cubic * x**3)

    def tanh_gate(x):
        return sigmoid(2 * inner(x))

    def tanh_bump(x):
        return bump(2 * inner(x)) * 2 * c * (1 + 3 * cubic * x**2)

    def tanh_bend(x):
        u = inner(x)
        slope = c * (1 + 3 * cubic * x**2)
        return 4 * bump(2 * u) * (3 * c * cubic * x - slope**2 * mp.tanh(u))

    def softplus(x, b):
        return max(x, 0) + mp.log1p(mp.exp(-abs(b * x))) / b

    def scaled_sigmoid(x, b):
        return sigmoid(b * x)

    def scaled_tanh(x, b):
        return mp.tanh(b * x)

    def scaled_bump(x, b):
        return bump(b * x)

    def scaled_exp_neg(x, b):
        return mp.exp(min(x, 0) / b)

    def times(function, order=1):
        @wraps(function)
        def product(x, *b):
            return x**order * function(x, *b)

        return product

    return {
        "exp_neg": exp_neg,
        "cauchy": cauchy,
        "xcauchy": times(cauchy),
        "softsign": softsign,
        "tanhshrink": tanhshrink,
        "squareplus": squareplus,
        "squareplus_slope": squareplus_slope,
        "silu_slope": silu_slope,
        "gelu_slope": gelu_slope,
        "silu_bend": silu_bend,
        "xmish_gate": times(mish_gate),
        "mish_slope": mish_slope,
        "mish_bend": mish_bend,
        "tanh_gate": tanh_gate,
        "xtanh_gate": times(tanh_gate),
        "tanh_bump": tanh_bump,
        "xtanh_bump": times(tanh_bump),
        "tanh_bend": tanh_bend,
        "xtanh_bend": times(tanh_bend),
        "softplus": softplus,
        "scaled_sigmoid": scaled_sigmoid,
        "xscaled_sigmoid": times(scaled_sigmoid),
        "scaled_tanh": scaled_tanh,
        "scaled_bump": scaled_bump,
        "xscaled_bump": times(scaled_bump),
        "x2scaled_bump": times(scaled_bump, 2),
        "scaled_exp_neg": scaled_exp_neg,
    }
