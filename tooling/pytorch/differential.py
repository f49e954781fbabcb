#!/usr/bin/env python3
"""Random calls of operations, with PyTorch's results in float64 and PyTorch's errors in float32, as JSON lines.

    python3 tooling/pytorch/differential.py --seed 1 [--first 0] --count 1000 [--runs 9] [--small]

One line a case: {op, params, args, cotangents, outputs, gradients}. Names and options are heed's. A tensor is
{dtype: "f32" | "i32" | "bool", shape, data}; in `outputs` and `gradients` (one a floating-point argument) dtype is "f64" where
values are floating-point, and `error` is the largest error of PyTorch in float32. A single run may be right by luck: the error is
the largest of several runs (9, or --runs), after the first of which each argument and cotangent moves to a neighbouring float32
number or stays. `data` are the bytes
in base64, little-endian; bool takes a byte. The gradients are those of the sum over all floating-point outputs of sum(output * cotangent).
With --small, tensors are small enough for a file in the repository.
"""

import argparse
import base64
import json
import math
import random
import sys

import torch
from torch.nn import functional as F

OPS = {}
# They round nothing, or jump: only their cotangents move.
EXACT = set("""abs neg floor round sign relu clamp maximum minimum max min where cast maskedFill oneHot gather embedding reshape
transpose expand expandDims squeeze flip tile slice pad tril triu unstack split concat stack topK maxWithIndices
minWithIndices""".split())


def op(*names):
    """Registers a function from a Draw to (params, args, run(*args) -> outputs)."""

    def register(build):
        for name in names:
            OPS[name] = build
        return build

    return register


class Draw:
    """Random shapes and values. Arguments are float32 numbers, which both precisions hold."""

    def __init__(self, seed, small):
        self.rng = random.Random(seed)
        self.generator = torch.Generator().manual_seed(self.rng.randrange(2**31))
        self.small = small

    def size(self, least=1):
        most = 4 if self.small else self.rng.choice([3, 8, 20])
        if not self.small and self.rng.random() < 0.05:
            most = 200
        return self.rng.randint(least, max(least, most))

    def shape(self, least=0, most=4):
        sizes = [self.size() for _ in range(self.rng.randint(least, 3 if self.small else most))]
        while math.prod(sizes) > (40 if self.small else 4000):
            largest = sizes.index(max(sizes))
            sizes[largest] = max(1, sizes[largest] // 2)
        return sizes

    def normal(self, *shape, scale=None):
        if scale is None:
            scale = self.rng.choice([0.1, 1, 1, 4, 20])
        return torch.randn(shape, generator=self.generator) * scale

    def positive(self, *shape):
        return torch.exp(self.normal(*shape, scale=self.rng.choice([0.5, 3, 10])))

    def ids(self, limit, *shape):
        return torch.randint(0, limit, shape, generator=self.generator, dtype=torch.int32)

    def bool(self, *shape):
        return torch.rand(shape, generator=self.generator) < self.rng.choice([0.2, 0.7])

    def axis(self, shape):
        return self.rng.randrange(-len(shape), len(shape))

    def axes(self, shape):
        """None for all axes, one axis, or several."""
        kind = self.rng.choice(["all", "one", "some"]) if shape else "all"
        if kind == "all":
            return None
        if kind == "one":
            return self.axis(shape)
        return sorted(self.rng.sample(range(len(shape)), self.rng.randint(1, len(shape))))

    def broadcast(self, shape):
        """A shape that broadcasts to `shape`."""
        cut = self.rng.randint(0, len(shape)) if self.rng.random() < 0.3 else 0
        return [1 if self.rng.random() < 0.2 else size for size in shape[cut:]]


# --- functions of each element -------------------------------------------------------------------------------------

UNARY = {
    "abs": torch.abs, "cos": torch.cos, "erf": torch.erf, "exp": torch.exp, "neg": torch.neg,
    "relu": torch.relu, "sigmoid": torch.sigmoid, "silu": F.silu,
    "sin": torch.sin, "tanh": torch.tanh,
}
for name, function in UNARY.items():
    OPS[name] = lambda draw, function=function: ({}, [draw.normal(*draw.shape())], function)
for name, function in {"log": torch.log, "log1p": torch.log1p, "sqrt": torch.sqrt}.items():
    OPS[name] = lambda draw, function=function: ({}, [draw.positive(*draw.shape())], function)


for name, function in {"floor": torch.floor, "round": torch.round, "sign": torch.sign}.items():
    # heed passes no gradient through them, and PyTorch one of 0.
    OPS[name] = lambda draw, function=function: ({}, [draw.normal(*draw.shape())], lambda x: function(x).detach())


@op("gelu")
def gelu(draw):
    approximate = draw.rng.choice(["none", "tanh"])
    return {"approximate": approximate}, [draw.normal(*draw.shape())], lambda x: F.gelu(x, approximate=approximate)


@op("softplus")
def softplus(draw):
    beta = draw.rng.choice([0.5, 1, 3])
    return {"beta": beta}, [draw.normal(*draw.shape())], lambda x: F.softplus(x, beta=beta)


@op("clamp")
def clamp(draw):
    low, high = sorted([draw.rng.gauss(0, 1), draw.rng.gauss(0, 1)])
    params = draw.rng.choice([{"min": low}, {"max": high}, {"min": low, "max": high}])
    return params, [draw.normal(*draw.shape())], lambda x: torch.clamp(x, **params)


BINARY = {
    "add": torch.add, "sub": torch.sub, "mul": torch.mul, "maximum": torch.maximum, "minimum": torch.minimum,
    "equal": torch.eq, "notEqual": torch.ne, "less": torch.lt, "lessEqual": torch.le, "greater": torch.gt,
    "greaterEqual": torch.ge,
}
for name, function in BINARY.items():
    def build(draw, function=function):
        shape = draw.shape()
        shapes = [shape, draw.broadcast(shape)]
        draw.rng.shuffle(shapes)
        if draw.rng.random() < 0.3:
            return {}, [draw.ids(1000, *each) - 500 for each in shapes], function
        return {}, [draw.normal(*each) for each in shapes], function

    OPS[name] = build


@op("div")
def div(draw):
    shape = draw.shape()
    if draw.rng.random() < 0.3:
        args = [draw.ids(1000, *shape) - 500, draw.ids(30, *draw.broadcast(shape)) + 1]
        return {}, args, lambda a, b: torch.div(a, b, rounding_mode="trunc")
    return {}, [draw.normal(*shape), draw.positive(*draw.broadcast(shape))], torch.div


@op("lerp")
def lerp(draw):
    shape, weight = draw.shape(), draw.rng.choice([0.25, 0.5, 1e-3])
    return {"weight": weight}, [draw.normal(*shape), draw.normal(*shape)], lambda a, b: torch.lerp(a, b, weight)


@op("pow")
def power(draw):
    shape = draw.shape()
    if draw.rng.random() < 0.3:
        exponent = draw.rng.choice([2, 3, 0.5, -1])
        return {}, [draw.positive(*shape), exponent], torch.pow
    scale = draw.rng.choice([0.5, 2])
    args = [torch.exp(draw.normal(*shape, scale=scale)), draw.normal(*draw.broadcast(shape), scale=scale)]
    return {}, args, torch.pow


@op("logicalAnd")
def logical_and(draw):
    shape = draw.shape()
    return {}, [draw.bool(*shape), draw.bool(*draw.broadcast(shape))], torch.logical_and


@op("logicalOr")
def logical_or(draw):
    shape = draw.shape()
    return {}, [draw.bool(*shape), draw.bool(*draw.broadcast(shape))], torch.logical_or


@op("logicalNot")
def logical_not(draw):
    return {}, [draw.bool(*draw.shape())], torch.logical_not


@op("where")
def where(draw):
    shape = draw.shape()
    args = [draw.bool(*draw.broadcast(shape)), draw.normal(*shape), draw.normal(*draw.broadcast(shape))]
    return {}, args, torch.where


@op("maskedFill")
def masked_fill(draw):
    shape = draw.shape()
    value = draw.rng.choice([0, -5.5, 1e9])
    return {"value": value}, [draw.normal(*shape), draw.bool(*draw.broadcast(shape))], lambda x, m: x.masked_fill(m, value)


@op("cast")
def cast(draw):
    dtype = draw.rng.choice(["i32", "bool"])
    return {"dtype": dtype}, [draw.normal(*draw.shape())], lambda x: x.to(torch.int32 if dtype == "i32" else torch.bool)


# --- functions of axes ---------------------------------------------------------------------------------------------


def reduction(draw, function, least=0):
    shape = draw.shape(least)
    axes, keep = draw.axes(shape), draw.rng.random() < 0.3
    params = {"keepDims": keep, **({} if axes is None else {"axis": axes})}
    dim = list(range(len(shape))) if axes is None else axes
    return params, [draw.normal(*shape)], lambda x: function(x, dim, keep) if shape else function(x.reshape(1), 0, False)


REDUCTIONS = {
    "sum": lambda x, dim, keep: x.sum(dim, keepdim=keep), "mean": lambda x, dim, keep: x.mean(dim, keepdim=keep),
    "max": lambda x, dim, keep: x.amax(dim, keepdim=keep), "min": lambda x, dim, keep: x.amin(dim, keepdim=keep),
    "logSumExp": lambda x, dim, keep: x.logsumexp(dim, keepdim=keep),
}
for name, function in REDUCTIONS.items():
    OPS[name] = lambda draw, function=function: reduction(draw, function)


@op("norm")
def norm(draw):
    p = draw.rng.choice([1, 2])
    params, args, run = reduction(draw, lambda x, dim, keep: torch.linalg.vector_norm(x, p, dim, keepdim=keep))
    return {**params, "p": p}, args, run


@op("variance")
def variance(draw):
    shape = [draw.size(2), draw.size(2), draw.size(2)]
    params = {"axis": draw.rng.choice([0, 1, -1, [0, 2]]), "correction": draw.rng.choice([0, 1]), "keepDims": True}
    run = lambda x: torch.var(x, params["axis"], correction=params["correction"], keepdim=True)
    return params, [draw.normal(*shape)], run


@op("std")
def std(draw):
    params, args, _ = variance(draw)
    return params, args, lambda x: torch.std(x, params["axis"], correction=params["correction"], keepdim=True)


@op("prod")
def prod(draw):
    shape = draw.shape(1)
    axis = draw.axis(shape)
    return {"axis": axis}, [draw.normal(*shape, scale=1)], lambda x: x.prod(axis)


for name, function in {"all": torch.all, "any": torch.any}.items():
    def build(draw, function=function):
        shape = draw.shape(1)
        axis = draw.axis(shape)
        return {"axis": axis}, [draw.bool(*shape)], lambda x: function(x, axis)

    OPS[name] = build

for name, function in {
    "argmax": torch.argmax, "argmin": torch.argmin, "cumsum": torch.cumsum, "softmax": torch.softmax,
    "logSoftmax": torch.log_softmax, "maxWithIndices": torch.max, "minWithIndices": torch.min,
}.items():
    def build(draw, function=function):
        shape = draw.shape(1)
        axis = draw.axis(shape)
        return {"axis": axis}, [draw.normal(*shape)], lambda x: function(x, axis)

    OPS[name] = build


@op("topK")
def top_k(draw):
    shape = draw.shape(1)
    axis, largest = draw.axis(shape), draw.rng.random() < 0.5
    k = draw.rng.randint(1, min(shape[axis], 8))
    return {"k": k, "axis": axis, "largest": largest}, [draw.normal(*shape)], lambda x: torch.topk(x, k, axis, largest)


# --- layout --------------------------------------------------------------------------------------------------------


def shaped(name, least=1):
    def register(build):
        def make(draw):
            shape = draw.shape(least)
            params, run = build(draw, shape)
            return params, [draw.normal(*shape)], run

        OPS[name] = make
        return build

    return register


@shaped("reshape")
def reshape(draw, shape):
    target = shape[::-1]
    return {"shape": target}, lambda x: x.reshape(target)


@shaped("transpose")
def transpose(draw, shape):
    permutation = draw.rng.sample(range(len(shape)), len(shape))
    return {"permutation": permutation}, lambda x: x.permute(permutation)


@shaped("expand")
def expand(draw, shape):
    target = [draw.size(), *shape]
    return {"shape": target}, lambda x: x.expand(target)


@shaped("expandDims", 0)
def expand_dims(draw, shape):
    axis = draw.rng.randint(0, len(shape))
    return {"axis": axis}, lambda x: x.unsqueeze(axis)


@op("squeeze")
def squeeze(draw):
    shape = draw.shape()
    axis = draw.rng.randint(0, len(shape))
    return {"axis": axis}, [draw.normal(*shape[:axis], 1, *shape[axis:])], lambda x: x.squeeze(axis)


@shaped("flip")
def flip(draw, shape):
    axis = draw.axis(shape)
    return {"axis": axis}, lambda x: x.flip(axis)


@shaped("tile")
def tile(draw, shape):
    repeats = [draw.rng.randint(1, 3) for _ in shape]
    return {"repeats": repeats}, lambda x: x.tile(repeats)


@shaped("slice")
def slice_axis(draw, shape):
    axis = draw.axis(shape)
    start = draw.rng.randint(0, shape[axis] - 1)
    end, step = draw.rng.randint(start + 1, shape[axis]), draw.rng.randint(1, 3)
    params = {"axis": axis, "start": start, "end": end, "step": step}
    return params, lambda x: x.movedim(axis, 0)[start:end:step].movedim(0, axis)


@shaped("pad")
def pad(draw, shape):
    axis = draw.axis(shape)
    before, after, value = draw.rng.randint(0, 3), draw.rng.randint(0, 3), draw.rng.choice([0, 1.5])
    params = {"axis": axis, "before": before, "after": after, "value": value}
    return params, lambda x: F.pad(x.movedim(axis, -1), (before, after), value=value).movedim(-1, axis)


@shaped("tril", 2)
def tril(draw, shape):
    diagonal = draw.rng.randint(-2, 2)
    return {"diagonal": diagonal}, lambda x: x.tril(diagonal)


@shaped("triu", 2)
def triu(draw, shape):
    diagonal = draw.rng.randint(-2, 2)
    return {"diagonal": diagonal}, lambda x: x.triu(diagonal)


@shaped("unstack")
def unstack(draw, shape):
    axis = draw.axis(shape)
    return {"axis": axis}, lambda x: x.unbind(axis)


@shaped("split")
def split(draw, shape):
    axis = draw.axis(shape)
    sizes = draw.rng.randint(1, shape[axis])
    return {"axis": axis, "sizes": sizes}, lambda x: x.split(sizes, axis)


@op("concat")
def concat(draw):
    shape = draw.shape(1)
    axis = draw.rng.randrange(len(shape))
    parts = [draw.normal(*shape[:axis], draw.size(), *shape[axis + 1:]) for _ in range(draw.rng.randint(1, 4))]
    return {"axis": axis}, [parts], lambda xs: torch.cat(xs, axis)


@op("stack")
def stack(draw):
    shape = draw.shape()
    axis = draw.rng.randint(0, len(shape))
    parts = [draw.normal(*shape) for _ in range(draw.rng.randint(1, 4))]
    return {"axis": axis}, [parts], lambda xs: torch.stack(xs, axis)


@op("gather")
def gather(draw):
    shape = draw.shape(1)
    axis = draw.rng.randrange(len(shape))
    indices = draw.ids(shape[axis], *shape[:axis], draw.size(), *shape[axis + 1:])
    return {"axis": axis}, [draw.normal(*shape), indices], lambda x, i: x.gather(axis, i.long())


@op("scatterAdd")
def scatter_add(draw):
    shape = draw.shape(1)
    axis, size = draw.rng.randrange(len(shape)), draw.size()
    target = [*shape[:axis], size, *shape[axis + 1:]]
    run = lambda x, i: torch.zeros(target, dtype=x.dtype).scatter_add(axis, i.long(), x)
    return {"axis": axis, "size": size}, [draw.normal(*shape), draw.ids(size, *shape)], run


@op("embedding")
def embedding(draw):
    rows = draw.size(2)
    return {}, [draw.normal(rows, draw.size()), draw.ids(rows, *draw.shape())], lambda t, i: F.embedding(i.long(), t)


@op("oneHot")
def one_hot(draw):
    classes = draw.size()
    run = lambda i: F.one_hot(i.long(), classes).to(torch.get_default_dtype())
    return {"numClasses": classes}, [draw.ids(classes, *draw.shape())], run


# --- layers --------------------------------------------------------------------------------------------------------


@op("matmul")
def matmul(draw):
    m, k, n = draw.size(), draw.size(), draw.size()
    batch = draw.shape(0, 1)
    a, b = draw.rng.random() < 0.3, draw.rng.random() < 0.3
    left = draw.normal(*batch, *((k, m) if a else (m, k)))
    right = draw.normal(*(batch if draw.rng.random() < 0.5 else []), *((n, k) if b else (k, n)))
    run = lambda x, y: (x.mT if a else x) @ (y.mT if b else y)
    return {"transposeA": a, "transposeB": b}, [left, right], run


@op("linear")
def linear(draw):
    size, width = draw.size(), draw.size()
    bias = draw.normal(width) if draw.rng.random() < 0.7 else None
    return {}, [draw.normal(*draw.shape(0, 2), size), draw.normal(width, size), bias], F.linear


@op("conv1d")
def conv1d(draw):
    groups, kernel = draw.rng.randint(1, 2), draw.rng.randint(1, 3)
    inner, outer, steps = draw.rng.randint(1, 3) * groups, draw.rng.randint(1, 3) * groups, draw.rng.randint(6, 12)
    params = {"stride": draw.rng.randint(1, 2), "padding": draw.rng.randint(0, 2), "dilation": draw.rng.randint(1, 2), "groups": groups}
    bias = draw.normal(outer) if draw.rng.random() < 0.5 else None
    args = [draw.normal(draw.rng.randint(1, 3), inner, steps), draw.normal(outer, inner // groups, kernel), bias]
    return params, args, lambda x, w, b: F.conv1d(x, w, b, **params)


@op("layerNorm")
def layer_norm(draw):
    size = draw.size(2)
    weight, bias = (draw.normal(size), draw.normal(size)) if draw.rng.random() < 0.7 else (None, None)
    epsilon = draw.rng.choice([1e-5, 1e-3])
    run = lambda x, w, b: F.layer_norm(x, [size], w, b, epsilon)
    return {"epsilon": epsilon}, [draw.normal(*draw.shape(0, 2), size), weight, bias], run


@op("rmsNorm")
def rms_norm(draw):
    size = draw.size(2)
    weight = draw.normal(size) if draw.rng.random() < 0.7 else None
    run = lambda x, w: F.rms_norm(x, [size], w, 1e-5)
    return {"epsilon": 1e-5}, [draw.normal(*draw.shape(0, 2), size), weight], run


@op("softmaxCrossEntropy")
def cross_entropy(draw):
    classes, shape = draw.size(2), draw.shape(1, 2)
    params = {"labelSmoothing": draw.rng.choice([0, 0.1]), "reduction": draw.rng.choice(["mean", "sum"])}
    run = lambda x, t: F.cross_entropy(
        x.reshape(-1, classes), t.long().flatten(), reduction=params["reduction"], label_smoothing=params["labelSmoothing"]
    )
    return params, [draw.normal(*shape, classes), draw.ids(classes, *shape)], run


def masked(draw):
    shape = draw.shape(1)
    mask = draw.bool(*shape) if draw.rng.random() < 0.7 else None
    if mask is not None:
        mask[..., 0] = True
    return [draw.normal(*shape), mask]


@op("maskedSoftmax")
def masked_softmax(draw):
    run = lambda x, m: torch.softmax(x if m is None else x.masked_fill(~m, -math.inf), -1)
    return {}, masked(draw), run


@op("maskedSigmoid")
def masked_sigmoid(draw):
    run = lambda x, m: torch.sigmoid(x if m is None else x.masked_fill(~m, -math.inf))
    return {}, masked(draw), run


@op("attention")
def attention(draw):
    batch, q, k, d, e = draw.shape(0, 2), draw.size(), draw.size(), draw.size(), draw.size()
    mask = draw.bool(*batch, q, k) if draw.rng.random() < 0.5 else None
    if mask is not None:
        mask[..., 0] = True

    def run(query, keys, values, mask):
        scores = query @ keys.mT / math.sqrt(d)
        weights = torch.softmax(scores if mask is None else scores.masked_fill(~mask, -math.inf), -1)
        return weights @ values, weights

    return {}, [draw.normal(*batch, q, d), draw.normal(*batch, k, d), draw.normal(*batch, k, e), mask], run


@op("additiveScores")
def additive_scores(draw):
    b, q, k, d = draw.size(), draw.size(), draw.size(), draw.size()
    run = lambda query, keys, v: torch.tanh(query[:, :, None] + keys[:, None]) @ v
    return {}, [draw.normal(b, q, d), draw.normal(b, k, d), draw.normal(d)], run


def weights(draw, gates, hidden, inner):
    scale = 1 / math.sqrt(hidden)
    return [
        draw.normal(gates * hidden, inner, scale=scale), draw.normal(gates * hidden, hidden, scale=scale),
        draw.normal(gates * hidden, scale=scale), draw.normal(gates * hidden, scale=scale),
    ]


def recurrence(kind, gates):
    def build(draw):
        b, t, i, h = draw.size(), draw.rng.randint(1, 6), draw.size(), draw.size()
        states = [draw.normal(b, h, scale=0.5) for _ in range(2 if kind == "lstm" else 1)]
        nonlinearity = draw.rng.choice(["tanh", "relu"]) if kind == "rnn" else None

        def run(x, *rest):
            given, parameters = rest[: len(states)], rest[len(states): len(states) + 4]
            first = tuple(state[None] for state in given) if kind == "lstm" else given[0][None]
            function = {"gru": torch.gru, "lstm": torch.lstm, "rnn": torch.rnn_relu if nonlinearity == "relu" else torch.rnn_tanh}[kind]
            outputs, *last = function(x, first, parameters, True, 1, 0.0, False, False, True)
            return (outputs, *[state[0] for state in last])

        args = [draw.normal(b, t, i, scale=1), *states, *weights(draw, gates, h, i), None]
        return {"nonlinearity": nonlinearity} if nonlinearity else {}, args, run

    return build


OPS["gru"] = recurrence("gru", 3)
OPS["lstm"] = recurrence("lstm", 4)
OPS["rnn"] = recurrence("rnn", 1)


def cell(kind, gates):
    def build(draw):
        b, h = draw.size(), draw.size()
        states = [draw.normal(b, h, scale=0.5) for _ in range(2 if kind == "lstm" else 1)]
        _, hh, bias, _ = weights(draw, gates, h, 1)

        def run(given, *rest):
            given_states, weight, bias = rest[: len(states)], rest[-2], rest[-1]
            eye, zero = torch.eye(gates * h, dtype=given.dtype), torch.zeros(gates * h, dtype=given.dtype)
            if kind == "lstm":
                return torch.lstm_cell(given, given_states, eye, weight, zero, bias)
            function = torch.gru_cell if kind == "gru" else torch.rnn_tanh_cell
            return function(given, given_states[0], eye, weight, zero, bias)

        return {}, [draw.normal(b, gates * h, scale=draw.rng.choice([1, 4])), *states, hh, bias], run

    return build


OPS["gruStep"] = cell("gru", 3)
OPS["lstmStep"] = cell("lstm", 4)
OPS["rnnStep"] = cell("rnn", 1)


# --- a case --------------------------------------------------------------------------------------------------------


def leaves(args):
    return [x for arg in args for x in (arg if isinstance(arg, list) else [arg])]


def run_in(dtype, args, run, cotangents):
    def convert(x):
        if isinstance(x, list):
            return [convert(each) for each in x]
        if isinstance(x, torch.Tensor) and x.is_floating_point():
            return x.to(dtype).detach().requires_grad_(True)
        return x

    torch.set_default_dtype(dtype)
    given = [convert(arg) for arg in args]
    outputs = run(*given)
    outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
    floats = [output for output in outputs if output.is_floating_point()]
    differentiable = [x for x in leaves(given) if isinstance(x, torch.Tensor) and x.requires_grad]
    gradients = [None] * len(differentiable)
    if any(output.requires_grad for output in floats):
        loss = sum((output * cotangent.to(dtype)).sum() for output, cotangent in zip(floats, cotangents(floats)))
        gradients = torch.autograd.grad(loss, differentiable, allow_unused=True)
    torch.set_default_dtype(torch.float32)
    return [output.detach() for output in outputs], gradients


def encode(tensor):
    dtype = {torch.float32: "f32", torch.float64: "f64", torch.int32: "i32", torch.int64: "i32", torch.bool: "bool"}[tensor.dtype]
    plain = tensor.to(torch.int32) if dtype == "i32" else tensor
    data = plain.detach().contiguous().numpy().tobytes()
    return {"dtype": dtype, "shape": list(tensor.shape), "data": base64.b64encode(data).decode()}


def encode_argument(arg):
    if isinstance(arg, list):
        return [encode(each) for each in arg]
    return encode(arg) if isinstance(arg, torch.Tensor) else arg


def moved(draw, arg):
    """Each number becomes its float32 neighbour, above or below, or stays."""
    if isinstance(arg, list):
        return [moved(draw, each) for each in arg]
    if not isinstance(arg, torch.Tensor) or not arg.is_floating_point():
        return arg
    steps = torch.randint(-1, 2, arg.shape, generator=draw.generator)
    return torch.where(steps == 0, arg, torch.nextafter(arg, steps * torch.inf))


def compared(exact, runs):
    if exact is None:
        return None
    error = 0
    for run in runs if exact.is_floating_point() else []:
        difference = (run.double() - exact).abs()
        if difference.isfinite().any():
            error = max(error, difference[difference.isfinite()].max().item())
    return {**encode(exact), "error": error}


def make_case(seed, number, small, number_of_runs):
    draw = Draw(seed * 1_000_003 + number, small)
    name = sorted(OPS)[number % len(OPS)]
    params, args, run = OPS[name](draw)
    known = []

    def cotangents(outputs):
        if not known:
            known.extend(draw.normal(*output.shape, scale=1) for output in outputs)
        return known

    exact, exact_gradients = run_in(torch.float64, args, run, cotangents)
    runs = [run_in(torch.float32, args, run, cotangents)]
    for _ in range(number_of_runs - 1):
        others = args if name in EXACT else moved(draw, args)
        runs.append(run_in(torch.float32, others, run, lambda outputs: moved(draw, cotangents(outputs))))
    return {
        "op": name, "seed": seed, "number": number, "params": params, "args": [encode_argument(arg) for arg in args],
        "cotangents": [encode(each) for each in known],
        "outputs": [compared(x, [run[0][i] for run in runs]) for i, x in enumerate(exact)],
        "gradients": [compared(x, [run[1][i] for run in runs]) for i, x in enumerate(exact_gradients)],
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=len(OPS))
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--small", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for number in range(options.first, options.first + options.count):
        sys.stdout.write(json.dumps(make_case(options.seed, number, options.small, options.runs)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
