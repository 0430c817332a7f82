"""
Folds of scikit-learn's KFold and StratifiedKFold: the fold in which each sample is held out.

    pip install numpy==2.4.6 scikit-learn==1.9.1
    python scripts/goldens/folds.py > __tests__/goldens/folds.json

"seed" is random_state with shuffle, null without. Labels are drawn unevenly, in no order, from classes
that do not begin at 0, and one class has fewer samples than folds.
"""

import json

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

LABELS = np.random.RandomState(3).choice([7, 2, 5], size=41, p=[0.6, 0.3, 0.1]).tolist()
FEW = [1, 0, 0, 2, 0, 1, 0, 2, 0, 1, 0, 0, 1, 0]


def held(splitter, labels):
    folds = np.empty(len(labels), dtype=int)
    for fold, (_, test) in enumerate(splitter.split(np.zeros((len(labels), 1)), labels)):
        folds[test] = fold
    return folds.tolist()


def cases():
    for kind, labels in ((StratifiedKFold, LABELS), (StratifiedKFold, FEW), (KFold, LABELS)):
        for k in (2, 3, 5):
            for seed in (None, 0, 42):
                splitter = kind(k, shuffle=seed is not None, random_state=seed)
                yield {
                    "kind": kind.__name__,
                    "labels": labels,
                    "k": k,
                    "seed": seed,
                    "folds": held(splitter, labels),
                }


print(json.dumps(list(cases())))
