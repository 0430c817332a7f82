"""x[key], x[key] = value: basic keys are slices, all others are looked up place by place."""
import numpy as np

from . import kernels as k
from . import tape
from .array import Traced, node_of, plain, stopped, wrap, write


def positions_of(x, key):
    """Which places of the flattened array a key names, in the shape of x[key]."""
    return np.asarray(np.arange(x.size).reshape(x.shape)[plain(key)])


def is_basic(key):
    keys = key if isinstance(key, tuple) else (key,)
    return all(isinstance(part, (int, np.integer, slice)) and not isinstance(part, bool) or part is None or part is Ellipsis for part in keys)


def whole_slices(key, shape):
    """(begin, size, step) of each axis, of a basic key without new axes."""
    keys = list(key if isinstance(key, tuple) else (key,))
    given = sum(part is not None and part is not Ellipsis for part in keys)
    if not any(part is Ellipsis for part in keys):
        keys.append(Ellipsis)
    full = []
    for part in keys:
        if part is Ellipsis:
            full += [slice(None)] * (len(shape) - given)
        elif part is not None:
            full.append(part)
    spans = []
    for part, side in zip(full, shape):
        if isinstance(part, slice):
            start, stop, step = part.indices(side)
            spans.append((start, len(range(start, stop, step)), step))
        else:
            spans.append((int(part) % side, 1, 1))
    return spans


def sliced(node, key, shape):
    """The node of x[key]."""
    if is_basic(key):
        spans = whole_slices(key, node.shape)
        begins, sizes, steps = ([span[i] for span in spans] for i in range(3))
        if all(step == 1 for step in steps) and all(sizes):
            if sizes != list(node.shape):
                node = k.emit("Slice", {"x": node}, {"begin": begins, "size": sizes}, sizes, node.kind)
            return k.reshape(node, shape)
    places = np.asarray(np.arange(int(np.prod(node.shape))).reshape(node.shape)[plain(key)])
    return k.gather(node, places)


def get(self, key):
    bare = plain(self)
    value = bare[plain(key)]
    if tape.current is None:
        return value
    if tape.kind_of(self.dtype) is None:
        return stopped(value, "an index", self)
    shape = np.shape(value)
    derive = lambda node: sliced(node, key, shape)
    put = lambda above, node: k.put(above, positions_of(self, key), node)
    return wrap(value, derive(node_of(self)), self, derive, put)


def fills(key, shape):
    """Whether a key names the array as it stands."""
    return key is Ellipsis or isinstance(key, slice) and key == slice(None) or key == () and isinstance(key, tuple)


def set_(self, key, value):
    if isinstance(value, (list, tuple)):
        from .array import stacked

        value = stacked(value)
    if isinstance(value, Traced) and value._base is self and np.array_equal(value, plain(self)[plain(key)], equal_nan=True):
        node_of(value)
        if np.shares_memory(value, plain(self)[plain(key)]):
            return  # x[key] += value has written it already
    before = node_of(self)
    given = node_of(value)
    mask = isinstance(key, Traced) and key.dtype == bool and key.shape == self.shape and np.ndim(value) == 0
    condition = node_of(key) if mask else None
    places = None if mask else positions_of(self, key)
    self.view(np.ndarray)[plain(key)] = plain(value)
    kind = tape.kind_of(self.dtype)
    if kind == "int32" and given.kind == "float32":
        given = k.cast(given, kind)
    if mask:
        node = k.select(condition, given, before)
    else:
        if len(given.shape) > places.ndim:  # x[0, :] = a row of the shape (1, n)
            given = k.reshape(given, given.shape[len(given.shape) - places.ndim :])
        node = k.put(before, places, given)
    write(self, k.cast(node, kind))


def read_out(self, convert):
    """A number for Python itself: what it computes with it is not recorded."""
    if tape.current is not None and node_of(self).live:
        tape.current.stop(f"a number is read out ({convert.__name__})")
    return convert(np.asarray(plain(self)).reshape(-1)[0] if self.size == 1 else plain(self))


def in_place(name):
    """x += y: of a scalar a new one, as Python's numbers do."""
    operate = getattr(np.ndarray, f"__i{name}__")
    pure = getattr(np.ndarray, f"__{name}__")

    def run(self, other):
        return pure(self, other) if self._scalar else operate(self, other)

    return run


Traced.__getitem__ = get
Traced.__setitem__ = set_
Traced.__float__ = lambda self: read_out(self, float)
Traced.__int__ = lambda self: int(plain(self))
for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Traced, f"__i{_name}__", in_place(_name))
