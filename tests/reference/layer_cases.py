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


SPD = [[2.0, 0.5, -1.0], [0.5, 1.5, 0.3], [-1.0, 0.3, 2.5]]


def _algebra():
    two = {"x": (2, 3), "y": (3, 4)}
    for equation in ("ij,jk->ik", "ij,jk", "ij,jk->ki", "ij,jk->", "ij,jk->j", "ij,lk->il"):
        yield f"F.einsum('{equation}', x, y)", two
    for equation in ("ij->ji", "ij->", "ij->j", "...j->...", "ij", "ji"):
        yield f"F.einsum('{equation}', x)", {"x": (2, 3)}
    for equation in ("ii->i", "ii->", "ii", "iij->j", "jii->ij"):
        shape = (3,) * len(equation.split("->")[0])
        yield f"F.einsum('{equation}', x)", {"x": shape}
    yield "F.einsum('...ij,...jk->...ik', x, y)", {"x": (2, 1, 2, 3), "y": (4, 3, 2)}
    yield "F.einsum('b...,b->...', x, y)", {"x": (3, 2, 2), "y": (3,)}
    yield "F.einsum('bi,ij,bj->b', x, y, z)", {"x": (2, 3), "y": (3, 4), "z": (2, 4)}
    yield "F.einsum('ij,ij->ij', x, y)", {"x": (2, 1), "y": (2, 3)}
    yield "F.einsum('iij,jk->ik', x, y)", {"x": (2, 2, 3), "y": (3, 2)}
    yield "F.einsum('bhqd,bhkd->bhqk', x, y)", {"x": (1, 2, 3, 2), "y": (1, 2, 2, 2)}
    yield "F.tensordot(x, y)", {"x": (2, 3, 2), "y": (3, 2, 2)}
    yield "F.tensordot(x, y, dims=1)", two
    yield "F.tensordot(x, y, dims=0)", {"x": (2,), "y": (3,)}
    yield "F.tensordot(x, y, dims=([0, 2], [1, -1]))", {"x": (2, 3, 4), "y": (2, 2, 4)}
    yield "F.mm(x, y)", two
    yield "F.bmm(x, y)", {"x": (2, 2, 3), "y": (2, 3, 1)}
    yield "F.mv(x, y)", {"x": (2, 3), "y": (3,)}
    yield "F.repeat_interleave(x, 2)", {"x": (2, 3)}
    yield "F.repeat_interleave(x, i, dim=1)", {"x": (2, 3), "i": [2, 0, 3]}
    yield "F.outer(x, y)", {"x": (2,), "y": (3,)}
    yield "F.dot(x, y)", {"x": (3,), "y": (3,)}
    yield "F.trace(x)", {"x": (3, 3)}
    yield "F.trace(x)*2", {"x": (2, 3)}
    for name in ("inv", "det", "slogdet"):
        yield f"F.{name}(x)", {"x": (3, 3)}
        yield f"F.{name}(x)[:]", {"x": (2, 2, 2)}
    yield "F.solve(x, y)", {"x": (3, 3), "y": (3, 2)}
    yield "F.solve(x, y)*1", {"x": (3, 3), "y": (3,)}
    yield "F.solve(x, y)*2", {"x": (2, 3, 3), "y": (2, 3, 2)}
    yield "F.cholesky(x)", {"x": SPD}


def _neural():
    x, w = (3, 4), (4,)
    yield "F.layer_norm(x, (4,))", {"x": x}
    yield "F.layer_norm(x, (4,), w, b, 1e-3)", {"x": x, "w": w, "b": w}
    yield "F.layer_norm(x, (2, 4), w)", {"x": (3, 2, 4), "w": (2, 4)}
    yield "F.rms_norm(x, (4,))", {"x": x}
    yield "F.rms_norm(x, (2, 4), w, 1e-3)", {"x": (3, 2, 4), "w": (2, 4)}
    yield "F.group_norm(x, 2)", {"x": x}
    yield "F.group_norm(x, 2, w, b, 1e-3)", {"x": (2, 4, 3), "w": w, "b": w}
    for training in (True, False):
        for shape in ((3, 2), (3, 2, 2), (2, 2, 2, 2)):
            yield f"(F.batch_norm(x, c, cv, w, b, {training}, 0.3), c, cv){'[:]' * len(shape)}", {
                "x": shape, "c": "2", "cv": "2", "w": (2,), "b": (2,),
            }  # fmt: skip
    yield "F.batch_norm(x, None, None, training=True)", {"x": (3, 2)}
    yield "F.embedding(i, w)", {"i": [[0, 2], [2, 1]], "w": (3, 2)}
    yield "F.embedding(i, w, 2)", {"i": [[0, 2], [2, 1]], "w": (3, 2)}
    yield "F.bilinear(x, y, w, b)", {"x": (3, 2), "y": x, "w": (5, 2, 4), "b": (5,)}
    yield "F.normalize(x)", {"x": x}
    yield "F.normalize(x, p=1.0, dim=0)", {"x": x}
    yield "F.normalize(x, 3.0, -1)", {"x": (2, 3, 2)}
    yield "F.cosine_similarity(x, y)", {"x": x, "y": x}
    yield "F.cosine_similarity(x, y, dim=0)", {"x": (3, 2), "y": (3, 1)}
    attend = "F.scaled_dot_product_attention"
    heads = {"q": (2, 2, 3, 2), "k": (2, 2, 4, 2), "v": (2, 2, 4, 3)}
    yield f"{attend}(q, k, v)", heads
    yield f"{attend}(q, k, v, is_causal=True, scale=0.7)", heads
    yield f"{attend}(q, k, v, c)", {**heads, "c": (3, 4)}
    grouped = {"q": (2, 4, 3, 2), "k": (2, 2, 4, 2), "v": (2, 2, 4, 3)}
    yield f"{attend}(q, k, v, is_causal=True, enable_gqa=True)", grouped
    mask = [[True, False, True, True], [False, False, True, False], [False] * 4]
    yield f"{attend}(q, k, v, i)", {**heads, "i": mask}


def _images():
    image, kernel = {"x": (2, 4, 5, 4)}, {"w": (6, 4, 3, 2), "b": (6,)}
    for arguments in (
        *("w", "w, b", "w, b, 2", "w, None, (1, 2), (2, 1)", "w, padding='same', dilation=2"),
        "w, b, padding='valid', dilation=(2, 1)",
    ):
        yield f"F.conv2d(x, {arguments})", {**image, **kernel}
    yield "F.conv2d(x, w, groups=2)", {"x": (2, 4, 3, 3), "w": (4, 2, 2, 2)}
    yield "F.conv2d(x, w, padding=1)", {"x": (2, 3, 4), "w": (3, 2, 2, 2)}
    row = {"x": (2, 4, 7), "w": (4, 2, 3), "b": (4,)}
    for arguments in ("w, b", "w, b, 2, 1", "w, None, 1, 'same', 3", "w, b, 3, 2, 2"):
        yield f"F.conv1d(x, {arguments}{', ' if ', 2, 2' in arguments else ', groups='}2)", row
    back = {"x": (2, 4, 3, 2), "w": (4, 3, 2, 3), "b": (3,)}
    for arguments in ("w", "w, b, 2", "w, b, (2, 3), 1, (1, 2)", "w, None, 2, dilation=2"):
        yield f"F.conv_transpose2d(x, {arguments})", back
    yield "F.conv_transpose2d(x, w, b, 2, 1, 1, 2)", {
        "x": (4, 3, 2), "w": (4, 3, 2, 3), "b": (6,),
    }  # fmt: skip
    for name, nd in (("1d", 1), ("2d", 2)):
        pooled = {"x": (2, 2, *(7, 6)[:nd])}
        for arguments in ("2", "3, 1", "3, 2, 1", "2, 1, 1"):
            yield f"F.max_pool{name}(x, {arguments})", pooled
            yield f"F.avg_pool{name}(x, {arguments})", pooled
        yield f"F.max_pool{name}(x, 2, dilation=2)", pooled
        yield f"F.avg_pool{name}(x, 3, 2, 1, count_include_pad=False)", pooled
        for arguments in ("3, 2, 1, 1, True", "3, 1, 0, 2, True", "4, 3, 0, ceil_mode=True"):
            yield f"F.max_pool{name}(x, {arguments}, return_indices=True)", pooled
        for arguments in ("3, 2, 1, True", "4, 3, 2, True, False", "4, 3, 0, ceil_mode=True"):
            yield f"F.avg_pool{name}(x, {arguments})", pooled
    yield "F.avg_pool2d(x, (3, 2), 2, (1, 0), divisor_override=5)", {"x": (2, 5, 4)}
    yield "F.avg_pool2d(x, 2, 2, 0, True, True, 5)", {"x": (1, 3, 5)}
    yield "F.max_pool2d(-x * x, 3, 2, 1)", {"x": (1, 3, 3)}
    yield "F.max_pool2d(x, 2, 1)", {"x": [[[1.0, 1.0, 2.0], [1.0, 2.0, 2.0], [3.0, 3.0, 3.0]]]}
    yield "F.conv2d(x, w, padding='same')", {**image, "w": kernel["w"]}


def _arguments():
    two = {"x": (2, 3), "y": (3,)}
    for call in (
        *("add(x, y, alpha=2)", "sub(x, y, alpha=-0.5)", "clamp(x, y, y + 1)", "clamp(x, max=y)"),
        *("clamp(y, x)", "div(x, y, rounding_mode='floor')", "div(x, y, rounding_mode='trunc')"),
    ):
        yield f"F.{call}", two
    yield "F.flip(x, dims=(0,))", {"x": (2, 3)}
    for name in ("sum", "mean", "prod", "amax", "logsumexp", "softmax", "log_softmax"):
        yield f"F.{name}(x, dim=0)", {"x": ()}
    for name in ("cumsum", "cumprod"):
        yield f"F.{name}(x, dim=-1)", {"x": ()}
    yield "F.var(x, dim=0, correction=0)", {"x": ()}


CASES = [*_arguments(), *_pairs(), *_labels(), *_algebra(), *_neural(), *_images()]
