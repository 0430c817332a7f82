"""Which of a file's functions are the forward and the backward pass, and what they are called with."""
import re

import numpy as np

from .load import Refused
from .syntax import Function, functions_in

#: Arguments that hold all the parameters in a dict.
GROUPS = ("params", "parameters", "weights", "theta", "p", "model")
#: Data whose gradient nobody has to return.
LABELS = {"Y", "y", "T", "t", "target", "targets", "labels", "y_true", "mask", "idx", "indices"}
COSTS = re.compile(r"(^|_)(cost|loss)(_|$)")


def find_functions(loaded, names):
    """(forward, backward or None, cost or None). @raises Refused"""
    own = functions_in(loaded)
    make = lambda name: Function(name, own[name], loaded.trees)
    for name in filter(None, names.values()):
        if name not in own:
            listed = f"Its functions: {', '.join(own)}." if own else "It defines no function."
            raise Refused(f"there is no function {name}. {listed}")
    cost = make(names["cost"]) if names.get("cost") else None
    forward, backward = names.get("forward"), names.get("backward")
    if forward and not backward or forward and forward == backward:
        return make(forward), None, cost
    if not forward and not backward:
        forward, backward = pair_in(own)
    elif not forward:
        forward = backward.replace("backward", "forward").replace("backprop", "forward")
        if forward == backward or forward not in own:
            raise Refused(f"which function is the forward pass of {backward}? Name it: --forward NAME")
    return make(forward), make(backward), cost


def pair_in(own):
    if "forward" in own and "backward" in own:
        return "forward", "backward"
    pairs = [
        (name, other)
        for name in own
        if "forward" in name
        for other in (name.replace("forward", "backward"), name.replace("forward", "backprop"))
        if other in own
    ]
    if len(pairs) == 1:
        return pairs[0]
    if pairs:
        raise Refused(
            f"there are {len(pairs)} pairs of functions. Name one: --forward {pairs[0][0]} --backward {pairs[0][1]}"
        )
    missing = [name for name in ("forward", "backward") if name not in own]
    listed = f"; it defines {', '.join(own)}" if own else ""
    raise Refused(
        f"there is no function {missing[0]}{listed}. Write def forward(x, w, b) and def backward(dout, cache), "
        "or name yours: --forward NAME --backward NAME"
    )


class Given:
    """The numbers and the shapes that a file gives, by the names of what they are for."""

    def __init__(self, loaded, forward, others):
        names = loaded.names
        self.shapes, self.values, self.groups = {}, {}, {}
        self.draw = names.get("inputs") if callable(names.get("inputs")) else None
        self.classes = dict(names.get("classes") or {}) if isinstance(names.get("classes"), dict) else {}
        self._take_shapes(names.get("shapes"))
        for group in ("params", "parameters"):
            if isinstance(names.get(group), dict) and not self.shapes:
                self._take_group(group, names[group])
        for name in ("X", "Y"):
            if name not in self.shapes and is_number(names.get(name)):
                self.values[name] = names[name]
        inputs = self.drawn(0) if self.draw else names.get("inputs")
        if inputs is not None and not isinstance(inputs, dict):
            raise Refused(f"inputs is {described(inputs)}; give a dict by the names of the arguments")
        self._take_inputs(inputs or {})
        for function in (forward, *others):
            for argument in function.arguments:
                self._take_argument(function, argument)

    def drawn(self, seed):
        np.random.seed(seed)
        takes = self.draw.__code__.co_argcount
        return self.draw(seed) if takes else self.draw()

    def _take_inputs(self, inputs):
        for name, value in inputs.items():
            if isinstance(value, dict) and value and all(is_number(v) for v in value.values()) and name in GROUPS:
                self._take_group(name, value)
            else:
                self.values[name] = value
            self.shapes.pop(name, None)

    def _take_shapes(self, shapes):
        if shapes is None:
            return
        if not isinstance(shapes, dict):
            raise Refused(f"shapes is {described(shapes)}; give a dict such as {{'x': ['N', 'D'], 'w': ['D', 'M']}}")
        for name, shape in shapes.items():
            if isinstance(shape, dict):
                self.groups[name] = list(shape)
                self.shapes.update({key: sides_of(key, own) for key, own in shape.items()})
            else:
                self.shapes[name] = sides_of(name, shape)

    def _take_group(self, group, values):
        self.groups[group] = list(values)
        self.values.update(values)

    def _take_argument(self, function, argument):
        """Of an argument's default or annotation, where nothing else says what it is."""
        if argument in self.values or argument in self.shapes or argument in self.groups:
            return
        default, annotation = function.default(argument), function.annotation(argument)
        if isinstance(default, np.ndarray):
            self.values[argument] = default
        elif isinstance(annotation, (list, tuple)):
            self.shapes[argument] = sides_of(argument, annotation)
        elif isinstance(annotation, str) and re.fullmatch(r"[\[(]?\s*[A-Za-z0-9_]+(\s*[, ]\s*[A-Za-z0-9_]+)*\s*,?\s*[\])]?", annotation):
            sides = re.findall(r"[A-Za-z0-9_]+", annotation)
            if annotation.strip()[0] in "[(" or len(sides) > 1:
                self.shapes[argument] = [int(s) if s.isdigit() else s for s in sides]


def sides_of(name, shape):
    sides = list(shape) if isinstance(shape, (list, tuple)) else [shape]
    if not all(isinstance(side, (str, int)) and not isinstance(side, bool) for side in sides):
        raise Refused(f"shapes: {name} is {shape!r}; list its sides, names or whole numbers, such as ['N', 'D']")
    return sides


def is_number(value):
    return isinstance(value, (np.ndarray, np.generic, float, int)) and not isinstance(value, bool) or (
        isinstance(value, (list, tuple)) and len(value) > 0 and all(is_number(v) for v in value)
    )


def described(value):
    if value is None:
        return "nothing (None)"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
