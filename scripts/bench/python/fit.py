"""The time of scikit-learn's fit on one of its data sets, standardised: one line of JSON, in ms.

    python fit.py NAME
"""
import json
import sys
import time
import warnings

from sklearn import datasets
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
data = getattr(datasets, f"load_{sys.argv[1]}")()
X = StandardScaler().fit_transform(data.data)
is_classes = hasattr(data, "target_names")
y = data.target if is_classes else StandardScaler().fit_transform(data.target[:, None])[:, 0]
Model = MLPClassifier if is_classes else MLPRegressor


def fit():
    model = Model(
        hidden_layer_sizes=[20, 10],
        solver="adam",
        learning_rate_init=0.01,
        batch_size=32,
        max_iter=60,
        tol=0,
        n_iter_no_change=1_000_000,
        alpha=0.0001,
        random_state=0,
    )
    before = time.perf_counter()
    model.fit(X, y)
    return (time.perf_counter() - before) * 1000


fit()  # what is loaded and allocated the first time
print(json.dumps({"scikit-learn": min(fit() for _ in range(3))}))
