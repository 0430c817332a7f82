"""The tape: each numpy operation as one or several kernels of TensorFlow.js, with the line that asked for it."""
import os
import sys
import sysconfig
import traceback

import numpy as np

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NUMPY = os.path.dirname(os.path.abspath(np.__file__))
LIBRARY = {sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
FOREIGN = (HERE, NUMPY, *LIBRARY, "<")

#: The tape that is written now, or None.
current = None


def kind_of(dtype):
    """TensorFlow.js's name for a dtype; its float32 holds doubles here. None for what it has no word for."""
    kind = np.dtype(dtype).kind
    return {"b": "bool", "i": "int32", "u": "int32", "f": "float32"}.get(kind)


def is_users(filename):
    return not filename.startswith(FOREIGN)


def place():
    """Where in the user's own code we are; from Python 3.11 on with the columns of the expression."""
    frame = sys._getframe(2)
    while frame is not None and not is_users(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return None
    found = {"file": frame.f_code.co_filename, "line": frame.f_lineno}
    if hasattr(frame.f_code, "co_positions") and frame.f_lasti >= 0:
        positions = list(frame.f_code.co_positions())[frame.f_lasti // 2]
        line, end_line, column, end_column = positions
        if line is not None and column is not None and column < end_column or line != end_line:
            found.update(line=line, column=column + 1, endLine=end_line, endColumn=end_column + 1)
    return found


def place_of(error):
    """The user's own line in the traceback of an exception: the innermost one."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if is_users(f.filename)]
    return (frames[-1].filename, frames[-1].lineno) if frames else None


class Node:
    """A value on the tape. `live`: it depends on numbers that a gradient is asked of."""

    __slots__ = ("id", "shape", "kind", "live", "number")

    def __init__(self, id, shape, kind, live):
        self.id, self.shape, self.kind, self.live = id, tuple(shape), kind, live
        self.number = None  # of a constant


class Tape:
    def __init__(self):
        self.count = 0
        self.operations = []
        self.values = []  # what is not computed: inputs and constants, with their numbers
        self.stops = []  # what could not be expressed, and where
        self.names = []  # the user's variables, in the order in which they were assigned
        self.written = []  # inputs that were changed in place, and where
        self._scalars = {}
        self._arrays = {}  # a constant array is kept alive by its entry, so that its id stays its own

    def node(self, shape, kind, live):
        self.count += 1
        return Node(self.count, shape, kind, live)

    def value(self, array, live=False):
        """An input or a constant."""
        array = np.asarray(array)
        kind = kind_of(array.dtype)
        if kind is None:
            raise TypeError(f"numbers of the kind {array.dtype} cannot be recorded")
        node = self.node(array.shape, kind, live)
        self.values.append((node, np.array(array)))
        return node

    def constant(self, number):
        """A number, or an array that nobody differentiates; the same number is one value."""
        if np.ndim(number) > 0:
            return self.value(number)
        key = (float(number), np.asarray(number).dtype.kind)
        if key not in self._scalars or np.isnan(key[0]):
            self._scalars[key] = self.value(number)
            self._scalars[key].number = number
        return self._scalars[key]

    def emit(self, kernel, inputs, attrs, shape, kind):
        """Writes one kernel down."""
        live = any(node.live for node in inputs.values()) and kind == "float32"
        out = self.node(shape, kind, live)
        self.operations.append(
            {
                "kernel": kernel,
                "attrs": attrs,
                "inputs": {name: node.id for name, node in inputs.items()},
                "outputs": [out.id],
                "shape": list(out.shape),
                "dtype": kind,
                "place": place(),
            }
        )
        return out

    def stop(self, what):
        """Says that autodiff ends here."""
        found = place() or {}
        entry = {"what": what, "after": len(self.operations), **found}
        if not any(stop["what"] == what and stop.get("line") == entry.get("line") for stop in self.stops):
            self.stops.append(entry)
