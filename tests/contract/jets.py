"""Numbers of 60 digits that carry their derivatives: an oracle with no rule of the package in it.

A `Jet` is a number with its first three derivatives in one variable. Formulas in `Jets` are those
of a book, in whatever form keeps the digits; a caller raises the precision where it must.
"""

import mpmath

mp = mpmath.MPContext()
mp.dps = 60


class Jet:
    """A number, and what its derivatives of order 1 to 3 are."""

    __slots__ = ("d",)

    def __init__(self, d):
        self.d = d

    @classmethod
    def variable(cls, x):
        return cls((mp.mpf(x), mp.mpf(1), mp.mpf(0), mp.mpf(0)))

    def through(self, f0, f1, f2, f3):
        """A function of it whose derivatives at its value are given."""
        _, a, b, c = self.d
        return Jet((f0, f1 * a, f2 * a * a + f1 * b, f3 * a**3 + 3 * f2 * a * b + f1 * c))

    def __neg__(self):
        return Jet(tuple(-x for x in self.d))

    def __add__(self, other):
        return Jet(tuple(x + y for x, y in zip(self.d, _jet(other).d, strict=True)))

    def __sub__(self, other):
        return self + -_jet(other)

    def __mul__(self, other):
        a, b = self.d, _jet(other).d
        return Jet(
            (
                a[0] * b[0],
                a[1] * b[0] + a[0] * b[1],
                a[2] * b[0] + 2 * a[1] * b[1] + a[0] * b[2],
                a[3] * b[0] + 3 * (a[2] * b[1] + a[1] * b[2]) + a[0] * b[3],
            )
        )

    def __truediv__(self, other):
        other = _jet(other)
        r = 1 / other.d[0]
        return self * other.through(r, -(r**2), 2 * r**3, -6 * r**4)

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return -self + other

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return _jet(other) / self

    def __gt__(self, other):
        return self.d[0] > _jet(other).d[0]

    def __lt__(self, other):
        return self.d[0] < _jet(other).d[0]


def _jet(x):
    return x if isinstance(x, Jet) else Jet((mp.mpf(x), mp.mpf(0), mp.mpf(0), mp.mpf(0)))


constant = _jet


def exp(x):
    e = mp.exp(x.d[0])
    return x.through(e, e, e, e)


def expm1(x):
    e = mp.exp(x.d[0])
    return x.through(mp.expm1(x.d[0]), e, e, e)


def log1p(x):
    r = 1 / (1 + x.d[0])
    return x.through(mp.log1p(x.d[0]), r, -(r**2), 2 * r**3)


def sqrt(x):
    s = mp.sqrt(x.d[0])
    return x.through(s, 1 / (2 * s), -1 / (4 * s**3), 3 / (8 * s**5))


def sin(x):
    s, c = mp.sin(x.d[0]), mp.cos(x.d[0])
    return x.through(s, c, -s, -c)


def atan(x):
    x0 = x.d[0]
    r = 1 / (1 + x0 * x0)
    return x.through(mp.atan(x0), r, -2 * x0 * r**2, (6 * x0 * x0 - 2) * r**3)


def tanh(x):
    t, s = mp.tanh(x.d[0]), mp.sech(x.d[0]) ** 2
    return x.through(t, s, -2 * t * s, s * (4 * t * t - 2 * s))


def ndtr(x):
    """The normal distribution function; beyond 10**6 it is 0 or 1 in every digit."""
    x0 = x.d[0]
    z = -x0 / mp.sqrt(2)
    y = mp.erfc(z) / 2 if abs(x0) < 10**6 else mp.mpf(x0 > 0)
    p = mp.exp(-x0 * x0 / 2) / mp.sqrt(2 * mp.pi)
    return x.through(y, p, -x0 * p, (x0 * x0 - 1) * p)


def erf(x):
    x0 = x.d[0]
    y = mp.erf(x0) if abs(x0) < 10**6 else mp.sign(x0)
    p = 2 / mp.sqrt(mp.pi) * mp.exp(-x0 * x0)
    return x.through(y, p, -2 * x0 * p, (4 * x0 * x0 - 2) * p)


def abs_(x):
    return -x if x < 0 else x
