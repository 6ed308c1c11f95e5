"""The command line: ``micrograd-act``."""

from __future__ import annotations

import argparse
import difflib
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from micrograd_act import __version__, activation, data
from micrograd_act.graph.custom import example_of
from micrograd_act.ops.op import REGISTRY, Family, load_all

__all__ = ["main"]

_MOST_BLOCKS = 32  # more of them at PyTorch's default start overflow before they learn


class _Parser(argparse.ArgumentParser):
    """One clear line on stderr, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        found, others = self.parse_known_args(args, namespace)
        if others:
            parser = getattr(found, "parser", self)
            options = {option.lstrip("-"): option for option in parser._option_string_actions}
            near = difflib.get_close_matches(others[0].lstrip("-"), options, n=1)
            hint = f"; did you mean {options[near[0]]}?" if near else ""
            parser.error(f"unknown argument {others[0]}{hint}")
        return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code is 0, or 2 for a wrong argument."""
    args = _parser().parse_args(argv)
    try:
        args.run(args)
    except OSError as error:
        reason = error.strerror or str(error).removeprefix("save: ")
        args.parser.error(f"--out: cannot write {str(args.out)!r}: {reason}")
    except KeyboardInterrupt:
        print("\nstopped; nothing was written", file=sys.stderr)
        return 130
    return 0


def _tour(args: argparse.Namespace) -> None:
    from micrograd_act.commands.tour import tour  # --help does not wait for it

    tour(args.out, args.activation, args.data, args.depth, args.epochs, args.seed)


def _activations(args: argparse.Namespace) -> None:
    from micrograd_act.commands.listing import show

    try:
        show(args.name, args.out)
    except ValueError as error:
        args.parser.error(f"--out: {_without_prefix(error)}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="micrograd-act", description=_first_line(__doc__), allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"micrograd_act {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    about = "train two nets that differ in their activation only, and write what differs as a page"
    tour = commands.add_parser("tour", help=about, description=about, allow_abbrev=False)
    tour.set_defaults(parser=tour, run=_tour)
    tour.add_argument(
        "--out", type=Path, default=Path("tour"), help="folder to write (%(default)s)"
    )
    tour.add_argument(
        "--activation", type=_activation, default="tanh", metavar="NAME",
        help="what is set beside identity (%(default)s)",
    )  # fmt: skip
    tour.add_argument(
        "--data", type=_dataset, default="penguins", metavar="NAME",
        help=f"{' or '.join(data.names())} (%(default)s)",
    )  # fmt: skip
    for name, kind, default, text in (
        ("--depth", _between(1, _MOST_BLOCKS), 4, "residual blocks"),
        ("--epochs", _between(1, 10_000), 200, "passes over the training data"),
        ("--seed", _between(0, math.inf), 0, "of the split and of the weights"),
    ):
        tour.add_argument(name, type=kind, default=default, metavar="N", help=f"{text} ({default})")
    about = "print what an activation does to numbers and gradients, or a table of all"
    listing = commands.add_parser("activations", help=about, description=about, allow_abbrev=False)
    listing.set_defaults(parser=listing, run=_activations)
    listing.add_argument("name", nargs="?", type=_any_activation, metavar="NAME", help="which")
    listing.add_argument(
        "--out", type=Path, metavar="FILE",
        help="file to write: .html, .txt, .svg, and of all .md",
    )  # fmt: skip
    return parser


def _first_line(doc: str | None) -> str:
    return (doc or "").partition("\n")[0]


def _between(low: int, high: float) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"expected a whole number, got {text!r}") from None
        if not low <= number <= high:
            allowed = f"at least {low}" if high == math.inf else f"between {low} and {high}"
            raise argparse.ArgumentTypeError(f"must be {allowed}, got {number}")
        return number

    return whole_number


def _any_activation(name: str) -> Any:
    load_all()
    try:
        return activation(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(_without_prefix(error)) from None


def _activation(name: str) -> Any:
    known, refused = _beside_identity()
    if name in known:
        return known[name]
    if name in refused:
        raise argparse.ArgumentTypeError(f"{refused[name]}; choose another, such as tanh")
    spelt = {key.replace("_", ""): key for key in known}
    given = name.lower().replace("_", "")
    near = [given] if given in spelt else difflib.get_close_matches(given, spelt, n=3, cutoff=0.4)
    hint = f"there are {', '.join(sorted(known))}"
    if near:
        hint = f"did you mean {' or '.join(spelt[key] for key in near)}?"
    raise argparse.ArgumentTypeError(f"no activation is called {name!r}; {hint}")


def _beside_identity() -> tuple[dict[str, Any], dict[str, str]]:
    """What can be set beside identity, and for the others the reason why not."""
    known: dict[str, Any] = {}
    refused: dict[str, str] = {}
    load_all()
    for name, found in REGISTRY.items():
        op = example_of(found)
        if op is None:
            continue
        if isinstance(found, Family) and found.required:
            refused[name] = f"{name} has parameters without a default"
        elif op.is_affine:
            refused[name] = f"with {name} both nets would be affine maps"
        elif not op.elementwise:
            refused[name] = f"{name} is not elementwise, so it has no slope at a number"
        else:
            known[name] = found
    return known, refused


def _dataset(name: str) -> Any:
    try:
        return data.load(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(_without_prefix(error)) from None


def _without_prefix(error: ValueError) -> str:
    """The message without the name of the function, which the user did not call."""
    return str(error).partition(": ")[2]
