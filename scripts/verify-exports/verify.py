"""Reads every export of a folder with the tool it is for, and says what is wrong. Usage: verify.py FOLDER

Networks keep samples in columns, X (n_x, m); Keras and ONNX in rows, X.T (m, n_x).
"""
import importlib.metadata
import json
import math
import sys
from pathlib import Path

import keras
import numpy as np
import onnx
import onnxruntime
import safetensors
import safetensors.numpy


class Case:
    def __init__(self, about):
        self.name, self.files, self.network = about["name"], about["files"], about["network"]
        self.folder = Path(about["folder"])
        self.params = {
            name: self.read(name, "<f4").reshape(shape) for name, shape in about["shapes"].items()
        }
        self.X = self.read("X", "<f4").reshape(-1, about["m"])  # (n_x, m)
        self.AL = self.read("AL", "<f8").reshape(-1, about["m"])  # (n_y, m)

    def read(self, name, dtype):
        return np.fromfile(self.folder / f"{name}.bin", dtype)


class Wrong(Exception):
    pass


def assert_that(condition, sentence):
    if not condition:
        raise Wrong(sentence)


def assert_same_bits(theirs, ours):
    assert_that(sorted(theirs) == sorted(ours), f"it has {sorted(theirs)}, not {sorted(ours)}")
    for name in ours:
        a, b = theirs[name], ours[name]
        assert_that(a.dtype == np.float32, f"{name} is {a.dtype}")
        assert_that(a.shape == b.shape, f"{name} is {a.shape}, not {b.shape}")
        assert_that(a.tobytes() == b.tobytes(), f"{name} has other bits")


# The activations as the course writes them, for a column or more.
def softmax(Z):
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


COURSE = {
    "sigmoid": lambda Z: 1 / (1 + np.exp(-Z)),
    "tanh": np.tanh,
    "relu": lambda Z: np.maximum(0, Z),
    "leakyRelu": lambda Z: np.where(Z > 0, Z, 0.01 * Z),
    "linear": lambda Z: Z,
    "softmax": softmax,
    "elu": lambda Z: np.where(Z > 0, Z, np.expm1(np.minimum(Z, 0))),
    "silu": lambda Z: Z / (1 + np.exp(-Z)),
    "softplus": lambda Z: np.logaddexp(0, Z),
    "hardSigmoid": lambda Z: np.clip(Z + 3, 0, 6) / 6,
    "gelu": lambda Z: Z * (1 + np.vectorize(math.erf)(Z / math.sqrt(2))) / 2,
}

# Where Keras has another name.
KERAS = {"hardSigmoid": "hard_sigmoid"}


def course_forward(X, parameters):
    """L_model_forward of Course 1, with the parameters as numpy.load gives them."""
    activations = json.loads(str(parameters["network"]))["activations"]
    A = X
    for l in range(1, len(parameters) // 2 + 1):
        Z = np.dot(parameters["W" + str(l)], A) + parameters["b" + str(l)]
        A = COURSE[activations[l - 1]](Z)
    return A


def npz(case, path):
    parameters = dict(np.load(path, allow_pickle=False))
    said = json.loads(str(parameters["network"]))
    assert_that(said == case.network, f"it says {said}")
    assert_same_bits({k: v for k, v in parameters.items() if k != "network"}, case.params)
    return course_forward(case.X, parameters)


def read_safetensors(case, path):
    assert_same_bits(safetensors.numpy.load_file(path), case.params)
    with safetensors.safe_open(path, framework="np") as file:
        said = json.loads(file.metadata()["network"])
    assert_that(said == case.network, f"it says {said}")
    return None


def read_onnx(case, path):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert_same_bits(
        {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer},
        {name: P if name[0] == "W" else P[:, 0] for name, P in case.params.items()},
    )
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (X,), (AL,) = session.get_inputs(), session.get_outputs()
    assert_that(X.shape == ["m", case.X.shape[0]], f"its input is {X.shape}")
    assert_that(AL.shape == ["m", case.AL.shape[0]], f"its output is {AL.shape}")
    return session.run(None, {"X": np.ascontiguousarray(case.X.T)})[0].T


def predict(model, case):
    return model.predict(case.X.T, batch_size=case.X.shape[1], verbose=0).T


def built_by_hand(case):
    """The same network as who knows only its layers writes it in Keras."""
    model = keras.Sequential([keras.Input((case.X.shape[0],))])
    for l, name in enumerate(case.network["activations"], 1):
        is_leaky = name == "leakyRelu"
        units = case.params[f"W{l}"].shape[0]
        model.add(keras.layers.Dense(units, activation=None if is_leaky else KERAS.get(name, name)))
        if is_leaky:
            model.add(keras.layers.LeakyReLU(negative_slope=0.01))
    return model


def keras_archive(case, path):
    return predict(keras.saving.load_model(path), case)


def keras_weights(case, path):
    model = built_by_hand(case)
    model.load_weights(path)
    return predict(model, case)


def keras_npz(case, path):
    model = built_by_hand(case)
    model.set_weights(list(np.load(path, allow_pickle=False).values()))
    return predict(model, case)


READERS = {
    "npz": ("numpy", npz),
    "safetensors": ("safetensors", read_safetensors),
    "onnx": ("onnxruntime", read_onnx),
    "keras": ("keras", keras_archive),
    "keras-weights": ("keras", keras_weights),
    "keras-npz": ("keras", keras_npz),
}

# Read by TensorFlow.js, in npm test.
NOT_FOR_PYTHON = {"tfjs-layers"}


def check(case, format, path, tolerance):
    tool, reader = READERS[format]
    finding = {"case": case.name, "format": format, "tool": tool}
    try:
        output = reader(case, path)
        if output is None:
            return finding
        assert_that(output.shape == case.AL.shape, f"it gives {output.shape}, not {case.AL.shape}")
        finding["difference"] = float(np.abs(output - case.AL).max())
        assert_that(
            finding["difference"] <= tolerance,
            f"its outputs are {finding['difference']:.1e} apart",
        )
    except Exception as error:  # whatever a tool throws is its verdict
        finding["wrong"] = f"{type(error).__name__}: {error}".splitlines()[0]
    return finding


def write_theirs(case):
    """What numpy and safetensors make of the same parameters, for handgrad to read."""
    put = lambda name: str(case.folder / f"theirs{name}")
    np.savez(put(".npz"), **case.params)
    np.savez_compressed(put("-compressed.npz"), **case.params)
    np.savez(put("-doubles.npz"), **{k: P.astype(np.float64) for k, P in case.params.items()})
    np.savez(put("-fortran.npz"), **{k: np.asfortranarray(P) for k, P in case.params.items()})
    safetensors.numpy.save_file(case.params, put(".safetensors"))


def main(folder):
    about = json.loads((folder / "cases.json").read_text())
    findings = []
    for case in map(Case, about["cases"]):
        for format, path in case.files.items():
            if format in NOT_FOR_PYTHON:
                continue
            findings.append(check(case, format, path, about["tolerance"]))
        write_theirs(case)
    tools = ["numpy", "keras", "safetensors", "onnx", "onnxruntime"]
    versions = {name: importlib.metadata.version(name) for name in tools}
    (folder / "found.json").write_text(json.dumps({"versions": versions, "findings": findings}))


main(Path(sys.argv[1]))
