"""Every benchmark, one after the other; the exit code is 1 if a target was missed."""

from benchmarks import nodes, operators, scalar, startup, tensor


def main() -> bool:
    passed = [module.main() for module in (scalar, tensor, nodes, startup, operators)]
    return all(passed)


if __name__ == "__main__":
    raise SystemExit(not main())
