"""Differences of the objective: four points in double precision, and one complex step where numpy can."""
import time
import warnings

import numpy as np

STEP = 3e-4
COMPLEX = 1e-30
KINK = 1e-5


class Objective:
    """A function of one leaf's numbers, along a direction."""

    def __init__(self, of, point, name):
        self.of, self.point, self.name = of, point, name
        self.centre = of(point)

    def at(self, direction, t):
        return self.of({**self.point, self.name: self.point[self.name] + t * direction})

    def central(self, direction, h):
        far, near = (self.at(direction, s * h) - self.at(direction, -s * h) for s in (2, 1))
        return (8 * near - far) / (12 * h)

    def bend(self, direction, h):
        """How far the slopes on both sides are apart: of order h where it is smooth."""
        return abs(self.at(direction, h) - 2 * self.centre + self.at(direction, -h)) / h

    def complex(self, direction):
        """Im f(x + ih) / h, which nothing is rounded in; None where a step cannot be complex."""
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("error")
                value = self.at(direction, 1j * COMPLEX)
            return float(np.imag(value)) / COMPLEX if np.iscomplexobj(value) else None
        except Exception:
            return None

    def derivative(self, direction):
        """The derivative along a direction, or None across a kink."""
        coarse = self.central(direction, STEP)
        exact = self.complex(direction)
        scale = max(abs(coarse), 1e-3)
        if exact is not None and abs(exact - coarse) <= KINK * scale:
            return exact
        fine, finest = (self.central(direction, STEP / s) for s in (8, 64))
        bend = self.bend(direction, STEP / 8)
        if bend > KINK * scale and bend > self.bend(direction, STEP) / 2:
            return None
        changes = [(abs(fine - coarse), coarse), (abs(fine - coarse), fine), (abs(finest - fine), finest)]
        if abs(fine - coarse) <= 1e-9 * scale:
            return coarse
        change, best = min(changes[1:])
        return best if change <= KINK * scale else None


def differences(of, point, names, samples, seconds, seed):
    """
    Of each leaf the derivatives of some elements (all of a small one), and of a large one along a
    random direction besides: { leaf: { elements, derivatives, direction, along } }, and what was skipped.
    """
    random = np.random.RandomState(seed)
    start = time.perf_counter()
    of(point)
    one = max(time.perf_counter() - start, 1e-6)
    total = sum(point[name].size for name in names) or 1
    affordable = seconds / (6 * one)
    share = 1.0 if total <= affordable else affordable / total
    found, skipped = {}, 0
    for name in names:
        size = point[name].size
        most = size if samples is None else min(size, samples)
        count = min(most, max(4, int(size * share)))
        chosen = np.arange(size) if count >= size else np.sort(random.permutation(size)[:count])
        objective = Objective(of, point, name)
        elements, derivatives = [], []
        for element in chosen:
            direction = np.zeros(size)
            direction[element] = 1
            value = objective.derivative(direction.reshape(point[name].shape))
            if value is None or not np.isfinite(value):
                skipped += 1
                continue
            elements.append(int(element))
            derivatives.append(value)
        own = {"elements": elements, "derivatives": np.array(derivatives)}
        if count < size:
            direction = random.uniform(-1, 1, point[name].shape)
            direction /= np.linalg.norm(direction)
            along = objective.derivative(direction)
            if along is None or not np.isfinite(along):
                skipped += 1
            else:
                own.update(direction=direction, along=along)
        found[name] = own
    return found, skipped
