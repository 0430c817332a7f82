"""Numbers on their way: doubles and whole numbers as base64, little end first."""
import base64

import numpy as np

WORDS = {"float32": "<f8", "int32": "<i4", "bool": "u1"}


def pack(array, kind="float32"):
    array = np.asarray(array)
    data = np.ascontiguousarray(array).astype(WORDS[kind], copy=False).tobytes()
    return {"shape": list(array.shape), "dtype": kind, "data": base64.b64encode(data).decode("ascii")}


def unpack(entry):
    data = base64.b64decode(entry["data"])
    return np.frombuffer(data, WORDS[entry["dtype"]]).reshape(entry["shape"]).copy()
