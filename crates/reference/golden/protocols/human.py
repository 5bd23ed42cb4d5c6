"""Makes human.json: logistic fits by scipy, Bradley-Terry strengths by choix, Krippendorff's alpha by krippendorff.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 choix==0.4.1 krippendorff==0.9.0
    venv/bin/python human.py > human.json

Fits: the best of many starts of scipy.optimize.curve_fit, told by its sum of squares. Standard errors of strengths: numpy's
pseudo-inverse of the observed information. Pairs: counted one by one. A null is a missing rating.
"""

import itertools
import json
import warnings

import choix
import krippendorff
import numpy as np
from scipy import optimize, stats

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20250611)


def four(x, a, b, c, d):
    return b + (a - b) / (1 + np.exp(-(x - c) / abs(d)))


def five(x, a, b, c, d, e):
    return a * (0.5 - 1 / (1 + np.exp(b * (x - c)))) + d * x + e


def fit(curve, x, y):
    # On standardized columns, as curve_fit does not scale by itself; neither the sum of squares (but for the spread)
    # nor Pearson's r depends on it.
    u, v = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    best = None
    for middle, steep, turn in itertools.product([-1.5, -0.5, 0, 0.5, 1.5], [0.3, 1, 3, 8], [1, -1]):
        start = [v.max(), v.min(), middle, 1 / steep] if curve is four else [turn * np.ptp(v), steep, middle, 0.1 * turn, 0]
        if curve is four and turn < 0:
            start[0], start[1] = start[1], start[0]
        try:
            found, _ = optimize.curve_fit(curve, u, v, p0=start, maxfev=20000, ftol=1e-14, xtol=1e-14)
        except RuntimeError:
            continue
        mapped = curve(u, *found)
        squares = float(((v - mapped) ** 2).sum())
        if np.isfinite(squares) and (best is None or squares < best[0]):
            best = (squares, float(stats.pearsonr(mapped, v).statistic))
    return {"rmse": float(np.sqrt(best[0] / len(x)) * y.std()), "pearson": best[1]}


def curve_case(name, x, y):
    return {"name": name, "scores": x.tolist(), "ratings": y.tolist(), "logistic_4": fit(four, x, y), "logistic_5": fit(five, x, y)}


def tournament(name, k, duels):
    wins = np.zeros((k, k))
    for a, b, outcome in duels:
        wins[a, b] += {"first": 1, "second": 0, "tie": 0.5}[outcome]
        wins[b, a] += {"first": 0, "second": 1, "tie": 0.5}[outcome]
    strengths = choix.opt_pairwise(k, [(a, b) for a in range(k) for b in range(k) for _ in range(int(2 * wins[a, b]))],
                                   alpha=0, tol=1e-12)
    strengths -= strengths.mean()
    p = np.exp(strengths)
    met = wins + wins.T
    off = met * np.outer(p, p) / np.add.outer(p, p) ** 2
    information = np.diag(off.sum(1)) - off
    return {"name": name, "contestants": k, "duels": duels, "strengths": strengths.tolist(),
            "errors": np.sqrt(np.diag(np.linalg.pinv(information))).tolist()}


def alpha(name, table):
    data = np.array([[np.nan if v is None else v for v in row] for row in table], float).T
    values = {level: float(krippendorff.alpha(reliability_data=data, level_of_measurement=level))
              for level in ("nominal", "ordinal", "interval")}
    return {"name": name, "ratings": table} | values


def pairs(name, x, y):
    both = list(itertools.combinations(range(len(x)), 2))
    ordered = [(i, j) for i, j in both if y[i] != y[j]]
    plain = sum(0.5 if x[i] == x[j] else float((x[i] < x[j]) == (y[i] < y[j])) for i, j in ordered) / len(ordered)
    best = (-1, 0)
    for margin in sorted({0.0} | {abs(x[i] - x[j]) for i, j in both}):
        right = sum((y[i] == y[j]) if abs(x[i] - x[j]) <= margin else (y[i] != y[j] and (x[i] < x[j]) == (y[i] < y[j]))
                    for i, j in both)
        if right > best[0]:
            best = (right, margin)
    return {"name": name, "scores": list(map(float, x)), "ratings": list(map(float, y)), "plain": plain,
            "tie_calibrated": best[0] / len(both), "tie_margin": float(best[1])}


x = np.round(rng.uniform(0, 100, 80), 3)
curves = [
    curve_case("saturating", x, np.round(1 + 4 / (1 + np.exp(-(x - 50) / 8)) + rng.normal(0, 0.3, 80), 3)),
    curve_case("falling", x, np.round(5 - 4 / (1 + np.exp(-(x - 30) / 12)) + rng.normal(0, 0.2, 80), 3)),
    curve_case("small scores", np.round(x / 1e5, 8), np.round(100 / (1 + np.exp(-(x - 60) / 15)) + rng.normal(0, 5, 80), 3)),
    curve_case("large offset", np.round(1e4 + x, 3), np.round(3 + np.tanh((x - 40) / 20) + rng.normal(0, 0.4, 80), 3)),
    curve_case("weak", x, np.round(3 + np.tanh((x - 40) / 20) + rng.normal(0, 1.5, 80), 3)),
]

strong = np.array([0.9, 0.4, 0.0, -0.3, -1.0])
duels = []
for _ in range(150):
    a, b = rng.choice(5, 2, replace=False)
    draw = rng.random()
    chance = 1 / (1 + np.exp(strong[b] - strong[a]))
    duels.append([int(a), int(b), "tie" if draw > 0.9 else "first" if draw < 0.9 * chance else "second"])
ring = [[0, 1, "first"], [1, 2, "first"], [2, 3, "first"], [3, 0, "first"], [0, 2, "first"], [1, 3, "tie"]]
tournaments = [tournament("five, with ties", 5, duels), tournament("ring", 4, ring),
               tournament("two", 2, [[0, 1, "first"]] * 7 + [[0, 1, "second"]] * 3)]

truth = rng.integers(1, 6, 30)
table = [[int(np.clip(t + rng.integers(-1, 2), 1, 5)) if rng.random() > 0.2 else None for _ in range(4)] for t in truth]
alphas = [
    alpha("five points, holes", table),
    alpha("two raters, two classes", [[int(v), int(v) if rng.random() > 0.2 else 1 - int(v)] for v in rng.integers(0, 2, 40)]),
    # Worse than chance.
    alpha("opposed", [[0, 1], [1, 0], [0, 1], [1, 1], [0, 0], [1, 0]]),
    alpha("uneven values", [[0.5, 0.7, None], [10, 12, 11], [3.5, 3.5, 3.5], [None, 2, 2.5], [7, None, None]]),
]

rough = np.round(x[:30] / 20)
stars = np.clip(np.round(x[:30] / 25 + rng.normal(0, 1, 30)), 0, 4)
paired = [pairs("ties on both sides", rough, stars), pairs("no ties", x[:12], np.arange(12) * 1.0),
          pairs("fine scores", x[:30], stars),
          pairs("people tie what is close", x[:40], np.round(x[:40] / 40))]

groups = {"curves": curves, "tournaments": tournaments, "alphas": alphas, "pairs": paired}
for separator, (group, cases) in zip("{,,,", groups.items()):
    print(f'{separator}"{group}": [\n' + ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in cases) + "\n]")
print("}")
