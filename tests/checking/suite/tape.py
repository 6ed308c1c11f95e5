"""A program that accumulates over several readers by hand, with one slip at a time."""

import numpy as np

from tests.checking.suite.case import Habit

X = np.array([[0.5, -1.0], [0.3, 0.8]])


class Tape:
    """Reverse accumulation over a list; `slip` is what it does wrong."""

    def __init__(self, slip=""):
        self.slip = slip
        self.values, self.rules = [], []

    def add(self, value, *rules):
        """Note a value, with (input, rule) for each of its inputs; its number."""
        self.values.append(value)
        self.rules.append(rules)
        return len(self.values) - 1

    def pull(self, root, g):
        """The gradients of all values."""
        slip = self.slip
        grads = [np.zeros(np.shape(v)) for v in self.values]
        grads[root] = grads[root] + g
        order = list(range(root, -1, -1))
        if slip == "a node before its readers":
            order[2:4] = order[3:1:-1]
        if slip == "a node twice":
            order.insert(2, order[1])
        if slip == "a node forgotten":
            order = [k for k in order if k != 3]
        for k in order:
            seen = set()
            for i, rule in self.rules[k]:
                if slip == "inputs are a set" and i in seen:
                    continue
                seen.add(i)
                c = rule(grads[k])
                if slip == "an edge overwrites" or (slip == "aliased" and not np.any(grads[i])):
                    grads[i] = c
                elif slip == "aliased":
                    grads[i] += c
                else:
                    grads[i] = grads[i] + c
        return grads


def _taped(slip):
    """y = h * h + (h + x) with h = tanh(x w): h has three readers, x two."""

    def fun(x, w):
        tape = Tape(slip)
        i, j = tape.add(x), tape.add(w)
        z = tape.add(x * w, (i, lambda g: g * w), (j, lambda g: g * x))
        h = np.tanh(x * w)
        k = tape.add(h, (z, lambda g: g * (1 - h * h)))
        q = tape.add(h * h, (k, lambda g: g * h), (k, lambda g: g * h))
        s = tape.add(h + x, (k, lambda g: g), (i, lambda g: g))
        root = tape.add(h * h + h + x, (s, lambda g: g), (q, lambda g: g))

        def pullback(g):
            grads = tape.pull(root, g)
            return grads[i], grads[j]

        return h * h + h + x, pullback

    return lambda: fun


PROGRAMS = {
    slip: _taped(slip)
    for slip in ("a node before its readers", "a node twice", "a node forgotten",
                 "inputs are a set", "an edge overwrites", "aliased")
}  # fmt: skip

CASES = [
    Habit("tape: without a slip", _taped(""), (X, X + 1), "pass"),
    *(Habit(f"tape: {slip}", fresh, (X, X + 1), kinds=frozenset({"gradient"}))
      for slip, fresh in PROGRAMS.items()),
]  # fmt: skip
