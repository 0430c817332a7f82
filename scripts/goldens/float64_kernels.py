"""
Reference values and gradients for the double-precision backend, from numpy and PyTorch float64.

    pip install numpy==2.4.6 torch==2.13.0
    python scripts/goldens/float64_kernels.py > __tests__/goldens/float64.json

A case has a name, which __tests__/float64/cases.ts gives to the same operation of TensorFlow.js,
the names of its inputs, its values, and where PyTorch computed it the gradients of
sum(dy * values), dy being the first numbers of `dy`, shaped like the values.
"""

import json
import sys

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
random = np.random.RandomState(64)


def away_from_kinks(*shape):
    """Normal numbers, none within 0.05 of 0 (relu, abs) or of 1 (the clips)."""
    x = random.randn(*shape)
    return np.where(np.abs(x) < 0.05, x + 0.1, x)


inputs = {
    "x": away_from_kinks(3, 4),
    "y": away_from_kinks(3, 4),
    "positive": 0.3 + random.rand(3, 4),
    "unit": 1.8 * random.rand(3, 4) - 0.9,
    "large": 6 * random.randn(3, 4) + 0.01,
    "above1": 1.1 + random.rand(3, 4),
    "column": away_from_kinks(3, 1),
    "row": away_from_kinks(4),
    "row2d": away_from_kinks(1, 4),
    "positiveColumn": 0.4 + random.rand(3, 1),
    "scalar": np.array(-1.7) + random.rand(),
    "cube": away_from_kinks(2, 3, 4),
    "middle": away_from_kinks(2, 1, 4),
    "A": random.randn(5, 7),
    "B": random.randn(7, 3),
    "At": random.randn(7, 5),
    "Bt": random.randn(3, 7),
    "batchA": random.randn(2, 3, 5),
    "batchB": random.randn(2, 5, 2),
    "batchC": random.randn(4, 1, 3, 5),
    "bias": random.randn(3),
    "edges": np.array(
        [0.0, -0.0, np.nan, np.inf, -np.inf, 1e-310, 709.9, -745.2, 0.5, 1.5, -2.5, 88.8, -1.0]
    ),
    "edgesColumn": np.array([[0.0], [np.nan], [np.inf], [-3.3], [1e-310]]),
    "int": np.array([[7, -7, 0], [5, -3, 9]], dtype=np.int32),
    "int2": np.array([[2, 2, 5], [-3, -2, 4]], dtype=np.int32),
    "intColumn": np.array([[3], [-2], [11]], dtype=np.int32),
    "bool": np.array([[1, 0, 0, 1], [1, 1, 1, 1], [0, 0, 0, 0]], dtype=bool),
    "bool2": np.array([[1, 1, 0, 0], [0, 1, 0, 1], [0, 1, 0, 1]], dtype=bool),
    "indices": np.array([2, 0, 2, 1, 2], dtype=np.int32),
    "batchIndices": np.array([[2, 0], [1, 1]], dtype=np.int32),
    "pairs": np.array([[2, 1], [0, 3], [2, 1]], dtype=np.int32),
    "segments": np.array([1, -1, 1], dtype=np.int32),
}
dy = random.randn(80)
cases = []


def encode(v):
    """JSON has no NaN and no infinity."""
    v = v.item()
    if isinstance(v, float) and not np.isfinite(v):
        return str(v)
    return int(v) if isinstance(v, bool) else v


def flat(a):
    return [encode(v) for v in np.asarray(a).reshape(-1)]


def dtype(a):
    return {"f": "float32", "i": "int32", "b": "bool"}[a.dtype.kind]


def values(name, function, *names):
    """A case from numpy, without gradients."""
    with np.errstate(all="ignore"):
        result = np.asarray(function(*[inputs[n] for n in names]))
    cases.append(
        {"name": name, "inputs": names, "shape": result.shape, "dtype": dtype(result), "values": flat(result)}
    )


def gradients(name, function, *names):
    """A case from PyTorch, with the gradient for every input of real numbers."""
    given = [torch.tensor(inputs[n]) for n in names]
    for tensor in given:
        tensor.requires_grad_(tensor.is_floating_point())
    result = function(*given)
    weights = torch.tensor(dy[: result.numel()]).reshape(result.shape)
    wanted = [tensor for tensor in given if tensor.requires_grad]
    grads = torch.autograd.grad((weights * result).sum(), wanted)
    cases.append(
        {
            "name": name,
            "inputs": names,
            "shape": result.shape,
            "dtype": "float32",
            "values": flat(result.detach().numpy()),
            "grads": [flat(grad.numpy()) for grad in grads],
        }
    )


F = torch.nn.functional

# Element by element.
for op in ["abs", "exp", "neg", "square", "relu", "sigmoid", "sin", "cos", "tan", "sinh", "cosh", "tanh",
           "expm1", "atan", "asinh", "erf", "sign", "floor", "ceil", "round", "reciprocal"]:
    gradients(op, getattr(torch, op), "x")
for op in ["log", "log1p", "sqrt", "rsqrt"]:
    gradients(op, getattr(torch, op), "positive")
for op in ["asin", "acos", "atanh"]:
    gradients(op, getattr(torch, op), "unit")
gradients("acosh", torch.acosh, "above1")
gradients("elu", F.elu, "x")
gradients("selu", F.selu, "x")
gradients("relu6", F.relu6, "large")
gradients("softplus", lambda x: torch.logaddexp(x, torch.zeros(())), "large")
gradients("logSigmoid", F.logsigmoid, "large")
gradients("leakyRelu", lambda x: F.leaky_relu(x, 0.01), "x")
gradients("clipByValue", lambda x: torch.clamp(x, -0.7, 1.1), "x")
gradients("prelu", lambda x, a: torch.where(x < 0, a * x, x), "x", "column")
values("step", lambda x: np.where(x > 0, 1.0, 0.0), "x")
values("step alpha", lambda x: np.where(x > 0, 1.0, 0.3), "x")

# The same at the edges: zeros, NaN, infinities, overflow.
edge_cases = {
    "abs": np.abs, "ceil": np.ceil, "cos": np.cos, "exp": np.exp, "expm1": np.expm1, "floor": np.floor,
    "isFinite": np.isfinite, "isInf": np.isinf, "isNaN": np.isnan, "log": np.log, "log1p": np.log1p,
    "neg": np.negative, "reciprocal": np.reciprocal, "relu": lambda x: np.maximum(x, 0), "round": np.round,
    "relu6": lambda x: np.clip(x, 0, 6), "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "sign": np.sign,
    "softplus": lambda x: np.logaddexp(x, 0), "sqrt": np.sqrt, "square": np.square, "tanh": np.tanh,
    "step": lambda x: np.where(np.isnan(x), x, np.where(x > 0, 1.0, 0.0)),
    "elu": lambda x: np.where(x < 0, np.expm1(x), x),
    "leakyRelu": lambda x: np.where(x < 0, 0.01 * x, x),
    "clipByValue": lambda x: np.clip(x, -0.7, 1.1),
    "max all": np.max, "min all": np.min, "sum all": np.sum,
}
for op, function in edge_cases.items():
    values(op, function, "edges")
for op, function in {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "maximum": np.maximum,
    "minimum": np.minimum, "equal": np.equal, "notEqual": np.not_equal, "less": np.less,
    "lessEqual": np.less_equal, "greater": np.greater, "greaterEqual": np.greater_equal,
}.items():
    values(op, function, "edgesColumn", "edges")

# Pairs, and how they broadcast.
pairs = {
    "add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "maximum": torch.maximum,
    "minimum": torch.minimum, "squaredDifference": lambda a, b: (a - b) ** 2,
}
for op, function in pairs.items():
    gradients(op, function, "x", "y")
for op in ["add", "sub", "mul", "div"]:
    gradients(op, pairs[op], "x", "column")
# The gradients of these three in tfjs do not sum over what was broadcast, and throw.
values("maximum", np.maximum, "x", "column")
values("minimum", np.minimum, "x", "column")
values("squaredDifference", lambda a, b: (a - b) ** 2, "x", "column")
for a, b in [("row", "x"), ("column", "row2d"), ("scalar", "x"), ("x", "scalar"), ("cube", "column"),
             ("middle", "cube"), ("cube", "row")]:
    gradients("mul", torch.mul, a, b)
gradients("sub", torch.sub, "row", "cube")
gradients("div", torch.div, "scalar", "cube")
gradients("mod", torch.remainder, "x", "column")
gradients("atan2", torch.atan2, "x", "column")
gradients("pow", torch.pow, "positive", "column")
gradients("pow", torch.pow, "positive", "x")
gradients("addN", lambda a, b: a + b + a, "x", "y")
gradients("where", lambda a, b: torch.where(torch.tensor(inputs["bool"]), a, b), "x", "column")
values("logicalAnd", np.logical_and, "bool", "bool2")
values("logicalOr", np.logical_or, "bool", "bool2")
values("logicalXor", np.logical_xor, "bool", "bool2")
values("logicalNot", np.logical_not, "bool")

# Integers stay integers.
for op, function in {"add": np.add, "sub": np.subtract, "mul": np.multiply, "floorDiv": np.floor_divide,
                     "mod": np.mod, "maximum": np.maximum, "squaredDifference": lambda a, b: (a - b) ** 2}.items():
    values(op, function, "int", "int2")
for op, function in {"abs": np.abs, "neg": np.negative, "square": np.square, "sign": np.sign,
                     "relu": lambda x: np.maximum(x, 0)}.items():
    values(op, function, "int")
values("sum 0", lambda x: np.sum(x, 0, dtype=np.int32), "int")
values("sum 0", lambda x: np.sum(x, 0, dtype=np.int32), "bool")
values("mean 0", lambda x: np.mean(x, 0), "int")
values("max all", np.max, "int")
values("exp", np.exp, "int")
values("cast to float", lambda x: x.astype(float), "int")
values("cast to int", lambda x: x.astype(np.int32), "large")
values("cast to bool", lambda x: x.astype(bool), "int")

# Along axes.
for op, function in {"sum": torch.sum, "mean": torch.mean, "max": torch.amax, "min": torch.amin,
                     "logSumExp": torch.logsumexp}.items():
    gradients(op + " all", lambda x: function(x, dim=(0, 1, 2)), "cube")
    gradients(op + " 0", lambda x: function(x, dim=0), "x")
    gradients(op + " -1 keep", lambda x: function(x, dim=-1, keepdim=True), "x")
    gradients(op + " 0 2", lambda x: function(x, dim=(0, 2)), "cube")
gradients("prod all", torch.prod, "x")
gradients("prod 1", lambda x: torch.prod(x, 1), "cube")
gradients("norm", lambda x: torch.linalg.norm(x), "x")
gradients("variance", lambda x: torch.var(x, 1, correction=0), "x")
gradients("softmax", lambda x: torch.softmax(x, -1), "large")
gradients("logSoftmax", lambda x: torch.log_softmax(x, -1), "large")
gradients("cumsum", lambda x: torch.cumsum(x, 1), "x")
values("cumsum 0 exclusive reverse",
       lambda x: np.flip(np.cumsum(np.flip(x, 0), 0), 0) - x, "cube")
values("cumprod 1", lambda x: np.cumprod(x, 1), "cube")
values("all 1", lambda x: np.all(x, 1), "bool")
values("any 0", lambda x: np.any(x, 0), "bool")
values("argMax 0", lambda x: np.argmax(x, 0).astype(np.int32), "x")
values("argMax 1", lambda x: np.argmax(x, 1).astype(np.int32), "cube")
values("argMin -1", lambda x: np.argmin(x, -1).astype(np.int32), "cube")

# Products.
gradients("matMul", torch.matmul, "A", "B")
gradients("matMul transposeA", lambda a, b: a.T @ b, "At", "B")
gradients("matMul transposeB", lambda a, b: a @ b.T, "A", "Bt")
gradients("matMul transposeA transposeB", lambda a, b: a.T @ b.T, "At", "Bt")
gradients("matMul", torch.matmul, "batchA", "batchB")
values("matMul", np.matmul, "batchC", "batchB")
values("matMul", np.matmul, "int", "intColumn")
gradients("dot", lambda a, b: a @ b, "x", "row")
gradients("outerProduct", torch.outer, "row", "bias")
values("fused relu", lambda a, b, c: np.maximum(a @ b + c, 0), "A", "B", "bias")
values("fused leakyRelu", lambda a, b: np.where(a @ b < 0, 0.01 * (a @ b), a @ b), "A", "B")
gradients("fused linear", lambda a, b, c: a @ b + c, "A", "B", "bias")
values("einsum ij,jk->ki", lambda a, b: np.einsum("ij,jk->ki", a, b), "A", "B")
values("einsum bij,bjk->bik", lambda a, b: np.einsum("bij,bjk->bik", a, b), "batchA", "batchB")
values("einsum ijk->k", lambda a: np.einsum("ijk->k", a), "cube")

# Moving elements about.
gradients("transpose", lambda x: x.T, "x")
gradients("transpose 2 0 1", lambda x: x.permute(2, 0, 1), "cube")
gradients("reshape", lambda x: x.reshape(4, -1), "cube")
gradients("expandDims", lambda x: x.unsqueeze(1), "x")
gradients("squeeze", lambda x: x.squeeze(1), "column")
gradients("slice", lambda x: x[0:2, 1:3, 1:4], "cube")
gradients("concat 0", lambda a, b: torch.cat([a, b], 0), "x", "row2d")
gradients("concat 1", lambda a, b: torch.cat([a, b, a], 1), "x", "column")
gradients("stack 1", lambda a, b: torch.stack([a, b], 1), "x", "y")
gradients("unstack", lambda x: x[0] * x[1] + x[2], "x")
gradients("split", lambda x: x[:, :1] * x[:, 1:], "x")
gradients("reverse", lambda x: x.flip(0, 2), "cube")
gradients("tile", lambda x: x.repeat(2, 3), "x")
gradients("broadcastTo", lambda x: x.expand(2, 3, 4), "column")
gradients("pad", lambda x: F.pad(x, (2, 0, 1, 3), value=0.1), "x")
gradients("gather", lambda x: x[torch.tensor(inputs["indices"])], "x")
gradients("gather 1", lambda x: x[:, torch.tensor(inputs["indices"])], "cube")
values("gather batch", lambda x, i: np.stack([row[j] for row, j in zip(x, i)]), "cube", "batchIndices")
values("gatherND", lambda x, i: x[i[:, 0], i[:, 1]], "x", "pairs")


def scatter(index, updates, shape):
    out = np.zeros(shape)
    np.add.at(out, tuple(index.T), updates)
    return out


values("scatterND", lambda i, x: scatter(i, x[:, 0], (3, 4)), "pairs", "column")
values("unsortedSegmentSum", lambda x, s: np.stack([x[s == k].sum(0) for k in range(3)]), "x", "segments")

# New tensors.
values("zerosLike", np.zeros_like, "x")
values("onesLike", np.ones_like, "int")
values("fill", lambda: np.full((2, 3), 0.1))
values("range", lambda: np.arange(0.1, 1.0, 0.3))
values("range down", lambda: np.arange(5, -2, -2, dtype=np.int32))
values("linspace", lambda: np.linspace(-0.1, 0.7, 6))
values("oneHot", lambda i: np.where(np.arange(4) == i[:, None], 0.9, 0.1), "indices")
values("diag", np.diag, "row")  # tfjs has no gradient of it

document = {
    "source": f"numpy {np.__version__}, PyTorch {torch.__version__}",
    "inputs": {n: {"shape": a.shape, "dtype": dtype(a), "values": flat(a)} for n, a in inputs.items()},
    "dy": flat(dy),
    "cases": cases,
}
json.dump(document, sys.stdout, separators=(",", ":"))
sys.stdout.write("\n")
