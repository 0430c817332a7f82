"""Kernels on nodes of the tape, with the shapes that TensorFlow.js gives them."""
import math

import numpy as np

from . import tape


def emit(kernel, inputs, attrs, shape, kind="float32"):
    return tape.current.emit(kernel, inputs, attrs, shape, kind)


def constant(value):
    return tape.current.constant(value)


def cast(a, kind):
    if a.number is not None and kind == "float32":
        return constant(float(a.number))
    return a if a.kind == kind else emit("Cast", {"x": a}, {"dtype": kind}, a.shape, kind)


def unary(kernel, a, kind="float32", attrs=None):
    return emit(kernel, {"x": a}, attrs or {}, a.shape, kind)


COMPARISONS = {"Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual"}
LOGICAL = {"LogicalAnd", "LogicalOr"}


def binary(kernel, a, b, kind="float32"):
    """Both sides become what the result is; of a comparison, what the wider side is."""
    if kernel in LOGICAL:
        side = "bool"
    elif kernel in COMPARISONS:
        side = "float32" if "float32" in (a.kind, b.kind) else "int32"
    else:
        side = kind
    shape = np.broadcast_shapes(a.shape, b.shape)
    out = "bool" if kernel in COMPARISONS | LOGICAL else kind
    return emit(kernel, {"a": cast(a, side), "b": cast(b, side)}, {}, shape, out)


def reshape(a, shape):
    shape = tuple(int(side) for side in shape)
    return a if a.shape == shape else emit("Reshape", {"x": a}, {"shape": list(shape)}, shape, a.kind)


def transpose(a, perm):
    perm = [int(axis) for axis in perm]
    if perm == list(range(len(a.shape))):
        return a
    return emit("Transpose", {"x": a}, {"perm": perm}, [a.shape[p] for p in perm], a.kind)


def broadcast(a, shape):
    """np.broadcast_to, as TensorFlow.js does it: by repeating."""
    shape = tuple(shape)
    if a.shape == shape:
        return a
    a = reshape(a, (1,) * (len(shape) - len(a.shape)) + a.shape)
    reps = [side if own == 1 else 1 for own, side in zip(a.shape, shape)]
    return a if all(r == 1 for r in reps) else emit("Tile", {"x": a}, {"reps": reps}, shape, a.kind)


def axes_of(axis, rank):
    axes = range(rank) if axis is None else np.atleast_1d(axis)
    return sorted(int(a) % rank for a in axes) if rank else []


def reduce(kernel, a, axis=None, keepdims=False):
    axes = axes_of(axis, len(a.shape))
    kept = [1 if i in axes else side for i, side in enumerate(a.shape)]
    shape = kept if keepdims else [side for i, side in enumerate(a.shape) if i not in axes]
    if kernel in ("Any", "All"):
        return emit(kernel, {"x": cast(a, "bool")}, {"axis": axes, "keepDims": bool(keepdims)}, shape, "bool")
    a = cast(a, "float32") if a.kind == "bool" or kernel == "Mean" else a
    name = "reductionIndices" if kernel == "Max" else "axis"
    return emit(kernel, {"x": a}, {name: axes, "keepDims": bool(keepdims)}, shape, a.kind)


def select(condition, t, e):
    kind = "float32" if "float32" in (t.kind, e.kind) else t.kind
    shape = np.broadcast_shapes(condition.shape, t.shape, e.shape)
    sides = {"condition": cast(condition, "bool"), "t": cast(t, kind), "e": cast(e, kind)}
    return emit("Select", {name: broadcast(x, shape) for name, x in sides.items()}, {}, shape, kind)


def gather(a, positions):
    """The numbers at these places of the flattened array, in the shape of `positions`."""
    positions = np.asarray(positions)
    flat = reshape(a, (math.prod(a.shape),))
    indices = tape.current.value(positions.ravel().astype(np.int64))
    out = emit("GatherV2", {"x": flat, "indices": indices}, {"axis": 0, "batchDims": 0}, (positions.size,), a.kind)
    return reshape(out, positions.shape)


def scatter(updates, positions, shape):
    """Zeros with the updates added at these places of the flattened array."""
    positions = np.asarray(positions).ravel()
    size = math.prod(shape)
    indices = tape.current.value(positions.astype(np.int64).reshape(-1, 1))
    flat = reshape(updates, (positions.size,))
    out = emit("ScatterNd", {"indices": indices, "updates": flat}, {"shape": [size]}, (size,), updates.kind)
    return reshape(out, shape)


def put(a, positions, updates):
    """The array with these places taken by the updates."""
    kind = "float32" if "float32" in (a.kind, updates.kind) else a.kind
    updates = cast(broadcast(updates, np.shape(positions)), kind)
    if np.array_equal(np.ravel(positions), np.arange(math.prod(a.shape))):
        return reshape(updates, a.shape)
    positions = np.asarray(positions).ravel()
    if len(np.unique(positions)) < positions.size:  # the last one stays
        _, last = np.unique(positions[::-1], return_index=True)
        keep = np.sort(positions.size - 1 - last)
        updates, positions = gather(reshape(updates, (positions.size,)), keep), positions[keep]
    taken = np.zeros(math.prod(a.shape), bool)
    taken[positions] = True
    mask = tape.current.value(taken.reshape(a.shape))
    return select(mask, scatter(updates, positions, a.shape), cast(a, kind))


def matmul(a, b):
    """np.matmul: vectors become matrices for the time of the product."""
    a, b = cast(a, "float32"), cast(b, "float32")
    row, column = len(a.shape) == 1, len(b.shape) == 1
    a = reshape(a, (1, *a.shape)) if row else a
    b = reshape(b, (*b.shape, 1)) if column else b
    rank = max(len(a.shape), len(b.shape))
    a, b = (reshape(x, (1,) * (rank - len(x.shape)) + x.shape) for x in (a, b))
    shape = [*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), a.shape[-2], b.shape[-1]]
    out = emit("BatchMatMul", {"a": a, "b": b}, {"transposeA": False, "transposeB": False}, shape)
    final = [*shape[:-2], *([] if row else [shape[-2]]), *([] if column else [shape[-1]])]
    return reshape(out, final)
