"""numpy's functions of arrays: a table of those that kernels express, and what happens to the others."""
import numpy as np

from . import kernels as k
from . import tape
from .array import Traced, has_traced, node_of, plain, stacked, stopped, wrap

#: numpy's function -> what records it; filled by the files of the families below.
TABLE = {}


def records(*functions):
    def add(run):
        for function in functions:
            TABLE[function] = run
        return run

    return add


def call(func, args, kwargs):
    """What Traced.__array_function__ does."""
    if tape.current is not None:
        run = TABLE.get(func)
        if run is not None:
            try:
                return run(*args, **kwargs)
            except Unexpressed:
                pass
    bare = [plain(a) for a in args]
    if kwargs.get("out") is not None and isinstance(kwargs["out"], Traced):
        from .ufuncs import settle

        out = kwargs.pop("out")
        value = call(func, args, kwargs)
        node = k.cast(node_of(value), tape.kind_of(out.dtype))
        out.view(np.ndarray)[...] = plain(value)
        return settle(value, node, out, func.__name__, args, node.kind)
    value = func(*bare, **{name: plain(v) for name, v in kwargs.items()})
    return value if tape.current is None else each(value, f"np.{func.__name__}", args)


def each(value, what, args):
    flat = [a for arg in args for a in (arg if isinstance(arg, (list, tuple)) else [arg])]
    if type(value) in (list, tuple):
        return type(value)(stopped(v, what, *flat) for v in value)
    return stopped(value, what, *flat) if isinstance(value, (np.ndarray, np.generic)) else value


class Unexpressed(Exception):
    """These arguments have no kernel."""


def moved(func):
    """Of a function that only moves numbers: where it moves their places tells where they come from."""

    def run(a, *args, **kwargs):
        a = stacked(a)
        bare = [plain(x) for x in args]
        named = {name: plain(v) for name, v in kwargs.items()}
        value = func(plain(a), *bare, **named)
        if not isinstance(value, (np.ndarray, np.generic)):
            raise Unexpressed
        shape, size = np.shape(plain(a)), np.size(plain(a))
        places = func(np.arange(size).reshape(shape), *bare, **named)
        derive = lambda node: arranged(node, places)
        put = lambda above, node: k.put(above, places, node)
        return wrap(value, derive(node_of(a)), a if isinstance(a, Traced) else None, derive, put)

    return run


def arranged(node, places):
    """A rearrangement as the plainest kernel that does it."""
    count = int(np.prod(node.shape))
    if places.size == count and np.array_equal(places.ravel(), np.arange(count)):
        return k.reshape(node, places.shape)
    return k.gather(node, places)


for _func in (
    np.reshape, np.ravel, np.squeeze, np.expand_dims, np.roll, np.flip, np.fliplr, np.flipud, np.rot90,
    np.repeat, np.take, np.take_along_axis, np.diagonal, np.delete, np.atleast_1d, np.atleast_2d, np.atleast_3d,
    np.compress, np.resize,
):
    TABLE[_func] = moved(_func)


def permuting(func):
    """Of a function that permutes axes."""

    def run(a, *args, **kwargs):
        a = stacked(a)
        value = func(plain(a), *args, **kwargs)
        # The strides of a small array of distinct sides tell the permutation.
        probe = np.lib.stride_tricks.as_strided(np.zeros(1), np.shape(plain(a)), [8 * (i + 1) for i in range(np.ndim(plain(a)))])
        perm = [stride // 8 - 1 for stride in func(probe, *args, **kwargs).strides]
        derive = lambda node: k.transpose(node, perm)
        put = lambda above, node: k.transpose(node, np.argsort(perm))
        return wrap(value, derive(node_of(a)), a if isinstance(a, Traced) else None, derive, put)

    return run


for _func in (np.transpose, np.swapaxes, np.moveaxis, np.rollaxis):
    TABLE[_func] = permuting(_func)
if hasattr(np, "matrix_transpose"):
    TABLE[np.matrix_transpose] = permuting(np.matrix_transpose)


@records(np.broadcast_to)
def broadcast_to(a, shape, **_):
    value = np.broadcast_to(plain(a), shape)
    return wrap(np.array(value), k.broadcast(node_of(a), value.shape))


@records(np.tile)
def tile(a, reps):
    value = np.tile(plain(a), reps)
    reps = np.atleast_1d(reps)
    node = node_of(a)
    rank = max(len(reps), len(node.shape))
    node = k.reshape(node, (1,) * (rank - len(node.shape)) + node.shape)
    full = [1] * (rank - len(reps)) + [int(r) for r in reps]
    return wrap(value, k.emit("Tile", {"x": node}, {"reps": full}, value.shape, node.kind))


@records(np.pad)
def pad(a, pad_width, mode="constant", **kwargs):
    value = np.pad(plain(a), pad_width, mode, **kwargs)
    if mode != "constant":
        return moved(np.pad)(a, pad_width, mode, **kwargs)
    number = kwargs.get("constant_values", 0)
    if np.ndim(number) or has_traced(number):
        raise Unexpressed
    widths = np.broadcast_to(np.asarray(pad_width), (np.ndim(plain(a)), 2)).tolist()
    node = node_of(a)
    attrs = {"paddings": widths, "constantValue": float(number)}
    return wrap(value, k.emit("PadV2", {"x": node}, attrs, value.shape, node.kind))


def placed(func):
    """np.sort and its like: the order is taken as it is, and the numbers move with it."""

    def run(a, axis=-1, **_):
        return np.take_along_axis(a, np.argsort(plain(a), axis=axis, kind="stable"), axis=axis)

    return run


TABLE[np.sort] = placed(np.sort)
