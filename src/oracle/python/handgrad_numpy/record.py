"""Both passes once more on arrays that record."""
import numpy as np

from . import tape
from .array import Traced, node_of, untraced_copy, wrap
from .forms import LABELS
from .load import Refused, said
from .names import Names, entries
from .wire import pack


def recorded(subject, point, seeds, hand):
    """The recording as JSON, or { error } where our arrays cannot follow the user's code."""
    tape.current = own = tape.Tape()
    try:
        traced = {name: entered(array, name, name not in LABELS) for name, array in point.items()}
        entry = {name: t._node for name, t in traced.items()}
        out = {name: entered(array, None, False) for name, array in seeds.items()}
        seeded = {name: t._node for name, t in out.items()}
        split, cached = [], []

        def between():
            split.append(len(own.operations))

        with Names():
            outputs, caches, J, grads = subject.pass_both(traced, out, between)
        named = {n: node_of(v) for n, v in outputs.items() if isinstance(v, Traced)}
        for name, value in caches.items():
            cached += [{"name": n, "id": t._node.id} for n, t in entries(value, name) if t._node is not None]
        objective = node_of(J)
        ids = {n: node_of(v).id for n, v in grads.items() if isinstance(v, Traced)}
        faithful = all(
            np.allclose(np.asarray(untraced_copy(v)), hand[n], rtol=1e-9, atol=1e-12, equal_nan=True)
            for n, v in grads.items() if n in hand and np.shape(v) == np.shape(hand[n])
        )
        operations = own.operations
        at = split[0] if split else split_at(operations, objective.id)
        return {
            "values": [{"id": node.id, **pack(array, node.kind)} for node, array in own.values],
            "operations": operations,
            "split": at,
            "inputs": {name: node.id for name, node in entry.items()},
            "seeds": {name: node.id for name, node in seeded.items()},
            "outputs": {name: node.id for name, node in named.items()},
            "objective": objective.id,
            "hand": ids if faithful else {},
            "cache": cached,
            "names": own.names,
            "stops": own.stops,
            "written": own.written,
        }
    except Refused as error:
        return {"error": str(error)}
    except Exception as error:
        return {"error": said(error)}
    finally:
        tape.current = None


def entered(array, name, live):
    """An input on the tape."""
    value = np.array(array)
    traced = wrap(value if value.ndim else value[()], tape.current.value(value, live and value.dtype.kind == "f"))
    traced._input = name
    return traced


def split_at(operations, last):
    """Of one function that does both passes: the forward pass ends where the cost is made."""
    for i, operation in enumerate(operations):
        if last in operation["outputs"]:
            return i + 1
    return len(operations)
