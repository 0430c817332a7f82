"""An array that records: numpy's own, with a node of the tape beside its numbers."""
import numpy as np

from . import kernels, tape


class Traced(np.ndarray):
    """
    The numbers are numpy's, views share them as ever. A view knows how its node comes from its base's
    (`_derive`) and how a change of its own changes the base (`_put`), so what is written in place is
    seen by all who look at the same memory.
    """

    def __array_finalize__(self, source):
        self._node = self._base = self._derive = self._put = self._seen = None
        self._scalar = False
        self._input = None
        self._lost = isinstance(source, Traced) and source._node is not None and source._node.live

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        from .ufuncs import apply

        return apply(ufunc, method, inputs, out, options)

    def __array_function__(self, func, types, args, kwargs):
        from .functions import call

        return call(func, args, kwargs)


def plain(x):
    """The bare numbers, through lists and dicts."""
    if isinstance(x, Traced):
        bare = x.view(np.ndarray)
        return bare[()] if x._scalar else bare
    if isinstance(x, (list, tuple)) and type(x) in (list, tuple):
        return type(x)(plain(item) for item in x)
    if type(x) is dict:
        return {key: plain(value) for key, value in x.items()}
    return x


def wrap(value, node, base=None, derive=None, put=None):
    """`value` as a recording array. A scalar of numpy's stays one: nothing changes it in place."""
    scalar = not isinstance(value, np.ndarray)
    traced = np.asarray(value).view(Traced)
    traced._node, traced._scalar, traced._lost = node, scalar, False
    if base is not None and not scalar and np.may_share_memory(value, base):
        traced._base, traced._derive, traced._put = base, derive, put
        traced._seen = node_of(base)
    return traced


def node_of(x):
    """The node of anything that stands for numbers: what is not recorded is a constant."""
    if not isinstance(x, Traced):
        return tape.current.constant(x)
    if x._node is None:
        if x._lost:
            tape.current.stop("an array that numpy made behind the recording")
        x._node = tape.current.value(plain(x))
    elif x._base is not None:
        above = node_of(x._base)
        if above is not x._seen:
            x._node, x._seen = x._derive(above), above
    return x._node


def write(x, node):
    """The array holds other numbers from now on: so do its base and, once asked, its other views."""
    x._node, x._lost = node, False
    if x._input is not None:
        tape.current.written.append({"name": x._input, **(tape.place() or {})})
    if x._base is not None:
        above = x._put(node_of(x._base), node)
        write(x._base, above)
        x._seen = above


def fresh(value):
    """An array that the user's code makes: it may be written to later."""
    if tape.current is None or isinstance(value, Traced) or tape.kind_of(np.asarray(value).dtype) is None:
        return value
    traced = np.asarray(value).view(Traced)
    traced._lost = False
    return traced


def has_traced(x):
    if isinstance(x, (list, tuple)):
        return any(has_traced(item) for item in x)
    return isinstance(x, Traced)


def stacked(x):
    """Lists of recorded numbers as one array."""
    if isinstance(x, Traced) or not has_traced(x):
        return x
    parts = [stacked(item) for item in x]
    value = np.array([plain(part) for part in parts])
    nodes = [kernels.cast(node_of(part), tape.kind_of(value.dtype)) for part in parts]
    node = tape.current.emit(
        "Pack", {str(i): n for i, n in enumerate(nodes)}, {"axis": 0}, value.shape, tape.kind_of(value.dtype)
    )
    return wrap(value, node)


def stopped(value, what, *sources):
    """The result of what cannot be expressed: constants, and it is said where numbers of weight went in."""
    if any(isinstance(s, Traced) and node_of(s).live for s in sources):
        if np.asarray(value).dtype.kind == "f":
            tape.current.stop(what)
    return fresh(np.asarray(value)) if isinstance(value, (np.ndarray, np.generic)) else value


def untraced_copy(x):
    return np.array(plain(x)) if isinstance(x, Traced) else x
