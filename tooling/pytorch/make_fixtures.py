#!/usr/bin/env python3
"""Reference values from PyTorch, as one JSON file a case in tooling/pytorch/fixtures.

    python3 tooling/pytorch/make_fixtures.py [case ...]     (all cases, unless some are named)

Needs PyTorch >= 1.13 (>= 2.4 for rms-norm) and nothing else. Everything is computed in float64 on one thread. Inputs, parameters and
cotangents are multiples of 1/1024, which float32 holds exactly: what differs from a float32 implementation is its
arithmetic alone. A case's random numbers are seeded by its name.

A file:
    case, reference   its name, and what of PyTorch it shows
    torch             the version that made it
    config            what the reference was built with, by PyTorch's names
    inputs            by name; a tensor is {dtype: "f64" | "i32" | "bool", shape, data (row-major)}
    parameters        by PyTorch's names; {} where there are none
    outputs           by name
    cotangents        of the floating-point outputs: the gradients are those of loss = sum over them of
                      sum(output * cotangent)
    gradients         {inputs, parameters}: of all floating-point inputs, and of all parameters
    optimizer         {name, options, steps}: three steps on the parameters, each {lossScale, parameters}: the step
                      minimises lossScale * loss, and `parameters` are those after it. null where there are none.
                      In the cases optimizer-*, a step is {gradients, parameters}: no loss, the gradients are given.
    In the cases schedule-*, the output `rates` has the learning rate of each optimizer step or, for plateau, of each epoch.
"""

import json
import pathlib
import random
import sys

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tooling" / "pytorch" / "fixtures"
LOSS_SCALES = [1.0, -0.5, 2.0]  # unlike gradients, or Adam's betas would hardly matter
ADAM = {"lr": 1e-3, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.0}
# The same score more for every key changes no weight: a key's bias has no gradient but rounding errors, by whose sign
# Adam would move. Not so with this eps.
CALM_ADAM = {**ADAM, "eps": 1e-3}
BATCH, STEPS, INPUT, HIDDEN = 3, 5, 3, 4
LENGTHS = [3, 4, 1]  # unsorted, and all below STEPS

CASES = {}


def case(name, reference):
    """Registers a function from a generator of random numbers to what `finish` takes."""

    def register(build):
        CASES[name] = (reference, build)
        return build

    return register


# --- random values, and values as JSON -----------------------------------------------------------------------------


def grid(rng, *shape, scale=0.5):
    count = torch.Size(shape).numel()
    return torch.tensor([round(rng.gauss(0, scale) * 1024) / 1024 for _ in range(count)]).reshape(shape)


def randomise(rng, module):
    for parameter in module.parameters():
        parameter.data.copy_(grid(rng, *parameter.shape))
    return module


def as_json(tensor):
    tensor = tensor.detach()
    dtype = {torch.float64: "f64", torch.int64: "i32", torch.bool: "bool"}[tensor.dtype]
    data = tensor.to(torch.int64) if dtype == "bool" else tensor
    return {"dtype": dtype, "shape": list(tensor.shape), "data": data.flatten().tolist()}


def all_as_json(tensors):
    return {name: as_json(tensor) for name, tensor in tensors.items()}


# --- running a case ------------------------------------------------------------------------------------------------


def gradient_of(tensor):
    return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad


def differentiate(rng, inputs, parameters, forward, config, optimizer=(torch.optim.Adam, ADAM)):
    """Runs `forward(inputs) -> outputs`, its gradients, and three steps of the optimizer on the parameters."""
    for tensor in inputs.values():
        tensor.requires_grad_(tensor.is_floating_point())
    outputs = forward(inputs)
    differentiable = [name for name, output in outputs.items() if output.is_floating_point()]
    cotangents = {name: grid(rng, *outputs[name].shape, scale=1) for name in differentiable}

    def backward(outputs, scale):
        loss = sum((outputs[name] * cotangents[name]).sum() for name in differentiable)
        (scale * loss).backward()

    backward(outputs, 1)
    # Copies: the optimizer's steps overwrite what tensors hold.
    file = json.loads(json.dumps({
        "config": config,
        "inputs": all_as_json(inputs),
        "parameters": all_as_json(parameters),
        "outputs": all_as_json(outputs),
        "cotangents": all_as_json(cotangents),
        "gradients": {
            "inputs": {name: as_json(gradient_of(x)) for name, x in inputs.items() if x.requires_grad},
            "parameters": {name: as_json(gradient_of(x)) for name, x in parameters.items()},
        },
    }))
    kind, options = optimizer
    # Adam moves by the sign of tiny gradients: such a fixture would ask for the rounding errors of PyTorch.
    for name, parameter in parameters.items() if options.get("eps", 0) < CALM_ADAM["eps"] else []:
        sizes = gradient_of(parameter).abs().flatten()
        smallest = sizes[sizes > 0].min() if (sizes > 0).any() else 1
        assert smallest > 1e-5, f"{name}: a gradient of {smallest} is too small, use another name as seed"
    if not parameters:
        return {**file, "optimizer": None}
    update = kind(parameters.values(), **options)
    steps = []
    for scale in LOSS_SCALES:
        update.zero_grad()
        backward(forward(inputs), scale)
        update.step()
        steps.append({"lossScale": scale, "parameters": all_as_json(parameters)})
    return {**file, "optimizer": {"name": kind.__name__, "options": options, "steps": steps}}


def of_module(rng, module, inputs, forward, config, optimizer=(torch.optim.Adam, ADAM)):
    return differentiate(rng, inputs, dict(randomise(rng, module).named_parameters()), forward, config, optimizer)


def layout(value, indent=""):
    """JSON with one tensor a line: short, and a difference shows which one changed."""
    if isinstance(value, dict) and value and "data" not in value:
        lines = [f"{indent}  {json.dumps(key)}: {layout(item, indent + '  ')}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(f"{indent}  {layout(item, indent + '  ')}" for item in value) + f"\n{indent}]"
    return json.dumps(value, allow_nan=False)


def save(name):
    reference, build = CASES[name]
    file = {"case": name, "reference": reference, "torch": torch.__version__, **build(random.Random(name))}
    text = layout(file) + "\n"
    assert json.loads(text) == file
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
    print(f"{name}: {len(text)} bytes")


# --- layers --------------------------------------------------------------------------------------------------------


def linear(bias):
    def build(rng):
        config = {"in_features": 3, "out_features": 4, "bias": bias}
        module = nn.Linear(**config)
        return of_module(rng, module, {"input": grid(rng, 2, 5, 3)}, lambda x: {"output": module(x["input"])}, config)

    return build


case("linear", "torch.nn.Linear")(linear(True))
case("linear-no-bias", "torch.nn.Linear")(linear(False))


def embedding(padding_idx):
    def build(rng):
        config = {"num_embeddings": 7, "embedding_dim": 4, "padding_idx": padding_idx}
        module = randomise(rng, nn.Embedding(**config))
        if padding_idx is not None:
            module.weight.data[padding_idx] = 0  # as PyTorch initialises it
        ids = torch.tensor([[1, 3, 3, 0], [6, 3, 0, 0], [5, 1, 2, 0]])  # 3 often, 4 never
        return differentiate(
            rng, {"ids": ids}, dict(module.named_parameters()), lambda x: {"output": module(x["ids"])}, config
        )

    return build


case("embedding", "torch.nn.Embedding")(embedding(None))
case("embedding-padding-idx", "torch.nn.Embedding")(embedding(0))


@case("layer-norm", "torch.nn.LayerNorm")
def layer_norm(rng):
    config = {"normalized_shape": [4], "eps": 1e-5}
    module = nn.LayerNorm(**config)
    inputs = {"input": grid(rng, 2, 5, 4, scale=2)}
    return of_module(rng, module, inputs, lambda x: {"output": module(x["input"])}, config)


# --- recurrent layers ----------------------------------------------------------------------------------------------


def recurrent(kind, options, layers, bidirectional, lengths):
    def build(rng):
        config = {
            "input_size": INPUT,
            "hidden_size": HIDDEN,
            "num_layers": layers,
            "bidirectional": bidirectional,
            "batch_first": True,
            **options,
        }
        module = kind(**config)
        states = ["h_0", "c_0"] if kind is nn.LSTM else ["h_0"]
        # Behind a sequence's end stand values, not zeros: an implementation that reads them is found out.
        inputs = {"input": grid(rng, BATCH, STEPS, INPUT)}
        for state in states:
            inputs[state] = grid(rng, layers * (2 if bidirectional else 1), BATCH, HIDDEN)
        if lengths:
            inputs["lengths"] = torch.tensor(LENGTHS)

        def forward(x):
            sequence = x["input"]
            if lengths:
                sequence = pack_padded_sequence(sequence, x["lengths"], batch_first=True, enforce_sorted=False)
            output, last = module(sequence, (x["h_0"], x["c_0"]) if kind is nn.LSTM else x["h_0"])
            if lengths:
                output, _ = pad_packed_sequence(output, batch_first=True, total_length=STEPS)
            h_n, *c_n = last if kind is nn.LSTM else [last]
            return {"output": output, "h_n": h_n, **({"c_n": c_n[0]} if c_n else {})}

        return of_module(rng, module, inputs, forward, config)

    return build


def cell(kind, options):
    def build(rng):
        config = {"input_size": INPUT, "hidden_size": HIDDEN, **options}
        module = kind(**config)
        inputs = {"input": grid(rng, BATCH, INPUT), "h_0": grid(rng, BATCH, HIDDEN)}
        if kind is nn.LSTMCell:
            inputs["c_0"] = grid(rng, BATCH, HIDDEN)

        def forward(x):
            if kind is nn.LSTMCell:
                h_1, c_1 = module(x["input"], (x["h_0"], x["c_0"]))
                return {"h_1": h_1, "c_1": c_1}
            return {"h_1": module(x["input"], x["h_0"])}

        return of_module(rng, module, inputs, forward, config)

    return build


for prefix, layer, step, options in [
    ("rnn-tanh", nn.RNN, nn.RNNCell, {"nonlinearity": "tanh"}),
    ("rnn-relu", nn.RNN, nn.RNNCell, {"nonlinearity": "relu"}),
    ("gru", nn.GRU, nn.GRUCell, {}),
    ("lstm", nn.LSTM, nn.LSTMCell, {}),
]:
    for suffix, layers, bidirectional in [("", 1, False), ("-2layer-bidirectional", 2, True)]:
        for lengths in [False, True]:
            case(
                prefix + suffix + ("-lengths" if lengths else ""),
                f"torch.nn.{layer.__name__}" + (" on pack_padded_sequence(enforce_sorted=False)" if lengths else ""),
            )(recurrent(layer, options, layers, bidirectional, lengths))
    case(f"{prefix}-cell", f"torch.nn.{step.__name__}")(cell(step, options))


def residual(kind, layers, bidirectional):
    """Layers of a recurrent network in which the input of each layer above the first is added to its output."""

    def build(rng):
        width = HIDDEN * (2 if bidirectional else 1)
        modules = [
            kind(width if k else INPUT, HIDDEN, batch_first=True, bidirectional=bidirectional) for k in range(layers)
        ]
        config = {
            "input_size": INPUT,
            "hidden_size": HIDDEN,
            "num_layers": layers,
            "bidirectional": bidirectional,
            "residual_from": 1,
        }
        states = ["h_0", "c_0"] if kind is nn.LSTM else ["h_0"]
        inputs = {"input": grid(rng, BATCH, STEPS, INPUT), "lengths": torch.tensor(LENGTHS)}
        for state in states:
            inputs[state] = grid(rng, layers * (2 if bidirectional else 1), BATCH, HIDDEN)

        def forward(x):
            output, last = x["input"], []
            for k, module in enumerate(modules):
                count = 2 if bidirectional else 1
                own = slice(k * count, (k + 1) * count)
                first = tuple(x[state][own].contiguous() for state in states)
                packed = pack_padded_sequence(output, x["lengths"], batch_first=True, enforce_sorted=False)
                result, state = module(packed, first if kind is nn.LSTM else first[0])
                result, _ = pad_packed_sequence(result, batch_first=True, total_length=STEPS)
                output = result + output if k else result
                last.append(state if kind is nn.LSTM else (state,))
            names = ["h_n", "c_n"][: len(states)]
            return {"output": output, **{name: torch.cat([s[i] for s in last]) for i, name in enumerate(names)}}

        parameters = {}
        for k, module in enumerate(modules):
            for name, parameter in randomise(rng, module).named_parameters():
                parameters[name.replace("_l0", f"_l{k}")] = parameter
        return differentiate(rng, inputs, parameters, forward, config)

    return build


for prefix, layer in [("gru", nn.GRU), ("lstm", nn.LSTM)]:
    case(
        f"{prefix}-3layer-residual-bidirectional-lengths",
        f"torch.nn.{layer.__name__}, a module for each layer, whose input is added to its output above the first",
    )(residual(layer, 3, True))


# --- functions -----------------------------------------------------------------------------------------------------


def function(shape, scale, config, forward):
    return lambda rng: differentiate(
        rng, {"input": grid(rng, *shape, scale=scale)}, {}, lambda x: {"output": forward(x["input"], **config)}, config
    )


case("softmax", "torch.softmax")(function([2, 3, 5], 2, {"dim": -1}, F.softmax))
case("softmax-dim-1", "torch.softmax")(function([2, 3, 5], 2, {"dim": 1}, F.softmax))
case("softmax-large", "torch.softmax of values up to thousands")(function([4, 5], 1000, {"dim": -1}, F.softmax))
case("log-softmax", "torch.log_softmax")(function([2, 3, 5], 2, {"dim": -1}, F.log_softmax))
case("log-softmax-large", "torch.log_softmax of values up to thousands")(
    function([4, 5], 1000, {"dim": -1}, F.log_softmax)
)
case("gelu", "torch.nn.functional.gelu: x * Phi(x) by erf")(function([4, 8], 2, {"approximate": "none"}, F.gelu))
case("gelu-tanh", "torch.nn.functional.gelu: by tanh")(function([4, 8], 2, {"approximate": "tanh"}, F.gelu))


def cross_entropy(config):
    def build(rng):
        classes = 7
        targets = torch.tensor([[3, 6, 2, 1], [5, 4, 0, 0], [1, 0, 0, 0]])
        inputs = {"logits": grid(rng, *targets.shape, classes, scale=2), "targets": targets}

        def forward(x):
            return {"loss": F.cross_entropy(x["logits"].reshape(-1, classes), x["targets"].reshape(-1), **config)}

        return differentiate(rng, inputs, {}, forward, config)

    return build


for suffix, config in [
    ("", {}),
    ("-ignore-index", {"ignore_index": 0}),
    ("-label-smoothing", {"label_smoothing": 0.1}),
    ("-ignore-index-label-smoothing", {"ignore_index": 0, "label_smoothing": 0.1}),
]:
    case(f"cross-entropy{suffix}", "torch.nn.functional.cross_entropy")(
        cross_entropy({"reduction": "mean", **config})
    )


# --- operations: several of one kind in a file; an output is named after what PyTorch is asked ------------------------


def operations(inputs, forward):
    """`inputs` makes the inputs from a generator; `forward` takes them by name."""
    return lambda rng: differentiate(rng, inputs(rng), {}, lambda x: forward(**x), {})


case("ops-elementwise", "torch.log1p and others; functional.silu, softplus")(
    operations(
        # Halves, and numbers that round to even.
        lambda rng: {"x": grid(rng, 3, 5, scale=2), "halves": torch.arange(-9, 10) / 2.0, "small": grid(rng, 4) / 4096},
        lambda x, halves, small: {
            "log1p": torch.log1p(x.abs()),
            "log1p-small": torch.log1p(small),
            "sin": torch.sin(x * 10),
            "cos": torch.cos(x * 10),
            "floor": torch.floor(halves),
            "round": torch.round(halves),
            "silu": F.silu(x * 5),
            "softplus": F.softplus(x, threshold=1000),
            "softplus-beta": F.softplus(x, beta=2.5, threshold=1000),
            "softplus-halves": F.softplus(halves * 100, threshold=100000),
        },
    )
)

case("ops-reduce", "torch.var, std, linalg.vector_norm, prod, cumsum, any, all")(
    operations(
        # Entries equal along the last axis, where the slope of std is 0; a row of zeros; one zero, two zeros and none.
        lambda rng: {
            "x": grid(rng, 2, 3, 4),
            "equal": torch.tensor([[2.0, 2.0, 2.0], [1.0, 2.0, 4.0]]),
            "zeros": torch.tensor([[0.0, 0.0], [3.0, -4.0]]),
            "factors": torch.tensor([[2.0, 0.0, 3.0], [0.0, 5.0, 0.0], [1.5, -2.0, 4.0]]),
            "one": torch.tensor([[7.0]]),
            "mask": torch.tensor([[True, False], [True, True], [False, False]]),
        },
        lambda x, equal, zeros, factors, one, mask: {
            "var": torch.var(x),
            "var-biased": torch.var(x, dim=(0, 2), correction=0, keepdim=True),
            "std": torch.std(x, dim=1),
            "std-equal": torch.std(equal, dim=1),
            "var-one": torch.var(one, dim=1, correction=0),
            "norm": torch.linalg.vector_norm(zeros, dim=1),
            "norm-1": torch.linalg.vector_norm(zeros, 1, dim=1),
            "norm-inf": torch.linalg.vector_norm(zeros, torch.inf, dim=1),
            "norm-all": torch.linalg.vector_norm(x),
            "prod": torch.prod(factors, 1),
            "prod-all": torch.prod(x),
            "cumsum": torch.cumsum(x, 1),
            "cumsum-last": torch.cumsum(x, -1),
            "any": torch.any(mask, 1),
            "all": torch.all(mask, 1),
        },
    )
)

case("ops-select", "torch.topk, max, min, argmin, functional.one_hot")(
    operations(
        lambda rng: {
            "x": grid(rng, 2, 5, 3),
            "ids": torch.tensor([[2, 0], [1, 3]]),
        },
        lambda x, ids: {
            "topk": torch.topk(x, 2).values,
            "topk-indices": torch.topk(x, 2).indices,
            "topk-smallest": torch.topk(x, 3, dim=1, largest=False).values,
            "topk-smallest-indices": torch.topk(x, 3, dim=1, largest=False).indices,
            "max": torch.max(x, 1).values,
            "max-indices": torch.max(x, 1).indices,
            "min": torch.min(x, -1, keepdim=True).values,
            "min-indices": torch.min(x, -1, keepdim=True).indices,
            "argmin": torch.argmin(x, 0),
            "one-hot": F.one_hot(ids, 5),
        },
    )
)

case("ops-layout", "slices, and torch.flip, tile, split, tril, triu")(
    operations(
        lambda rng: {"x": grid(rng, 4, 5), "cube": grid(rng, 2, 3, 4)},
        lambda x, cube: {
            "slice-from-end": x[:, -3:],
            "slice-to-end": x[1:-1],
            "slice-step": x[:, 1::2],
            # PyTorch's slices have no negative steps.
            "slice-backwards": torch.flip(x, [1]),
            "slice-backwards-step": torch.flip(x[1:], [0])[::2],
            "flip": torch.flip(cube, [0, 2]),
            "tile": torch.tile(x, (2, 1, 3)),
            "split-0": torch.split(x, 2, 1)[0],
            "split-2": torch.split(x, 2, 1)[2],
            "split-sizes": torch.split(x, [1, 3], 0)[1],
            "tril": torch.tril(cube),
            "tril-above": torch.tril(x, 1),
            "triu": torch.triu(cube, -1),
        },
    )
)

case("ops-matmul-vectors", "torch.matmul with one axis on a side, or on both")(
    operations(
        lambda rng: {"a": grid(rng, 4), "b": grid(rng, 4), "left": grid(rng, 2, 3, 4), "right": grid(rng, 2, 4, 5)},
        lambda a, b, left, right: {
            "dot": torch.matmul(a, b),
            "matrix-vector": torch.matmul(left[0], b),
            "vector-matrix": torch.matmul(a, right[1]),
            "batch-vector": torch.matmul(left, b),
            "vector-batch": torch.matmul(a, right),
        },
    )
)


def conv1d(options):
    def build(rng):
        config = {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "bias": True, **options}
        inputs = {"input": grid(rng, 2, 4, 9)}
        module = nn.Conv1d(**config)
        return of_module(rng, module, inputs, lambda x: {"output": module(x["input"])}, config)

    return build


for suffix, options in [
    ("", {}),
    ("-same", {"kernel_size": 4, "padding": "same", "bias": False}),
    ("-strided", {"stride": 2, "padding": 3, "dilation": 2}),
    ("-groups", {"groups": 2, "padding": 1}),
]:
    case(f"conv1d{suffix}", "torch.nn.Conv1d")(conv1d(options))


@case("rms-norm", "torch.nn.RMSNorm")
def rms_norm(rng):
    config = {"normalized_shape": [6], "eps": 1e-3}
    module = nn.RMSNorm(**config)
    return of_module(
        rng, module, {"input": grid(rng, 2, 3, 6)}, lambda x: {"output": module(x["input"])}, config
    )


@case("sequential", "torch.nn.Sequential")
def sequential(rng):
    module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
    return of_module(rng, module, {"input": grid(rng, 6, 4)}, lambda x: {"output": module(x["input"])}, {})


@case("losses", "torch.nn.functional.mse_loss and binary_cross_entropy_with_logits")
def losses(rng):
    inputs = {
        "logits": grid(rng, 4, 3, scale=3),
        "targets": grid(rng, 4, 3).abs().clamp(0, 1),
    }
    # PyTorch has no gradient of weights.
    config = {"weight": [[1.0], [0.5], [2.0], [0.25]], "pos_weight": [1.0, 3.0, 0.5]}

    def forward(x):
        logits, targets = x["logits"], x["targets"]
        bce = F.binary_cross_entropy_with_logits
        weights = {name: torch.tensor(values) for name, values in config.items()}
        return {
            "mse": F.mse_loss(logits, targets),
            "mse-sum": F.mse_loss(logits, targets, reduction="sum"),
            "mse-none": F.mse_loss(logits, targets, reduction="none"),
            "bce": bce(logits, targets),
            "bce-large": bce(logits * 1000, targets),
            "bce-sum": bce(logits, targets, reduction="sum", **weights),
            "bce-none": bce(logits, targets, reduction="none", **weights),
        }

    return differentiate(rng, inputs, {}, forward, config)


# --- attention: mask true = may attend; a row with nothing to attend gives weights and context 0 ---------------------


def attend(scores, values, mask=None):
    if mask is None:
        weights = torch.softmax(scores, -1)
    else:
        scores = scores.masked_fill(~mask, -torch.inf).masked_fill(~mask.any(-1, keepdim=True), 0)
        weights = torch.softmax(scores, -1).masked_fill(~mask, 0)
    return {"weights": weights, "context": weights @ values}


MASKS = {
    "": None,
    "-mask": [[[1, 1, 0, 1, 0], [0, 1, 0, 0, 0], [1, 1, 1, 1, 1]], [[1, 1, 1, 0, 0]] * 3],
    "-padding-mask": [[[1, 1, 1, 0, 0]], [[1, 1, 1, 1, 1]]],  # b 1 k: for all queries
    "-empty-row": [[[1, 1, 0, 1, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]], [[0, 0, 0, 0, 0]] * 3],
}


def scaled_dot(mask):
    def build(rng):
        inputs = {"query": grid(rng, 2, 3, 4), "keys": grid(rng, 2, 5, 4), "values": grid(rng, 2, 5, 6)}
        if mask:
            inputs["mask"] = torch.tensor(mask, dtype=torch.bool)

        def forward(x):
            scores = x["query"] @ x["keys"].transpose(1, 2) / x["query"].shape[-1] ** 0.5
            return attend(scores, x["values"], x.get("mask"))

        return differentiate(rng, inputs, {}, forward, {"scale": 0.5})

    return build


def additive(mask):
    def build(rng):
        inputs = {"query": grid(rng, 2, 3, 4), "keys": grid(rng, 2, 5, 6)}
        if mask:
            inputs["mask"] = torch.tensor(mask, dtype=torch.bool)
        parameters = {"W": grid(rng, 4, 7), "U": grid(rng, 6, 7), "v": grid(rng, 7)}
        for parameter in parameters.values():
            parameter.requires_grad_()
        W, U, v = parameters.values()

        def forward(x):
            hidden = torch.tanh((x["query"] @ W).unsqueeze(2) + (x["keys"] @ U).unsqueeze(1))  # b q k d
            scores = hidden @ v
            return {"scores": scores, **attend(scores, x["keys"], x.get("mask"))}

        return differentiate(rng, inputs, parameters, forward, {"W": "[query, hidden]", "U": "[keys, hidden]"})

    return build


for suffix, mask in MASKS.items():
    case(f"attention{suffix}", "softmax(query keys^T / sqrt(d)) values, written out")(scaled_dot(mask))
    case(f"additive-attention{suffix}", "softmax(tanh(query W + keys U) v) keys, written out")(additive(mask))


# --- layers with attention: masks by PyTorch's names, and as PyTorch has them: true = may NOT attend ------------------

HEADS = 2
CAUSAL = torch.ones(4, 4).triu(1).bool()  # q k: nobody sees what comes later
TARGET_PADDING = [[0, 0, 0, 0], [0, 0, 0, 1]]  # b k
MEMORY_PADDING = [[0, 0, 0, 1, 1], [0, 0, 0, 0, 0]]


@case("pointer-generator", "See et al. 2017 (arXiv:1704.04368), section 2, with torch.nn.LSTM")
def pointer_generator(rng):
    """A whole model: probabilities over the extended vocabulary, cross-entropy and coverage loss."""
    v, extra, e, h, pad = 7, 2, 3, 4, 0
    encoder = nn.LSTM(e, h, batch_first=True, bidirectional=True)
    decoder = nn.LSTM(e, h, batch_first=True)
    parts = {
        "encoder.embedding": nn.Embedding(v, e, padding_idx=pad),
        "encoder.rnn": encoder,
        "bridge.hidden": nn.Linear(2 * h, h),
        "bridge.cell": nn.Linear(2 * h, h),
        "embedding": nn.Embedding(v, e, padding_idx=pad),
        "decoder": decoder,
        "mix": nn.Linear(h + 2 * h, h),
        "gate": nn.Linear(2 * h + h + e, 1),
        "output": nn.Linear(h, v),
    }
    parameters = {
        f"{part}.{name}": parameter
        for part, module in parts.items()
        for name, parameter in randomise(rng, module).named_parameters()
    }
    sizes = {"W": [h, h], "U": [2 * h, h], "w": [h], "b": [h], "v": [h]}
    for name, shape in sizes.items():
        parameters[f"attention.scorer.{name}"] = grid(rng, *shape).requires_grad_()
    inputs = {
        "ids": torch.tensor([[3, 4, 3, 5], [6, 3, 6, 0]]),
        "lengths": torch.tensor([4, 3]),
        "copyIds": torch.tensor([[7, 4, 8, 5], [6, 7, 6, 0]]),
        "decoderInput": torch.tensor([[1, 3, 4, 3], [1, 6, 0, 0]]),
        "copyTarget": torch.tensor([[8, 4, 7, 2], [6, 2, 0, 0]]),
    }

    def forward(x):
        scorer = {name: parameters[f"attention.scorer.{name}"] for name in sizes}
        b, s = x["ids"].shape
        embedded = parts["encoder.embedding"](x["ids"])
        packed = pack_padded_sequence(embedded, x["lengths"], batch_first=True, enforce_sorted=False)
        states, (hidden, cell) = encoder(packed)
        states, _ = pad_packed_sequence(states, batch_first=True, total_length=s)
        state = (
            torch.tanh(parts["bridge.hidden"](torch.cat([hidden[0], hidden[1]], -1)))[None],
            parts["bridge.cell"](torch.cat([cell[0], cell[1]], -1))[None],
        )
        outside = torch.arange(s)[None] >= x["lengths"][:, None]
        covered = torch.zeros(b, s)
        probabilities, coverage = [], torch.zeros(())
        for t in range(x["decoderInput"].shape[1]):
            token = parts["embedding"](x["decoderInput"][:, t : t + 1])
            output, state = decoder(token, state)
            query, token = output[:, 0], token[:, 0]
            # Equation 11.
            features = (query @ scorer["W"])[:, None] + states @ scorer["U"] + covered[..., None] * scorer["w"]
            scores = torch.tanh(features + scorer["b"]) @ scorer["v"]
            weights = torch.softmax(scores.masked_fill(outside, -torch.inf), -1)
            context = (weights[:, None] @ states)[:, 0]
            # Equations 4, 8 and 9.
            logits = parts["output"](parts["mix"](torch.cat([query, context], -1)))
            p = torch.sigmoid(parts["gate"](torch.cat([context, query, token], -1)))
            extended = torch.cat([p * torch.softmax(logits, -1), torch.zeros(b, extra)], -1)
            probabilities.append(extended.scatter_add(1, x["copyIds"], (1 - p) * weights))
            # Equation 12, for target tokens that are not padding.
            counted = x["copyTarget"][:, t] != pad
            coverage = coverage + (torch.minimum(weights, covered).sum(-1) * counted).sum()
            covered = covered + weights
        probabilities = torch.stack(probabilities, 1)
        chosen = probabilities.gather(-1, x["copyTarget"][..., None])[..., 0]
        entropy = -(chosen.log() * (x["copyTarget"] != pad)).sum()
        return {"probabilities": probabilities, "crossEntropy": entropy, "coverage": coverage}

    config = {"vocabulary": v, "extra_tokens": extra, "embedding_size": e, "hidden_size": h}
    return differentiate(rng, inputs, parameters, forward, config, (torch.optim.Adam, CALM_ADAM))


def multihead_attention(options, widths, masks):
    """`widths` is those of query, key and value, or that of one sequence, called query, which attends to itself."""

    def build(rng):
        config = {"embed_dim": 8, "num_heads": HEADS, "bias": True, "kdim": None, "vdim": None, "batch_first": True}
        config = {**config, "average_attn_weights": False, **options}
        module = nn.MultiheadAttention(**{key: config[key] for key in config if key != "average_attn_weights"})
        lengths = {"query": 4, "key": 5, "value": 5}
        inputs = {name: grid(rng, 2, length, width) for (name, length), width in zip(lengths.items(), widths)}
        for name, mask in masks.items():
            inputs[name] = torch.as_tensor(mask).bool().clone()

        def forward(x):
            query = x["query"]
            output, weights = module(
                query,
                x.get("key", query),
                x.get("value", query),
                key_padding_mask=x.get("key_padding_mask"),
                attn_mask=x.get("attn_mask"),
                average_attn_weights=config["average_attn_weights"],
            )
            return {"attn_output": output, "attn_output_weights": weights}

        return of_module(rng, module, inputs, forward, config, (torch.optim.Adam, CALM_ADAM))

    return build


for suffix, options, widths, masks in [
    ("", {}, [8], {}),
    ("-no-bias", {"bias": False}, [8], {}),
    ("-average", {"average_attn_weights": True}, [8], {}),
    ("-causal", {}, [8], {"attn_mask": CAUSAL}),
    ("-causal-padding", {}, [8], {"attn_mask": CAUSAL, "key_padding_mask": TARGET_PADDING}),
    ("-cross", {"kdim": 5, "vdim": 6}, [8, 5, 6], {}),
    ("-cross-padding", {}, [8, 8, 8], {"key_padding_mask": MEMORY_PADDING}),
]:
    case(f"multihead-attention{suffix}", "torch.nn.MultiheadAttention")(multihead_attention(options, widths, masks))


def transformer(part, norm_first, layers, masked):
    """An encoder or a decoder of `layers` layers with a final norm, or a single layer where `layers` is None."""

    def build(rng):
        kind = {"encoder": nn.TransformerEncoderLayer, "decoder": nn.TransformerDecoderLayer}[part]
        stack = {"encoder": nn.TransformerEncoder, "decoder": nn.TransformerDecoder}[part]
        config = {
            "d_model": 6,
            "nhead": HEADS,
            "dim_feedforward": 8,
            "dropout": 0.0,
            "activation": "relu",
            "layer_norm_eps": 1e-5,
            "batch_first": True,
            "norm_first": norm_first,
        }
        module = kind(**config)
        if layers is not None:
            module = stack(module, layers, norm=nn.LayerNorm(config["d_model"], eps=config["layer_norm_eps"]))
            config["num_layers"] = layers
        own = "src" if part == "encoder" else "tgt"
        inputs = {own: grid(rng, 2, 4, config["d_model"], scale=1)}
        if part == "decoder":
            inputs["memory"] = grid(rng, 2, 5, config["d_model"], scale=1)
        # What a call names the mask of its own sequence: a layer and a stack differ.
        causal = {"encoder": "src_mask" if layers is None else "mask", "decoder": "tgt_mask"}[part]
        if masked:
            inputs[causal] = CAUSAL.clone()
            inputs[f"{own}_key_padding_mask"] = torch.tensor(TARGET_PADDING).bool()
            if part == "decoder":
                inputs["memory_key_padding_mask"] = torch.tensor(MEMORY_PADDING).bool()
        return of_module(
            rng, module, inputs, lambda x: {"output": module(**x)}, config, (torch.optim.Adam, CALM_ADAM)
        )

    return build


for part in ["encoder", "decoder"]:
    layer = f"torch.nn.Transformer{part.capitalize()}Layer"
    for norm_first in [False, True]:
        for masked in [False, True]:
            name = f"transformer-{part}-layer" + ("-norm-first" if norm_first else "") + ("-masks" if masked else "")
            case(name, layer)(transformer(part, norm_first, None, masked))
    case(f"transformer-{part}", f"{layer}, twice in torch.nn.Transformer{part.capitalize()} with a final LayerNorm")(
        transformer(part, True, 2, True)
    )


# --- optimizers and clipping ---------------------------------------------------------------------------------------


def optimizer(kind, options):
    def build(rng):
        parameters = {"weight": grid(rng, 4, 3), "bias": grid(rng, 4)}
        start = all_as_json({name: tensor.clone() for name, tensor in parameters.items()})
        update = kind(parameters.values(), **options)
        steps = []
        for _ in range(3):
            for tensor in parameters.values():
                tensor.grad = grid(rng, *tensor.shape)
            gradients = all_as_json({name: tensor.grad for name, tensor in parameters.items()})
            update.step()
            steps.append({"gradients": gradients, "parameters": all_as_json(parameters)})
        return {
            "config": {},
            "inputs": {},
            "parameters": start,
            "outputs": {},
            "cotangents": {},
            "gradients": {"inputs": {}, "parameters": {}},
            "optimizer": {"name": kind.__name__, "options": options, "steps": steps},
        }

    return build


for name, kind, options in [
    ("sgd", torch.optim.SGD, {"lr": 0.1, "momentum": 0.0, "weight_decay": 0.0}),
    ("sgd-momentum", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.0}),
    ("sgd-momentum-weight-decay", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}),
    ("sgd-nesterov", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.0}),
    ("adam", torch.optim.Adam, {**ADAM, "lr": 0.1}),
    ("adam-weight-decay", torch.optim.Adam, {**ADAM, "lr": 0.1, "weight_decay": 0.1}),
    ("adamw", torch.optim.AdamW, {**ADAM, "lr": 0.1, "weight_decay": 0.1}),
]:
    case(f"optimizer-{name}", f"torch.optim.{kind.__name__}")(optimizer(kind, options))


def clip(max_norm):
    def build(rng):
        inputs = {"a": grid(rng, 4, 3), "b": grid(rng, 4), "c": grid(rng)}
        leaves = {name: torch.zeros_like(tensor) for name, tensor in inputs.items()}
        for name, leaf in leaves.items():
            leaf.grad = inputs[name].clone()
        norm = nn.utils.clip_grad_norm_(leaves.values(), max_norm)
        outputs = {"total_norm": norm, **{name: leaf.grad for name, leaf in leaves.items()}}
        return {
            "config": {"max_norm": max_norm, "norm_type": 2},
            "inputs": all_as_json(inputs),
            "parameters": {},
            "outputs": all_as_json(outputs),
            "cotangents": {},
            "gradients": {"inputs": {}, "parameters": {}},
            "optimizer": None,
        }

    return build


case("clip-grad-norm", "torch.nn.utils.clip_grad_norm_, scale = max_norm / (total_norm + 1e-6)")(clip(0.5))
case("clip-grad-norm-below", "torch.nn.utils.clip_grad_norm_ of gradients that are small enough")(clip(100.0))


# --- learning rate schedules ---------------------------------------------------------------------------------------


def schedule(build_scheduler, config, values=None):
    """Rates of `steps` optimizer steps or, with `values`, of an epoch before each value and one after the last."""

    def build(_rng):
        update = torch.optim.SGD([torch.zeros(1)], lr=config["lr"])
        scheduler = build_scheduler(update)
        rates = []
        for value in values or [None] * (config["steps"] - 1):
            rates.append(update.param_groups[0]["lr"])
            update.step()
            scheduler.step(*[] if values is None else [value])
        rates.append(update.param_groups[0]["lr"])
        inputs = {} if values is None else {"values": torch.tensor(values)}
        return {
            "config": config,
            "inputs": all_as_json(inputs),
            "parameters": {},
            "outputs": {"rates": as_json(torch.tensor(rates))},
            "cotangents": {},
            "gradients": {"inputs": {}, "parameters": {}},
            "optimizer": None,
        }

    return build


STEPS_CONFIG = {"lr": 0.3, "steps": 9}
case("schedule-linear", "torch.optim.lr_scheduler.LinearLR with end_factor=0, total_iters=steps")(
    schedule(lambda update: torch.optim.lr_scheduler.LinearLR(update, 1.0, 0.0, 9), STEPS_CONFIG)
)
case("schedule-cosine", "torch.optim.lr_scheduler.CosineAnnealingLR with T_max=steps")(
    schedule(
        lambda update: torch.optim.lr_scheduler.CosineAnnealingLR(update, 9, 0.02), {**STEPS_CONFIG, "eta_min": 0.02}
    )
)
VALUES = [4.0, 3.0, 3.5, 2.9999, 2.5, 2.6, 2.6, 2.6, 2.6, 2.6, 2.6, 2.4, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5]
for name, mode, values, options in [
    ("min", "min", VALUES, {"factor": 0.5, "patience": 2, "threshold": 1e-4, "cooldown": 0, "min_lr": 0.0}),
    ("max", "max", [10 - value for value in VALUES], {"factor": 0.1, "patience": 0, "threshold": 0.05, "cooldown": 0, "min_lr": 0.0}),
    ("cooldown", "min", VALUES, {"factor": 0.2, "patience": 1, "threshold": 1e-3, "cooldown": 2, "min_lr": 0.004}),
]:
    case(f"schedule-plateau-{name}", "torch.optim.lr_scheduler.ReduceLROnPlateau with threshold_mode=rel, eps=0")(
        schedule(
            lambda update, mode=mode, options=options: torch.optim.lr_scheduler.ReduceLROnPlateau(
                update, mode=mode, threshold_mode="rel", eps=0, **options
            ),
            {"lr": 0.3, "mode": mode, **options},
            values,
        )
    )


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    for name in sys.argv[1:] or CASES:
        save(name)
