"""Makes agreement.json: what scipy and scikit-learn say of small columns of numbers.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    venv/bin/python agreement.py > agreement.json

A null stands for "undefined" (a constant column, a single class). `accuracy` is scikit-learn's accuracy_score of the best
of all rules "score >= t" and "score <= t" with t at every score, and of both constant answers.
"""

import json
import warnings

import numpy as np
from scipy import stats
from sklearn import metrics

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20250601)


def number(value):
    value = float(value)
    return value if np.isfinite(value) else None


def numeric(name, x, y):
    x, y = np.asarray(x, float), np.asarray(y, float)
    constant = np.ptp(x) == 0 or np.ptp(y) == 0
    return {
        "name": name,
        "scores": x.tolist(),
        "references": y.tolist(),
        "mean_absolute_error": number(metrics.mean_absolute_error(y, x)),
        "floor": number(metrics.mean_absolute_error(y, np.full_like(y, np.median(y)))),
        "pearson": None if constant else number(stats.pearsonr(x, y).statistic),
        "spearman": None if constant else number(stats.spearmanr(x, y).statistic),
        "kendall": None if constant else number(stats.kendalltau(x, y, variant="b").statistic),
    }


def binary(name, x, y):
    x, y = np.asarray(x, float), np.asarray(y, bool)
    case = {"name": name, "scores": x.tolist(), "positive": y.tolist(), "majority": float(max(y.mean(), 1 - y.mean()))}
    if y.all() or not y.any():
        return case | {"auroc": None, "average_precision": None, "accuracy": None}
    answers = [np.ones_like(y), np.zeros_like(y)] + [x >= t for t in x] + [x <= t for t in x]
    return case | {
        "auroc": number(metrics.roc_auc_score(y, x)),
        "average_precision": number(metrics.average_precision_score(y, x)),
        "accuracy": max(float(metrics.accuracy_score(y, answer)) for answer in answers),
    }


def interval(name, statistic, x, y):
    result = stats.bootstrap(
        (x, y), statistic, paired=True, vectorized=False, n_resamples=20000, method="percentile",
        confidence_level=0.95, rng=np.random.default_rng(1),
    ).confidence_interval
    return {"name": name, "scores": x.tolist(), "references": np.asarray(y, float).tolist(),
            "low": float(result.low), "high": float(result.high)}


def rounded(values, digits=6):
    return np.round(values, digits)


n = 60
base = rounded(rng.normal(size=n))
noisy = rounded(base + rng.normal(size=n))
ratings = np.clip(np.round(3 + base + rng.normal(size=n) * 0.7), 1, 5)
rough = np.round(base * 2) / 2
labels = noisy > 0.8

numerics = [
    numeric("three points", [1, 2, 3], [1, 3, 2]),
    numeric("perfect", [1, 2, 3, 4], [2, 4, 6, 8]),
    numeric("reversed", [1, 2, 3, 4], [8, 6, 4, 2]),
    numeric("continuous", base, noisy),
    numeric("ties on one side", base, ratings),
    numeric("ties on both sides", rough, ratings),
    numeric("constant scores", [2, 2, 2, 2], [1, 2, 3, 4]),
    numeric("constant references", [1, 2, 3, 4], [5, 5, 5, 5]),
    numeric("large offset", rounded(base, 3) + 1e6, noisy),
    numeric("tiny", base * 1e-200, noisy * 1e-150),
    numeric("one outlier", [0, 0, 0, 0, 100], [1, 2, 3, 4, 5]),
]
binaries = [
    binary("three points", [1, 2, 3], [False, True, False]),
    binary("perfect", [1, 2, 3, 4], [False, False, True, True]),
    binary("reversed", [1, 2, 3, 4], [True, True, False, False]),
    binary("continuous", base, labels),
    binary("ties", rough, labels),
    binary("constant scores", [1, 1, 1, 1], [True, False, False, True]),
    binary("one class", [1, 2, 3], [True, True, True]),
    binary("one positive", base, np.arange(n) == 7),
    binary("no threshold helps", [1, 2, 3, 4, 5], [False, False, True, False, False]),
]
quantiles = [
    {"values": np.sort(values).tolist(), "share": share, "quantile": float(np.quantile(values, share))}
    for values in (rounded(rng.normal(size=7)), rounded(rng.normal(size=100)), np.array([3.0]))
    for share in (0.0, 0.025, 0.5, 0.975, 1.0)
]
intervals = [
    interval("pearson", lambda x, y: stats.pearsonr(x, y).statistic, base, noisy),
    interval("spearman", lambda x, y: stats.spearmanr(x, y).statistic, base, ratings),
    interval("kendall-tau-b", lambda x, y: stats.kendalltau(x, y).statistic, rough, ratings),
    interval("mean-absolute-error", lambda x, y: np.abs(x - y).mean(), base, noisy),
    interval("auroc", lambda x, y: metrics.roc_auc_score(y > 0.5, x), base, labels),
    interval("average-precision", lambda x, y: metrics.average_precision_score(y > 0.5, x), base, labels),
]
groups = {"numeric": numerics, "binary": binaries, "quantiles": quantiles, "intervals": intervals}
for separator, (group, cases) in zip("{,,,", groups.items()):
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
    print(f'{separator}"{group}": [\n{lines}\n]')
print("}")
