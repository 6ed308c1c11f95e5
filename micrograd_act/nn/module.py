"""The base class of layers and nets: what holds parameters and is called like a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Self

import numpy.typing as npt

from micrograd_act.errors import GradientError
from micrograd_act.graph import Node, Tensor, Value
from micrograd_act.graph.calling import note_call
from micrograd_act.graph.node import is_recording, next_serial


def _in_place(sign: str, update: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """An update under `no_grad`; elsewhere the name would stand for a new node, untrained."""

    def method(self: Parameter, other: Any) -> Any:
        if is_recording():
            name = self.label or "parameter"
            raise GradientError(
                f"{name} {sign} … would not change the parameter; write it inside "
                f"`with no_grad():`, or write p.data {sign} …"
            )
        return update(self, other)

    return method


class Parameter(Tensor):
    """A tensor that a module learns.

    Parameters
    ----------
    data : array_like
        Floats of any shape; copied.
    requires_grad : bool
        False freezes it.
    dtype : dtype, optional
    label : str, optional
        A module that holds it under a name labels it with that name, unless it has another label.

    Raises
    ------
    TypeError
        If `data` is not numeric, or has integers and should require a gradient.
    GradientError
        If it is updated in place (``p -= step``) outside `no_grad`.

    Examples
    --------
    >>> from micrograd_act import nn
    >>> nn.Parameter([1.0, 2.0])
    Parameter containing:
    tensor([1., 2.], requires_grad=True)
    """

    __slots__ = ()
    is_parameter = True

    def __init__(
        self,
        data: Any,
        requires_grad: bool = True,
        *,
        dtype: npt.DTypeLike | None = None,
        label: str = "",
    ) -> None:
        super().__init__(data, requires_grad=requires_grad, dtype=dtype, label=label)

    __iadd__ = _in_place("+=", Tensor.__iadd__)
    __isub__ = _in_place("-=", Tensor.__isub__)
    __imul__ = _in_place("*=", Tensor.__imul__)
    __itruediv__ = _in_place("/=", Tensor.__itruediv__)
    __ipow__ = _in_place("**=", Tensor.__ipow__)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


class Module:
    """A part of a net.

    A subclass defines `forward` and is called like a function. Whatever it keeps in an attribute,
    or in a list, tuple or dict in an attribute, belongs to it: every `Parameter`, every `Module`,
    and every `Value` that is a leaf (so do not keep scalar inputs there).

    Attributes
    ----------
    training : bool
        Set by `train` and `eval`.

    Examples
    --------
    >>> from micrograd_act import Tensor, nn, relu
    >>> class Net(nn.Module):
    ...     def __init__(self):
    ...         self.hidden = nn.Linear(2, 3, rng=0)
    ...         self.out = nn.Linear(3, 1, rng=0)
    ...
    ...     def forward(self, x):
    ...         return self.out(relu(self.hidden(x)))
    >>> net = Net()
    >>> net(Tensor([[1.0, 2.0], [3.0, 4.0]])).shape
    (2, 1)
    >>> [name for name, _ in net.named_parameters()]
    ['hidden.weight', 'hidden.bias', 'out.weight', 'out.bias']
    """

    training: bool = True

    # Attributes whose items are called otherwise than "attribute.0", "attribute.1".
    _prefixes: ClassVar[Mapping[str, str]] = {}

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; every subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__}: define forward(self, ...)")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """``forward(*args, **kwargs)``; the result knows which module made it."""
        start = next_serial()
        given = self.forward(*args, **kwargs)
        note_call(self, start, given)
        return given

    def __setattr__(self, name: str, held: Any) -> None:
        before = vars(self).get(name)
        if isinstance(before, Parameter) and not _may_replace(held):
            raise TypeError(
                f"{type(self).__name__}.{name} is a parameter, which a {type(held).__name__} would "
                f"not replace; write .{name}.data = …, or assign nn.Parameter(…) or None"
            )
        object.__setattr__(self, name, held)
        if isinstance(held, (Module, Node, list, tuple, dict)):
            self._label(name, held)

    def _label(self, name: str, held: Any) -> None:
        """Call parameters by their names: those just set, and those in lists that have grown."""
        given = {k: v for k, v in vars(self).items() if isinstance(v, (list, dict))} | {name: held}
        for path, member in self._members(given):
            below = [("", member)] if _is_parameter(member) else []
            if isinstance(member, Module) and self not in member.modules():
                below = member.named_parameters()
            for inner, parameter in below:
                full = _joined(path, inner)
                # A label that is not the end of the name was chosen by the user.
                if f".{full}".endswith(f".{parameter.label}" if parameter.label else ""):
                    parameter.label = full

    def _members(self, attributes: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Everything that the attributes hold, by name."""
        for name, held in attributes.items():
            yield from _flattened(name, held, self._prefixes.get(name, f"{name}."))

    def named_children(self) -> list[tuple[str, Module]]:
        """The modules that it holds, by name, each once."""
        found: dict[Module, str] = {}
        for name, held in self._members(vars(self)):
            if isinstance(held, Module):
                found.setdefault(held, name)
        return [(name, child) for child, name in found.items()]

    def children(self) -> list[Module]:
        """The modules that it holds."""
        return [child for _, child in self.named_children()]

    def named_modules(self) -> list[tuple[str, Module]]:
        """The module itself under the name "", and all those below it; each once."""
        found: dict[Module, str] = {}
        pending: list[tuple[str, Module]] = [("", self)]
        while pending:
            path, module = pending.pop()
            if module not in found:
                found[module] = path
                below = [(_joined(path, name), child) for name, child in module.named_children()]
                pending.extend(reversed(below))
        return [(path, module) for module, path in found.items()]

    def modules(self) -> list[Module]:
        """The module itself and all those below it."""
        return [module for _, module in self.named_modules()]

    def named_parameters(self) -> list[tuple[str, Any]]:
        """Every parameter once, under the name by which it is first reached: ``0.weight``."""
        found: dict[Node, str] = {}
        for path, module in self.named_modules():
            for name, held in module._members(vars(module)):
                if _is_parameter(held):
                    found.setdefault(held, _joined(path, name))
        return [(path, parameter) for parameter, path in found.items()]

    def parameters(self) -> list[Any]:
        """Every parameter once; a list, as micrograd's."""
        return [parameter for _, parameter in self.named_parameters()]

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Set the gradient of every parameter to None; `set_to_none` can only be True."""
        if not set_to_none:
            raise ValueError(
                "zero_grad: gradients are set to None, which set_to_none=False cannot change"
            )
        for parameter in self.parameters():
            parameter.grad = None

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Freeze or train every parameter; a `Value` cannot be frozen."""
        parameters = self.parameters()
        if any(isinstance(p, Value) for p in parameters):
            raise TypeError("requires_grad_: a Value is always tracked; leave it out of params")
        for parameter in parameters:
            parameter.requires_grad = requires_grad
        return self

    def train(self, mode: bool = True) -> Self:
        """Set `training` here and in every module below."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Set `training` to False here and in every module below."""
        return self.train(False)

    def extra_repr(self) -> str:
        """What stands in the brackets of the repr."""
        return ""

    def __repr__(self) -> str:
        lines = []
        for name, child in self.named_children():
            text = repr(child).replace("\n", "\n  ")
            lines.append(f"  ({name}): {text}\n")
        inside = self.extra_repr()
        if lines:
            inside = f"{inside}\n{''.join(lines)}" if inside else f"\n{''.join(lines)}"
        return f"{type(self).__name__}({inside})"


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


def _may_replace(held: Any) -> bool:
    return held is None or isinstance(held, Module) or _is_parameter(held)


def _is_parameter(held: Any) -> bool:
    if isinstance(held, Value):
        return held.is_leaf and held.requires_grad
    return isinstance(held, Parameter)


def _flattened(name: str, held: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    items: Iterable[tuple[Any, Any]]
    if isinstance(held, (list, tuple)):
        items = enumerate(held)
    elif isinstance(held, Mapping):
        items = held.items()
    else:
        yield name, held
        return
    for key, item in items:
        yield from _flattened(f"{prefix}{key}", item, f"{prefix}{key}.")
