"""PyTorch as a contestant: `pytorch.py THREADS`. Requests and answers are lines of JSON; see src/contestants/contestant.ts,
and src/work.ts for the works.

Written as a good PyTorch user would: the output layer runs once over all steps, the keys are projected once a sentence,
nothing is recorded where no gradient is wanted, and
gradients are set to None. Sequences that end early are picked out of the GRU's outputs rather than packed, which is
faster on a CPU."""

import json
import math
import sys
import time

MARKER = "@heed-bench "


def say(reply):
    sys.stdout.write(MARKER + json.dumps(reply) + "\n")
    sys.stdout.flush()


try:
    import numpy as np
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
except ImportError as error:
    say({"absent": f"{sys.executable}: {error}"})
    sys.exit()


class Unsupported(Exception):
    pass


def values(seed, size, scale):
    """The same numbers as `values` of src/values.ts."""
    hashes = np.arange(size, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(seed)
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    hashes = hashes ^ (hashes >> np.uint32(16))
    return ((hashes >> np.uint32(8)).astype(np.float64) * 2.0**-24 - 0.5) * scale


def tensor(seed, shape, scale):
    return torch.from_numpy(values(seed, math.prod(shape), scale).astype(np.float32)).reshape(shape)


def forward(call):
    """Runs `call` without recording, and keeps its result."""

    class Kernel:
        def run(self):
            with torch.inference_mode():
                self.out = call()

        def read(self):
            return {"out": self.out}

    return Kernel()


def with_gradients(inputs, cotangent, call):
    """Runs `call`, and back to all inputs."""
    leaves = [value.requires_grad_() for value in inputs.values()]

    class Kernel:
        def run(self):
            self.gradients = torch.autograd.grad(call(*leaves), leaves, cotangent)

        def read(self):
            return dict(zip(inputs, self.gradients))

    return Kernel()


def prepare_attention(work):
    b, q, k, d = (work[name] for name in "bqkd")
    query, keys = tensor(1, [b, q, d], 2), tensor(2, [b, k, d], 2)
    if work["kind"] == "attention":
        fused = getattr(F, "scaled_dot_product_attention", None)  # from PyTorch 2.0 on

        def attend(query, keys, value):
            if fused:
                return fused(query, keys, value)
            scores = torch.bmm(query, keys.transpose(1, 2)) * (1 / math.sqrt(d))
            return torch.bmm(torch.softmax(scores, -1), value)

        value = tensor(3, [b, k, d], 2)
        if not work["backward"]:
            return forward(lambda: attend(query, keys, value))
        return with_gradients({"dQuery": query, "dKeys": keys, "dValues": value}, tensor(4, [b, q, d], 2), attend)

    def score(query, keys, v):
        return torch.tanh(query.unsqueeze(2) + keys.unsqueeze(1)) @ v

    v = tensor(3, [d], 2 / math.sqrt(d))
    if not work["backward"]:
        return forward(lambda: score(query, keys, v))
    return with_gradients({"dQuery": query, "dKeys": keys, "dV": v}, tensor(4, [b, q, k], 2), score)


def prepare_gru(work):
    b, t, i, h = (work[name] for name in "btih")
    layer = nn.GRU(i, h, batch_first=True)
    scale = 2 / math.sqrt(h)
    with torch.no_grad():
        for seed, parameter in enumerate(layer.parameters(), 2):
            parameter.copy_(tensor(seed, list(parameter.shape), scale))
    x = tensor(1, [b, t, i], 2)
    if not work["backward"]:
        return forward(lambda: layer(x)[0])
    names = ["dX", "dWeightIh", "dWeightHh", "dBiasIh", "dBiasHh"]
    inputs = dict(zip(names, [x, *layer.parameters()]))
    return with_gradients(inputs, tensor(6, [b, t, h], 2), lambda x, *_: layer(x)[0])


class Model(nn.Module):
    """GRU, additive attention from the previous state, GRU."""

    def __init__(self, work):
        super().__init__()
        h, e, v = work["hidden"], work["embedding"], work["vocabulary"]
        self.source = nn.Embedding(v, e, padding_idx=0)
        self.encoder = nn.GRU(e, h, batch_first=True)
        self.target = nn.Embedding(v, e, padding_idx=0)
        self.decoder = nn.GRUCell(e + h, h)
        self.w = nn.Linear(h, h, bias=False)
        self.u = nn.Linear(h, h, bias=False)
        self.v = nn.Linear(h, 1, bias=False)
        self.output = nn.Linear(h, v)
        own = {
            "source.embedding": self.source.weight,
            "target.embedding": self.target.weight,
            "attention.W": self.w.weight,
            "attention.U": self.u.weight,
            "attention.v": self.v.weight,
            "output.weight": self.output.weight,
            "output.bias": self.output.bias,
        }
        for part in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]:
            own[f"encoder.{part}"] = getattr(self.encoder, f"{part}_l0")
            own[f"decoder.{part}"] = getattr(self.decoder, part)
        with torch.no_grad():
            for spec in work["parameters"]:
                first = tensor(spec["seed"], spec["shape"], spec["scale"])
                if spec["name"] in ("attention.W", "attention.U"):
                    first = first.T
                own[spec["name"]].copy_(first.reshape(own[spec["name"]].shape))

    def encode(self, source, lengths):
        """`lengths`: None when all sequences are as long as the batch."""
        states, last = self.encoder(self.source(source))
        if lengths is None:
            return states, self.u(states), None, last[0]
        hidden = states[torch.arange(len(lengths)), lengths - 1]
        return states, self.u(states), source == 0, hidden

    def attend(self, hidden, states, keys, padding):
        scores = self.v(torch.tanh(self.w(hidden).unsqueeze(1) + keys)).squeeze(-1)
        if padding is not None:
            scores = scores.masked_fill(padding, float("-inf"))
        return torch.bmm(F.softmax(scores, -1).unsqueeze(1), states).squeeze(1)

    def forward(self, source, lengths, target):
        states, keys, padding, hidden = self.encode(source, lengths)
        tokens = self.target(target).unbind(1)
        outputs = []
        for token in tokens:
            context = self.attend(hidden, states, keys, padding)
            hidden = self.decoder(torch.cat([token, context], -1), hidden)
            outputs.append(hidden)
        return self.output(torch.stack(outputs, 1))


def make_batch(sequences):
    longest = max(map(len, sequences))
    source = np.zeros((len(sequences), longest), dtype=np.int64)
    decoder_input = np.zeros((len(sequences), longest + 1), dtype=np.int64)
    target = np.zeros_like(decoder_input)
    for row, ids in enumerate(sequences):
        n = len(ids)
        source[row, :n] = ids
        decoder_input[row, 0] = 1
        decoder_input[row, 1 : n + 1] = ids
        target[row, :n] = ids
        target[row, n] = 2
    lengths = torch.tensor([len(ids) for ids in sequences])
    if (lengths == longest).all():
        lengths = None
    return torch.from_numpy(source), lengths, torch.from_numpy(decoder_input), torch.from_numpy(target)


class Train:
    def __init__(self, work):
        self.work = work
        self.model = Model(work)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=work["learningRate"])
        self.losses = []

    def run(self):
        indices = self.work["batches"][len(self.losses) % len(self.work["batches"])]
        sequences = [self.work["sequences"][index] for index in indices]
        source, lengths, decoder_input, target = make_batch(sequences)
        logits = self.model(source, lengths, decoder_input)
        loss = F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=0)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.losses.append(loss.item())
        return sum(map(len, sequences)) + len(sequences)

    def read(self):
        size = sum(parameter.numel() for parameter in self.model.parameters())
        return {"losses": torch.tensor(self.losses, dtype=torch.float64), "size": torch.tensor([size])}


class Decode:
    def __init__(self, work):
        self.work = work
        self.model = Model(work).eval()

    @torch.inference_mode()
    def run(self):
        source, lengths, _, _ = make_batch(self.work["sequences"])
        model = self.model
        states, keys, padding, hidden = model.encode(source, lengths)
        ids = torch.ones(len(source), dtype=torch.long)
        done = torch.zeros(len(source), dtype=torch.bool)
        chosen = []
        for _ in range(self.work["maxLength"]):
            context = model.attend(hidden, states, keys, padding)
            hidden = model.decoder(torch.cat([model.target(ids), context], -1), hidden)
            ids = model.output(hidden).argmax(-1)
            chosen.append(ids)
            done |= ids == -1  # no token has this id: every sentence takes the same number of steps
            if done.all():
                break
        self.ids = torch.stack(chosen, 1).tolist()

    def read(self):
        return {"ids": torch.tensor(self.ids)}


def prepare(work):
    kind = work["kind"]
    if kind == "matmul":
        a, b = tensor(1, [work["m"], work["k"]], 2), tensor(2, [work["k"], work["n"]], 2)
        return forward(lambda: a @ b)
    if kind == "elementwise":
        rows, columns = work["size"] // work["columns"], work["columns"]
        a = tensor(1, [rows, columns], 8)
        if work["op"] in ("add", "addRow"):
            b = tensor(2, [rows, columns] if work["op"] == "add" else [columns], 8)
            return forward(lambda: a + b)
        return forward(lambda: getattr(torch, work["op"])(a))
    if kind == "softmax":
        x = tensor(1, [work["rows"], work["columns"]], 8)
        return forward(lambda: torch.softmax(x, -1))
    if kind in ("attention", "additive"):
        return prepare_attention(work)
    if kind == "gru":
        return prepare_gru(work)
    if kind == "train":
        return Train(work)
    if kind == "decode":
        return Decode(work)
    raise Unsupported(f"no {kind}")


def answer(request, state):
    if request["do"] == "prepare":
        state.clear()
        state["work"] = prepare(request["work"])
        return {"done": True}
    if request["do"] == "run":
        run, amount = state["work"].run, 0
        start = time.perf_counter()
        for _ in range(request["times"]):
            amount += run() or 0
        return {"ms": (time.perf_counter() - start) * 1e3, "amount": amount}
    if request["do"] == "read":
        outputs = {name: value.detach().flatten() for name, value in state["work"].read().items()}
        picked = {name: [outputs[name][index].item() for index in indices if index < len(outputs[name])]
                  for name, indices in request["probes"].items()}
        return {"sizes": {name: len(outputs[name]) for name in picked}, "values": picked}
    state.clear()
    return {"done": True}


def blas():
    """The library that multiplies matrices, by its file: the reference implementation is 40 times slower than a good one."""
    if torch.backends.mkl.is_available():
        return "MKL"
    try:
        with open("/proc/self/maps") as maps:
            files = {line.split("/")[-1].strip() for line in maps if "blas" in line.lower()}
    except OSError:
        return "unknown"
    if any("openblas" in name or "libblis" in name for name in files):
        return "OpenBLAS" if any("openblas" in name for name in files) else "BLIS"
    return "reference (slow: install libopenblas0)" if any("libblas" in name for name in files) else "built in"


def main():
    threads = int(sys.argv[1])
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    torch.ones(64, 64) @ torch.ones(64, 64)
    versions = {"torch": torch.__version__, "python": sys.version.split()[0]}
    say({"description": {"versions": versions, "details": {"threads": torch.get_num_threads(), "BLAS": blas()}}})
    state = {}
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line), state)
        except Unsupported as error:
            reply = {"unsupported": str(error)}
        except Exception as error:  # whatever it is, the benchmark reports it
            reply = {"error": f"{type(error).__name__}: {error}"}
        say(reply)


main()
