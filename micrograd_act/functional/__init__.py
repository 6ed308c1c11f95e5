"""Every operation as a function, under PyTorch's names where it has them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from micrograd_act.functional.layers import linear
from micrograd_act.ops.arithmetic import (
    abs,
    add,
    clamp,
    div,
    maximum,
    minimum,
    mul,
    neg,
    pow,
    square,
    sub,
    where,
)
from micrograd_act.ops.elementary import (
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    gaussian,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    logit,
    reciprocal,
    rsqrt,
    sqrt,
    xlogy,
)
from micrograd_act.ops.linalg import matmul
from micrograd_act.ops.piecewise import (
    affine,
    heaviside,
    identity,
    leaky_relu,
    prelu,
    relu,
    relu6,
    sign,
    step,
)
from micrograd_act.ops.reductions import (
    amax,
    amin,
    log_softmax,
    logsumexp,
    mean,
    softmax,
    softmin,
    sum,
)
from micrograd_act.ops.shaping import broadcast_to, concatenate, reshape, stack, swapaxes
from micrograd_act.ops.sigmoids import logsigmoid, sigmoid, softsign, tanh, tanhshrink

if TYPE_CHECKING:
    from micrograd_act.functional.attending import (
        alpha_dropout,
        dropout,
        scaled_dot_product_attention,
    )
    from micrograd_act.functional.classification import cross_entropy, multi_margin_loss, nll_loss
    from micrograd_act.functional.convolving import conv1d, conv2d, conv_transpose2d
    from micrograd_act.functional.creation import (
        arange,
        eye,
        full,
        full_like,
        linspace,
        ones,
        ones_like,
        rand,
        randint,
        randn,
        zeros,
        zeros_like,
    )
    from micrograd_act.functional.embeddings import bilinear, embedding, one_hot
    from micrograd_act.functional.losses import (
        binary_cross_entropy,
        binary_cross_entropy_with_logits,
        hinge_embedding_loss,
        huber_loss,
        kl_div,
        l1_loss,
        margin_ranking_loss,
        mse_loss,
        smooth_l1_loss,
    )
    from micrograd_act.functional.normalizing import (
        batch_norm,
        cosine_similarity,
        group_norm,
        layer_norm,
        normalize,
        rms_norm,
    )
    from micrograd_act.functional.pooling import avg_pool1d, avg_pool2d, max_pool1d, max_pool2d
    from micrograd_act.graph.algebra import (
        bmm,
        cholesky,
        det,
        dot,
        einsum,
        inv,
        mm,
        mv,
        outer,
        slogdet,
        solve,
        tensordot,
        trace,
    )
    from micrograd_act.graph.choosing import (
        gather,
        index_put,
        index_select,
        masked_fill,
        masked_select,
        scatter,
        scatter_add,
        take_along_dim,
    )
    from micrograd_act.graph.ordering import (
        all,
        any,
        argmax,
        argmin,
        argsort,
        max,
        median,
        min,
        sort,
        topk,
    )
    from micrograd_act.graph.padding import pad
    from micrograd_act.graph.predicates import (
        allclose,
        count_nonzero,
        eq,
        equal,
        ge,
        gt,
        isclose,
        isfinite,
        isinf,
        isnan,
        le,
        logical_and,
        logical_not,
        logical_or,
        logical_xor,
        lt,
        ne,
        nonzero,
    )
    from micrograd_act.graph.rearranging import (
        chunk,
        diag,
        diagonal,
        expand,
        flatten,
        flip,
        movedim,
        permute,
        ravel,
        repeat,
        repeat_interleave,
        roll,
        split,
        squeeze,
        tile,
        tril,
        triu,
        unbind,
        unflatten,
        unsqueeze,
    )
    from micrograd_act.ops.accumulating import cumprod, cumsum, prod
    from micrograd_act.ops.gated import gelu, glu, mish, silu, swiglu, swish
    from micrograd_act.ops.hard import (
        hardshrink,
        hardsigmoid,
        hardswish,
        hardtanh,
        softshrink,
        threshold,
    )
    from micrograd_act.ops.moments import norm, std, var
    from micrograd_act.ops.rectifiers import celu, elu, selu, softplus, squareplus
    from micrograd_act.ops.rounding import ceil, floor, floor_divide, remainder, round, trunc
    from micrograd_act.ops.trigonometric import (
        acos,
        acosh,
        asin,
        asinh,
        atan,
        atan2,
        atanh,
        cos,
        cosh,
        hypot,
        sin,
        sinh,
        tan,
    )

cat = concat = concatenate
clip = clamp
transpose = swapdims = swapaxes
absolute, negative = abs, neg
divide = true_divide = div
multiply, subtract = mul, sub

# Where the names live that are imported when they are first used.
_LATE = {
    name: f"micrograd_act.{module}"
    for module, names in {
        "functional.attending": "alpha_dropout dropout scaled_dot_product_attention",
        "functional.classification": "cross_entropy multi_margin_loss nll_loss",
        "functional.convolving": "conv1d conv2d conv_transpose2d",
        "functional.creation": (
            "arange eye full full_like linspace ones ones_like rand randint randn zeros zeros_like"
        ),
        "functional.embeddings": "bilinear embedding one_hot",
        "functional.losses": (
            "binary_cross_entropy binary_cross_entropy_with_logits hinge_embedding_loss "
            "huber_loss kl_div l1_loss margin_ranking_loss mse_loss smooth_l1_loss"
        ),
        "functional.normalizing": (
            "batch_norm cosine_similarity group_norm layer_norm normalize rms_norm"
        ),
        "functional.pooling": "avg_pool1d avg_pool2d max_pool1d max_pool2d",
        "graph.algebra": (
            "bmm cholesky det dot einsum inv mm mv outer slogdet solve tensordot trace"
        ),
        "graph.choosing": (
            "gather index_put index_select masked_fill masked_select scatter scatter_add "
            "take_along_dim"
        ),
        "graph.ordering": "all any argmax argmin argsort max median min sort topk",
        "graph.padding": "pad",
        "graph.predicates": (
            "allclose count_nonzero eq equal ge gt isclose isfinite isinf isnan le logical_and "
            "logical_not logical_or logical_xor lt ne nonzero"
        ),
        "graph.rearranging": (
            "chunk diag diagonal expand flatten flip movedim permute ravel repeat "
            "repeat_interleave roll split squeeze tile tril triu unbind unflatten unsqueeze"
        ),
        "ops.accumulating": "cumprod cumsum prod",
        "ops.gated": "gelu glu mish silu swiglu swish",
        "ops.hard": "hardshrink hardsigmoid hardswish hardtanh softshrink threshold",
        "ops.moments": "norm std var",
        "ops.rectifiers": "celu elu selu softplus squareplus",
        "ops.rounding": "ceil floor floor_divide remainder round trunc",
        "ops.trigonometric": "acos acosh asin asinh atan atan2 atanh cos cosh hypot sin sinh tan",
    }.items()
    for name in names.split()
}
_ALIASES = {
    "arccos": "acos", "arccosh": "acosh", "arcsin": "asin", "arcsinh": "asinh", "arctan": "atan",
    "arctan2": "atan2", "arctanh": "atanh", "greater": "gt", "greater_equal": "ge", "less": "lt",
    "less_equal": "le", "moveaxis": "movedim", "not_equal": "ne",
}  # fmt: skip

__all__ = [
    "abs", "absolute", "acos", "acosh", "add", "affine", "all", "allclose", "alpha_dropout", "amax",
    "amin", "any", "arange", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2",
    "arctanh", "argmax", "argmin", "argsort", "asin", "asinh", "atan", "atan2", "atanh",
    "avg_pool1d", "avg_pool2d", "batch_norm", "bilinear", "binary_cross_entropy",
    "binary_cross_entropy_with_logits", "bmm", "broadcast_to", "cat", "ceil", "celu", "cholesky",
    "chunk", "clamp", "clip", "concat", "concatenate", "conv1d", "conv2d", "conv_transpose2d",
    "cos", "cosh", "cosine_similarity", "count_nonzero", "cross_entropy", "cumprod", "cumsum",
    "det", "diag", "diagonal", "div", "divide", "dot", "dropout", "einsum", "elu", "embedding",
    "eq", "equal", "erf", "erfc", "exp", "exp2", "expand", "expm1", "eye", "flatten", "flip",
    "floor", "floor_divide", "full", "full_like", "gather", "gaussian", "ge", "gelu", "glu",
    "greater", "greater_equal", "group_norm", "gt", "hardshrink", "hardsigmoid", "hardswish",
    "hardtanh", "heaviside", "hinge_embedding_loss", "huber_loss", "hypot", "identity", "index_put",
    "index_select", "inv", "isclose", "isfinite", "isinf", "isnan", "kl_div", "l1_loss",
    "layer_norm", "le", "leaky_relu", "less", "less_equal", "linear", "linspace", "log", "log1p",
    "log2", "log10", "log_softmax", "logaddexp", "logical_and", "logical_not", "logical_or",
    "logical_xor", "logit", "logsigmoid", "logsumexp", "lt", "margin_ranking_loss", "masked_fill",
    "masked_select", "matmul", "max", "max_pool1d", "max_pool2d", "maximum", "mean", "median",
    "min", "minimum", "mish", "mm", "moveaxis", "movedim", "mse_loss", "mul", "multi_margin_loss",
    "multiply", "mv", "ne", "neg", "negative", "nll_loss", "nonzero", "norm", "normalize",
    "not_equal", "one_hot", "ones", "ones_like", "outer", "pad", "permute", "pow", "prelu", "prod",
    "rand", "randint", "randn", "ravel", "reciprocal", "relu", "relu6", "remainder", "repeat",
    "repeat_interleave", "reshape", "rms_norm", "roll", "round", "rsqrt",
    "scaled_dot_product_attention", "scatter", "scatter_add", "selu", "sigmoid", "sign", "silu",
    "sin", "sinh", "slogdet", "smooth_l1_loss", "softmax", "softmin", "softplus", "softshrink",
    "softsign", "solve", "sort", "split", "sqrt", "square", "squareplus", "squeeze", "stack", "std",
    "step", "sub", "subtract", "sum", "swapaxes", "swapdims", "swiglu", "swish", "take_along_dim",
    "tan", "tanh", "tanhshrink", "tensordot", "threshold", "tile", "topk", "trace", "transpose",
    "tril", "triu", "true_divide", "trunc", "unbind", "unflatten", "unsqueeze", "var", "where",
    "xlogy", "zeros", "zeros_like",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    meant = _ALIASES.get(name, name)
    if meant not in _LATE:
        if name.startswith("_"):
            raise AttributeError(name)
        from difflib import get_close_matches  # for an error alone

        near = get_close_matches(name, __all__, 3, 0.7)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; dir() lists what there is"
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")
    found = globals()[name] = getattr(import_module(_LATE[meant]), meant)
    return found


def __dir__() -> list[str]:
    return __all__
