"""What the child answers: what a file holds, and what its passes give at a point."""
import os
import platform
import sys
import warnings

import numpy as np

from . import creation
from .differences import differences
from .forms import find_functions, is_number
from .load import Refused, load, said
from .record import recorded
from .subject import Subject, hush
from .torch_function import TorchSubject, functions_of
from .wire import pack, unpack


class Served:
    def __init__(self):
        creation.install()
        self.loaded = self.subject = None
        self.heard = False
        self.path = ""
        self.stdout = sys.stdout

    def answer(self, request):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)
                return {"load": self.load, "point": self.point}[request["ask"]](request)
        except Refused as error:
            return {"error": {"message": str(error), **self.place(error.place)}}
        except RecursionError as error:
            return {"error": {"message": said(error)}}

    def place(self, place):
        """Of a file its name and line; of a notebook the cell too."""
        if not place:
            return {}
        filename, line = place
        if filename.startswith(self.path):
            filename = os.path.basename(self.path) + filename[len(self.path) :]
        return {"file": filename, "line": line}

    def load(self, request):
        self.path = os.path.abspath(request["file"])
        self.loaded = load(self.path)
        names = request["names"]
        if request.get("reference"):
            names = refer(self.loaded, request["reference"], names)
        self.subject = self.subject_of(names)
        passes = self.subject.passes
        given = passes.given
        draws = [given.drawn(seed) for seed in (1, 2)] if given.draw else []
        names = self.loaded.names
        return {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "leaves": passes.leaves,
            "shapes": {n: given.shapes[n] for n in passes.leaves if n in given.shapes},
            "values": {n: pack(given.values[n]) for n in passes.leaves if n in given.values},
            "draws": [{n: pack(d[n]) for n in passes.leaves if is_number(d.get(n))} for d in draws],
            "fixed": [n for n, v in given.values.items() if isinstance(v, np.ndarray) and n not in passes.leaves],
            "classes": given.classes,
            "labels": names.get("labels") if isinstance(names.get("labels"), str) else None,
            "sources": {name: "\n".join(lines(name)) for name in self.loaded.trees},
            "notes": self.loaded.notes,
        }

    def subject_of(self, names):
        """Functions of numpy, or an autograd Function where the file has one and no forward."""
        classes = functions_of(self.loaded)
        name = names.get("forward") or (next(iter(classes)) if len(classes) == 1 and "forward" not in self.loaded.names else None)
        return TorchSubject(self.loaded, name) if name in classes else Subject(self.loaded, names)

    def listen(self):
        sys.stdout = self.stdout

    def point(self, request):
        """Everything at one point."""
        point = {name: unpack(entry) for name, entry in request["point"].items()}
        point = {name: array if array.ndim else array[()] for name, array in point.items()}
        subject = self.subject
        seeds = subject.prepare(point, request["seed"])
        first, self.heard = not self.heard, True
        outputs, _, J, grads = subject.pass_both(point, seeds, self.listen if first else hush)
        hush()
        hand, named, extra = subject.hand(grads)
        leaves = [n for n in subject.passes.leaves if n in hand or not subject.optional(n)]
        answer = {
            "kind": subject.kind,
            "forward": subject.passes.forward.name,
            "objective": float(np.real(np.asarray(J).reshape(-1)[0])) if np.isfinite(J).all() else None,
            "leaves": leaves,
            "named": named,
            "hand": {name: pack(array) for name, array in hand.items()},
            "extra": extra,
            "outputs": {name: list(np.shape(v)) for name, v in outputs.items()},
        }
        if answer["objective"] is None:
            return answer
        live = [n for n in leaves if np.asarray(point[n]).dtype.kind == "f"]
        before = {n: np.array(point[n]) for n in point}
        own = {n: np.asarray(point[n]) for n in point}
        settings = request["differences"]
        if settings:
            found, skipped = differences(
                lambda p: subject.number(shaped(p), seeds), own, live, settings["samples"], settings["seconds"], settings["seed"]
            )
            answer["differences"] = {n: packed(d) for n, d in found.items()}
            answer["skipped"] = skipped
        if isinstance(subject, TorchSubject):
            exact = subject.gradients(before, seeds, False)
            answer["autodiff"] = {name: pack(array) for name, array in exact.items()}
            return answer
        by_name = {name: hand[leaf] for leaf, name in named.items()}
        answer["recording"] = recorded(subject, before, seeds, by_name)
        return answer



#: What a reference gives, beside the names of its functions.
GIVEN = ("shapes", "inputs", "params", "parameters", "X", "Y", "labels", "classes")


def refer(loaded, path, names):
    """The numbers of a reference are those of the submission; its functions have the expected names."""
    reference = load(path)
    functions = dict(zip(("forward", "backward", "cost"), find_functions(reference, names)))
    for name in GIVEN:
        loaded.names.pop(name, None)
        if name in reference.names:
            loaded.names[name] = reference.names[name]
    return {role: function.name for role, function in functions.items() if function}


def shaped(point):
    return {n: a if np.ndim(a) else np.asarray(a)[()] for n, a in point.items()}


def packed(found):
    own = {"elements": found["elements"], "derivatives": pack(found["derivatives"])}
    if "direction" in found:
        own.update(direction=pack(found["direction"]), along=found["along"])
    return own


def lines(filename):
    import linecache

    return [line.rstrip("\n") for line in linecache.getlines(filename)]
