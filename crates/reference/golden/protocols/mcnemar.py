"""Makes mcnemar.json: McNemar's exact test by statsmodels, and its mid-p variant from scipy's binomial distribution.

    python3 -m venv venv && venv/bin/pip install scipy==1.17.1 statsmodels==0.15.0
    venv/bin/python mcnemar.py > mcnemar.json
"""

import json

from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

pairs = [(0, 0), (0, 1), (1, 0), (3, 3), (2, 9), (6, 25), (10, 11), (40, 12), (200, 260), (1500, 1400), (9000, 9000),
         (30000, 30600)]
cases = []
for b, c in pairs:
    seen = stats.binom.pmf(min(b, c), b + c, 0.5)
    # Where both counts are equal, what was seen is in both tails and half of it leaves the whole.
    mid_p = 1 - seen / 2 if b == c else 2 * stats.binom.cdf(min(b, c), b + c, 0.5) - seen
    if b + c == 0:
        mid_p = 1.0
    exact = mcnemar([[5, b], [c, 7]], exact=True).pvalue
    cases.append({"only_first": b, "only_second": c, "exact": float(exact), "mid_p": float(mid_p)})
print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")
