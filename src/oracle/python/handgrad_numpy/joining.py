"""numpy's functions that put arrays together and take them apart."""
import numpy as np

from . import kernels as k
from . import tape
from .array import node_of, plain, stacked, wrap
from .functions import TABLE, records


@records(np.concatenate)
def concatenate(arrays, axis=0, **_):
    parts = [stacked(a) for a in arrays]
    value = np.concatenate([plain(p) for p in parts], axis=axis)
    kind = tape.kind_of(value.dtype)
    nodes = [k.cast(node_of(p), kind) for p in parts]
    if axis is None:
        nodes = [k.reshape(n, (int(np.prod(n.shape)),)) for n in nodes]
    filled = [n for n in nodes if 0 not in n.shape] or nodes[:1]
    if len(filled) == 1:
        return wrap(value, k.reshape(filled[0], value.shape))
    attrs = {"axis": 0 if axis is None else int(axis) % value.ndim}
    return wrap(value, k.emit("Concat", {str(i): n for i, n in enumerate(filled)}, attrs, value.shape, kind))


@records(np.stack)
def stack(arrays, axis=0, **_):
    parts = [stacked(a) for a in arrays]
    rank = np.ndim(plain(parts[0])) + 1
    value = np.stack([plain(p) for p in parts], axis=axis)
    kind = tape.kind_of(value.dtype)
    inputs = {str(i): k.cast(node_of(p), kind) for i, p in enumerate(parts)}
    return wrap(value, k.emit("Pack", inputs, {"axis": int(axis) % rank}, value.shape, kind))


@records(np.vstack)
def vstack(arrays, **_):
    return concatenate([np.atleast_2d(stacked(a)) for a in arrays], 0)


@records(np.hstack)
def hstack(arrays, **_):
    arrays = [np.atleast_1d(stacked(a)) for a in arrays]
    return concatenate(arrays, 0 if np.ndim(plain(arrays[0])) == 1 else 1)


@records(np.column_stack)
def column_stack(arrays):
    return concatenate([a if np.ndim(a) > 1 else np.reshape(a, (-1, 1)) for a in map(stacked, arrays)], 1)


@records(np.dstack)
def dstack(arrays):
    return concatenate([np.atleast_3d(stacked(a)) for a in arrays], 2)


def splitting(func, axis_of):
    def run(a, sections, axis=None):
        axis = axis_of(a) if axis is None else axis
        bounds = [part.shape[axis] for part in func(plain(a), sections, *([] if func in FIXED else [axis]))]
        ends = np.cumsum(bounds)
        index = [slice(None)] * a.ndim
        pieces = []
        for end, size in zip(ends, bounds):
            index[axis] = slice(int(end - size), int(end))
            pieces.append(a[tuple(index)])
        return pieces

    return run


FIXED = (np.hsplit, np.vsplit)
for _func, _axis in (
    (np.split, lambda a: 0), (np.array_split, lambda a: 0), (np.vsplit, lambda a: 0),
    (np.hsplit, lambda a: 0 if a.ndim == 1 else 1),
):
    TABLE[_func] = splitting(_func, _axis)
