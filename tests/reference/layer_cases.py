"""The calls that are compared with PyTorch: text that both evaluate, and the inputs' shapes.

A tuple is a shape of normal numbers, a string one of numbers in (0, 1), anything else an array.
"""

LABELS = [2, 0, 3]
IGNORED = [2, -100, 3]
GRID = [[[0, 3], [2, 2]], [[1, 0], [3, -100]]]
SIGNS = [[1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0]]


def _pairs():
    for reduction in ("mean", "sum", "none"):
        r = f"reduction='{reduction}'"
        for loss in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"):
            yield f"F.{loss}(x, y, {r})", {"x": (2, 4), "y": (2, 4)}
        yield f"F.smooth_l1_loss(x, y, beta=0.3, {r})", {"x": (2, 4), "y": (2, 4)}
        yield f"F.huber_loss(x, y, delta=2.5, {r})", {"x": (2, 4), "y": (2, 4)}
        yield f"F.binary_cross_entropy(p, t, {r})", {"p": "2 4", "t": "2 4"}
        yield f"F.binary_cross_entropy(p, t, c, {r})", {"p": "2 4", "t": "2 4", "c": "4"}
        bce = "F.binary_cross_entropy_with_logits"
        yield f"{bce}(x, t, {r})", {"x": (2, 4), "t": "2 4"}
        yield (
            f"{bce}(x, t, c, pos_weight=cp, {r})",
            {"x": (2, 4), "t": "2 4", "c": "2 4", "cp": "4"},
        )
        yield f"F.kl_div(x, t, {r})", {"x": (2, 4), "t": "2 4"}
        yield f"F.kl_div(x, t, log_target=True, {r})", {"x": (2, 4), "t": (2, 4)}
        yield (
            f"F.margin_ranking_loss(a, b, c, 0.4, {r})",
            {"a": (2, 4), "b": (2, 4), "c": SIGNS},
        )
        yield f"F.hinge_embedding_loss(x, c, 0.7, {r})", {"x": (2, 4), "c": SIGNS}
    yield "F.kl_div(x, t, reduction='batchmean')", {"x": (2, 4), "t": "2 4"}
    yield "F.smooth_l1_loss(x, y, beta=0.0)", {"x": (3,), "y": (3,)}


def _labels():
    for reduction in ("mean", "sum", "none"):
        r = f"reduction='{reduction}'"
        for loss in ("cross_entropy", "nll_loss"):
            yield f"F.{loss}(x, i, {r})", {"x": (3, 4), "i": LABELS}
            yield f"F.{loss}(x, i, c, {r})", {"x": (3, 4), "i": LABELS, "c": "4"}
            yield f"F.{loss}(x, i, {r}, ignore_index=2)", {"x": (3, 4), "i": LABELS}
            yield f"F.{loss}(x, i, c, {r}, ignore_index=-100)", {
                "x": (3, 4), "i": IGNORED, "c": "4",
            }  # fmt: skip
            yield f"F.{loss}(x, i, {r}, weight=c)", {"x": (2, 4, 2, 2), "i": GRID, "c": "4"}
            yield f"F.{loss}(x, i.reshape(()), {r})", {"x": (4,), "i": [1]}
        yield f"F.cross_entropy(x, i, {r}, label_smoothing=0.2)", {"x": (3, 4), "i": LABELS}
        yield f"F.cross_entropy(x, i, c, {r}, label_smoothing=0.3)", {
            "x": (2, 4, 2, 2), "i": GRID, "c": "4",
        }  # fmt: skip
        yield f"F.cross_entropy(x, t, {r})", {"x": (3, 4), "t": "3 4"}
        yield f"F.cross_entropy(x, t, c, {r}, label_smoothing=0.1)", {
            "x": (2, 3, 2), "t": "2 3 2", "c": "3",
        }  # fmt: skip
        yield f"F.multi_margin_loss(x, i, {r})", {"x": (3, 4), "i": LABELS}
        yield f"F.multi_margin_loss(x, i, 2, 0.6, c, {r})", {
            "x": (3, 4), "i": LABELS, "c": "4",
        }  # fmt: skip


CASES = [*_pairs(), *_labels()]
