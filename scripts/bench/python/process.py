"""One Python package as a process of the bench: orders come as lines of JSON, answers go so.

    python process.py MODULE

The module has what(), and Net(task, X, Y, weights), or Net(task, arrays) by their names, with at_once,
run(iterations, in_order), cost() and whole(iterations); for runs until an accuracy with epoch() and accuracy().
"""
import importlib
import json
import sys
import time

import numpy as np

module = importlib.import_module(sys.argv[1])
task, arrays, net = None, None, None


def load(folder):
    global task, arrays, net
    net = None
    with open(f"{folder}/task.json") as file:
        task = json.load(file)
    if "shapes" in task:
        read = lambda name, shape: np.fromfile(f"{folder}/{name}", np.float32).reshape(shape)
        arrays = [{name: read(name, shape) for name, shape in task["shapes"].items()}]
        return module.what()
    sizes, m = task["sizes"], task["m"]
    read = lambda name, rows, columns: np.fromfile(f"{folder}/{name}", np.float32).reshape(rows, columns)
    weights = [read(f"W{l}", n, n_prev) for l, (n_prev, n) in enumerate(zip(sizes, sizes[1:]), 1)]
    arrays = read("X", sizes[0], m), read("Y", sizes[-1], m), weights
    return module.what()


def start():
    global net
    net = module.Net(task, *arrays)
    return {"atOnce": net.at_once}


def run(iterations):
    before = time.perf_counter()
    net.run(iterations)
    return {"ms": (time.perf_counter() - before) * 1000}


def check(iterations):
    costs = [net.cost()]
    for count in iterations:
        net.run(count, in_order=True)
        costs.append(net.cost())
    return {"costs": costs}


def whole(iterations):
    before = time.perf_counter()
    module.Net(task, *arrays).whole(iterations)
    return {"ms": (time.perf_counter() - before) * 1000}


def until(accuracy):
    before = time.perf_counter()
    net, epochs = module.Net(task, *arrays), 0
    while epochs == 0 or net.accuracy() < accuracy:
        net.epoch()
        epochs += 1
    return {"ms": (time.perf_counter() - before) * 1000, "epochs": epochs}


orders = {f.__name__: f for f in (load, start, run, check, whole, until)}
for line in sys.stdin:
    options = json.loads(line)
    print(json.dumps(orders[options.pop("order")](**options)), flush=True)
