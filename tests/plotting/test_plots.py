"""Plots: what is drawn are the numbers of the graph, on whatever axes, without a display."""

import itertools
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from micrograd_act import Tensor, Value, functional, gelu, nn, nodes, plotting, relu, tanh
from micrograd_act.plotting import (
    plot_activation,
    plot_gradient_norms,
    plot_local_gradients,
    plot_preactivations,
)

matplotlib = pytest.importorskip("matplotlib")
pyplot = pytest.importorskip("matplotlib.pyplot")

PLOTS = [
    lambda y, ax=None: plot_activation(tanh, graph=y, ax=ax),
    lambda y, ax=None: plot_preactivations(y, ax=ax),
    lambda y, ax=None: plot_local_gradients(y, ax=ax),
    lambda y, ax=None: plot_gradient_norms(y, ax=ax),
]


@pytest.fixture(autouse=True)
def no_display() -> Iterator[None]:
    before = matplotlib.rcParams["backend"]
    pyplot.switch_backend("Agg")
    yield
    pyplot.close("all")
    pyplot.switch_backend(before if isinstance(before, str) else "Agg")


def net() -> tuple[nn.Sequential, Tensor]:
    made = nn.Sequential(
        nn.Linear(4, 8, rng=0), nn.Tanh(), nn.Linear(8, 8, rng=1), nn.ReLU(), nn.Linear(8, 1, rng=2)
    )
    x = Tensor(np.random.default_rng(0).normal(size=(32, 4)) * 3)
    loss = (made(x) ** 2).mean()
    loss.backward()
    return made, loss


def line(ax: Any, label: str) -> tuple[Any, Any]:
    (found,) = [each for each in ax.get_lines() if each.get_label() == label]
    return found.get_xdata(), found.get_ydata()


def shaded(ax: Any) -> list[float]:
    """The ends of all shaded regions."""
    found = [p.get_extents().transformed(ax.transData.inverted()) for p in ax.patches]
    return sorted(x for area in found for x in (area.x0, area.x1))


def labels(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_the_curves_are_the_function_and_its_derivatives() -> None:
    ax = plot_activation(tanh)
    for label, expected in (
        ("f", np.tanh),
        ("f′", lambda x: 1 / np.cosh(x) ** 2),
        ("f″", lambda x: -2 * np.tanh(x) / np.cosh(x) ** 2),
    ):
        x, y = line(ax, label)
        np.testing.assert_allclose(y, expected(x), rtol=1e-9, atol=1e-12)
    assert labels(ax) == ["saturated: |slope| < 0.01", "f", "f′", "f″"]
    assert "f″" not in labels(plot_activation("gelu", order=1))


def test_saturated_and_dead_regions_are_shaded_and_kinks_marked() -> None:
    ax = plot_activation(functional.hardtanh)
    ends = shaded(ax)
    assert ends == pytest.approx([-6.0, -1.0, 1.0, 6.0])
    assert all(patch.get_hatch() for patch in ax.patches)
    assert line(ax, "kink")[0].tolist() == [-1.0, 1.0]
    ax = plot_activation(tanh)
    edge = np.arccosh(10.0)  # where 1 / cosh² is 0.01
    ends = shaded(ax)
    assert ends == pytest.approx([-6.0, -edge, edge, 6.0], abs=1e-2)
    assert not any(patch.get_hatch() for patch in ax.patches)


def test_a_curve_is_cut_where_it_jumps() -> None:
    ax = plot_activation(relu, order=1)
    slopes = [each for each in ax.get_lines() if each.get_color() == "#c2410c"][:2]
    assert [sorted(set(each.get_ydata())) for each in slopes] == [[0.0], [1.0]]


def test_the_points_are_those_that_the_graph_hit() -> None:
    a, b = Value(0.5), Value(-7.0)
    y = tanh(a) * tanh(b) + relu(a)
    ax = plot_activation(tanh, graph=y)
    label = labels(ax)[-1]
    x, found = line(ax, label)
    assert x.tolist() == [-7.0, 0.5]
    np.testing.assert_allclose(found, np.tanh([-7.0, 0.5]))
    mean = np.mean(1 / np.cosh([-7.0, 0.5]) ** 2)
    assert label == f"this graph, mean |slope| {mean:.3g}"
    assert ax.get_xlim()[0] <= -7
    alone = plot_activation(nodes(y)[2])
    assert line(alone, labels(alone)[-1])[0].size == 1


def test_a_module_stands_for_its_activation() -> None:
    y = functional.leaky_relu(Value(-2.0), 0.2)
    ax = plot_activation(nn.LeakyReLU(0.2), graph=y)
    x, found = line(ax, labels(ax)[-1])
    assert (x.tolist(), found.tolist()) == ([-2.0], [-0.4])


def test_pre_activations_are_counted_by_layer() -> None:
    made, loss = net()
    ax = plot_preactivations(loss, group=made)
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names == ["1 Tanh", "3 ReLU"]
    z = [n.inputs[0].data for n in nodes(loss) if n.op and n.op.name in ("tanh", "relu")]
    told = [text.get_text() for text in ax.texts]
    assert told == [f"{m.mean():.3g} ± {m.std():.3g}".replace("-", "−") for m in z]
    filled = [patch for patch in ax.patches if patch.get_fill()]
    for base, patch, numbers in zip((1, 0), filled, z, strict=True):
        heights, edges, _ = patch.get_data()
        counts = np.histogram(numbers, edges)[0]
        np.testing.assert_allclose(heights - base, 0.88 * counts / counts.max(), atol=1e-12)
        assert counts.sum() == numbers.size


def test_the_share_of_dead_slopes_is_told() -> None:
    _, loss = net()
    ax = plot_local_gradients(loss)
    for patch in ax.patches:  # no bar stands where no slope can be
        assert 0 <= patch.get_data().edges.min() < patch.get_data().edges.max() <= 1
    told = [text.get_text() for text in ax.texts]
    slopes = [n.local_grads[0] for n in nodes(loss) if n.op and n.op.name in ("tanh", "relu")]
    assert told[0] == f"{100 * np.mean(slopes[0] < 0.01):.0f} % saturated"
    assert told[1] == f"{100 * np.mean(slopes[1] == 0):.0f} % dead"


def test_norms_are_those_of_the_gradients() -> None:
    made, loss = net()
    ax = plot_gradient_norms(loss, group=made)
    _, results = line(ax, "results")
    _, leaves = line(ax, "parameters and inputs")
    first: Any = made[0]
    parts = [first.weight.grad.ravel(), first.bias.grad.ravel()]
    assert leaves[0] == pytest.approx(np.linalg.norm(np.concatenate(parts)))
    assert np.isnan(leaves[1])
    out = next(n for n in nodes(loss) if n.op and n.op.name == "relu")
    assert results[3] == pytest.approx(np.linalg.norm(out.grad))


def test_of_a_layer_the_norm_is_that_of_what_leaves_it() -> None:
    _, loss = net()
    _, results = line(plot_gradient_norms(loss), "results")
    ends = [n for n in nodes(loss) if n.op and n.op.name in ("tanh", "relu")]
    assert results[:2] == pytest.approx([np.linalg.norm(n.grad) for n in ends])


def test_a_gradient_of_0_is_marked_as_such() -> None:
    x = Value(-1.0, label="x")
    y = relu(x) * 2.0
    y.backward()
    ax = plot_gradient_norms(y)
    hollow = [each for each in ax.get_lines() if each.get_markerfacecolor() == "white"]
    assert [len(each.get_xdata()) for each in hollow] == [0, 1]


@pytest.mark.parametrize("plot", PLOTS)
def test_given_axes_are_drawn_on_and_keep_their_size(plot: Any) -> None:
    _, loss = net()
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4))
    assert plot(loss, ax=left) is left
    assert not right.lines
    assert len(pyplot.get_fignums()) == 1
    figure.canvas.draw()
    area = left.get_window_extent()
    texts = [*left.texts, *([left.get_legend()] if left.get_legend() else [])]
    for text in texts:  # nothing stands on other axes or is cut
        box = text.get_window_extent()
        assert area.x0 <= box.x0 < box.x1 <= area.x1
        assert area.y0 <= box.y0 < box.y1 <= area.y1


@pytest.mark.parametrize("plot", PLOTS)
def test_new_axes_have_no_text_below_20_pixels_and_none_that_overlap_the_edge(plot: Any) -> None:
    _, loss = net()
    before = dict(matplotlib.rcParams)
    figure = plot(loss).figure
    assert dict(matplotlib.rcParams) == before
    figure.canvas.draw()
    texts = [t for t in figure.findobj(matplotlib.text.Text) if t.get_text() and t.get_visible()]
    assert min(text.get_fontsize() for text in texts) * figure.dpi / 72 >= 20
    wide, tall = figure.canvas.get_width_height()
    assert wide == 1060
    area = figure.get_tightbbox(figure.canvas.get_renderer())  # in inches
    assert -0.02 <= area.x0 <= area.x1 <= wide / figure.dpi + 0.02
    assert -0.02 <= area.y0 <= area.y1 <= tall / figure.dpi + 0.02


def test_looking_changes_nothing() -> None:
    _, loss = net()
    before = [(np.copy(n.data), np.copy(n.grad)) for n in nodes(loss) if n.grad is not None]
    for plot in PLOTS:
        plot(loss)
    after = [(n.data, n.grad) for n in nodes(loss) if n.grad is not None]
    for one, two in itertools.chain(*map(zip, before, after)):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("plot", PLOTS)
def test_a_missing_extra_is_named(plot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, loss = net()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"needs matplotlib; pip install 'micrograd_act\[plot\]'"):
        plot(loss)


def test_wrong_arguments_are_named() -> None:
    x = Value(1.0, label="x")
    with pytest.raises(ValueError, match="no layer of this graph has an activation"):
        plot_preactivations(x * 2.0)
    with pytest.raises(ValueError, match="no gradient has been computed; call backward first"):
        plot_gradient_norms(tanh(x))
    with pytest.raises(TypeError, match="expected a Value or a Tensor, got float"):
        plot_local_gradients(1.0)  # type: ignore[arg-type]
    logits = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match=r"softmax has other inputs too.*leave graph out"):
        plot_activation(functional.softmax.bind(dim=-1), graph=functional.softmax(logits, -1))
    with pytest.raises(TypeError, match="is no activation"):
        plot_activation(functional.matmul)
    with pytest.raises(ValueError, match="tanh is not in this graph"):
        plot_activation(tanh, graph=relu(x))
    with pytest.raises(TypeError, match="graph is a Value or a Tensor, got int"):
        plot_activation(tanh, graph=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="card: Value is no activation"):
        plot_activation(x)
    with pytest.raises(ValueError, match="order is 0, 1 or 2, got 3"):
        plot_activation(gelu, order=3)
    assert pyplot.get_fignums() == []
    assert set(plotting.__all__) <= set(dir(plotting))
