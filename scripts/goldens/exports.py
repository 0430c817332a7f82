"""
Weights as numpy and safetensors themselves write them, for the tests that read them; how Keras lays a
model out, and the bytes of an ONNX model made with the onnx package, for the tests of what is written.

    npm run verify-exports -- --setup
    KERAS_BACKEND=numpy python scripts/goldens/exports.py __tests__/goldens/exports

with the python of that set-up. W_l[i, j] = l + i / 4 - j / 8 and b_l[i] = i / 2 - l, which float32 holds exactly.
"""
import io
import json
import sys
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import onnx
from numpy.lib import format as npy
from safetensors.numpy import save_file

folder = Path(sys.argv[1])
sizes = [3, 4, 2]


def parameters(dtype):
    made = {}
    for l in (1, 2):
        i, j = np.mgrid[: sizes[l], : sizes[l - 1]]
        made[f"W{l}"] = (l + i / 4 - j / 8).astype(dtype)
        made[f"b{l}"] = (np.arange(sizes[l])[:, np.newaxis] / 2 - l).astype(dtype)
    return made


f4, f8 = parameters("<f4"), parameters("<f8")
np.savez(folder / "float32.npz", **f4)
np.savez(folder / "float64.npz", **f8)
np.savez(folder / "big-endian.npz", **parameters(">f4"))
np.savez(folder / "fortran.npz", **{name: np.asfortranarray(P) for name, P in f8.items()})
np.savez_compressed(folder / "compressed.npz", **f4)
np.savez(folder / "int64.npz", **parameters("<i8"))
np.savez(folder / "float16.npz", **parameters("<f2"))
np.savez(folder / "pickled.npz", **f4, activations=np.array(["tanh", None], dtype=object))
for version in ((2, 0), (3, 0)):
    with zipfile.ZipFile(folder / f"version-{version[0]}.npz", "w") as archive:
        for name, P in f4.items():
            file = io.BytesIO()
            npy.write_array(file, P, version)
            archive.writestr(f"{name}.npy", file.getvalue())
save_file(f4, folder / "float32.safetensors")
save_file(f8, folder / "float64.safetensors")
save_file(parameters("<f2"), folder / "float16.safetensors")

model = keras.Sequential(
    [
        keras.Input((5,), name="X"),
        keras.layers.Dense(4, name="dense_1"),
        keras.layers.LeakyReLU(negative_slope=0.01, name="activation_1"),
        keras.layers.Dense(3, activation="softmax", name="dense_2"),
    ],
    name="handgrad",
)
keras.saving.save_model(model, folder / "saved.keras")
with zipfile.ZipFile(folder / "saved.keras") as archive:
    names = sorted(archive.namelist())
    config = json.loads(archive.read("config.json"))
    with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as weights:
        datasets = {}
        weights.visititems(
            lambda name, it: datasets.update({name: [list(it.shape), it.dtype.str]})
            if isinstance(it, h5py.Dataset)
            else None
        )
(folder / "saved.keras").unlink()
arrays = [[list(P.shape), P.dtype.str] for P in model.get_weights()]
about = {"keras": keras.__version__, "names": names, "datasets": datasets, "arrays": arrays}


def without_addresses(value):
    """Keras numbers objects by where they lie in memory."""
    if isinstance(value, list):
        return [without_addresses(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {k: without_addresses(v) for k, v in value.items() if k != "shared_object_id"}


document = {**about, "config": without_addresses(config)}
(folder / "keras.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")


def gemm_and(op, l, last, **attributes):
    before = "X" if l == 1 else f"A{l - 1}"
    return [
        onnx.helper.make_node("Gemm", [before, f"W{l}", f"b{l}"], [f"Z{l}"], f"linear_{l}", transB=1),
        onnx.helper.make_node(op, [f"Z{l}"], [last], f"activation_{l}", **attributes),
    ]


def onnx_matrix(name, n):
    return onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["m", n])


graph = onnx.helper.make_graph(
    gemm_and("LeakyRelu", 1, "A1", alpha=0.01) + gemm_and("Softmax", 2, "A2", axis=1),
    "handgrad",
    [onnx_matrix("X", 3)],
    [onnx_matrix("A2", 2)],
    [onnx.numpy_helper.from_array(P.squeeze(1) if name[0] == "b" else P, name) for name, P in f4.items()],
    doc_string="X (m, 3) to A2 (m, 2), a sample in each row.",
)
exported = onnx.helper.make_model(
    graph,
    ir_version=8,
    opset_imports=[onnx.helper.make_opsetid("", 13)],
    producer_name="handgrad",
    producer_version="VERSION",
    doc_string="A small one.",
)
network = {"activations": ["leakyRelu", "softmax"], "loss": "categoricalCrossEntropy", "l2": 0.25}
classes = ["dog", "cat"]
compact = {"separators": (",", ":")}
onnx.helper.set_model_props(
    exported,
    {"network": json.dumps(network, **compact), "class_names": json.dumps(classes, **compact)},
)
onnx.checker.check_model(exported, full_check=True)
(folder / "leaky-relu-softmax.onnx").write_bytes(exported.SerializeToString(deterministic=True))
