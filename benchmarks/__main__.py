"""Every benchmark, one after the other; the exit code is 1 if a target was missed."""

from benchmarks import (
    activations,
    comparing,
    layers,
    ledger,
    nodes,
    operators,
    overhead,
    pictures,
    scalar,
    soak,
    startup,
    stepper,
    tensor,
)

MODULES = (
    scalar,
    tensor,
    nodes,
    startup,
    operators,
    overhead,
    layers,
    activations,
    ledger,
    comparing,
    pictures,
    stepper,
    soak,
)


def main() -> bool:
    passed = [module.main() for module in MODULES]
    return all(passed)


if __name__ == "__main__":
    raise SystemExit(not main())
