"""scikit-learn's MLPClassifier, float32; it draws its own starting weights."""
import warnings

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier

import blas

warnings.filterwarnings("ignore", module="sklearn")
NEVER = 2**31


def what():
    return {"what": "scikit-learn", "version": sklearn.__version__, "threads": blas.threads()}


class Net:
    def __init__(self, task, X, Y, weights):
        m = task["m"]
        batch_size = task.get("batchSize", m)
        # It has no step, only epochs; and it looks through the samples before the first of them.
        self.per_epoch = -(-m // batch_size)
        self.at_once = max(20, self.per_epoch)
        self.X = np.ascontiguousarray(X.T)
        self.y = Y.argmax(0) if len(Y) > 1 else Y[0]
        self.classes = np.unique(self.y)
        hidden = task["sizes"][1:-1]
        self.model = MLPClassifier(
            hidden,
            activation=task["activations"][0] if hidden else "relu",
            solver=task.get("optimizer", "sgd"),
            alpha=0,
            batch_size=batch_size,
            learning_rate_init=task["learningRate"],
            momentum=0,
            nesterovs_momentum=False,
            shuffle=self.per_epoch > 1,
            tol=0,
            n_iter_no_change=NEVER,
            warm_start=True,
            random_state=1,
        )

    def run(self, iterations):
        self.model.set_params(max_iter=iterations // self.per_epoch).fit(self.X, self.y)

    def epoch(self):
        self.model.partial_fit(self.X, self.y, classes=self.classes)

    def accuracy(self):
        return self.model.score(self.X, self.y)

    # Its loss_curve_ has the cost of every epoch.
    whole = run
