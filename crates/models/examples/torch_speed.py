"""DINO's ViT-B/16 in PyTorch on one thread, driven by `network_speed.rs` through a pipe.

Reads the length and the bytes of a safetensors file in half precision, then the size of a batch per line; answers each with
the milliseconds that the batch took and the normalized vector of its first picture. Written from the formulas, apart from
Reelcheck's code: joined projections and the library's own attention, which are the fastest way to say it in PyTorch.
"""

import json
import struct
import sys
import time

import numpy
import torch
from torch.nn import functional

print("ready", flush=True)
torch.set_num_threads(1)
torch.set_num_interop_threads(1)
source = sys.stdin.buffer

(length,) = struct.unpack("<Q", source.read(8))
data = source.read(length)
(head,) = struct.unpack("<Q", data[:8])
weights = {}
for name, facts in json.loads(data[8 : 8 + head]).items():
    start, end = facts["data_offsets"]
    values = numpy.frombuffer(data[8 + head + start : 8 + head + end], dtype="<f2")
    weights[name] = torch.from_numpy(values.astype("float32").reshape(facts["shape"]))

WIDTH, HEADS, SIDE, PATCH = 768, 12, 224, 16


def layer(name):
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def norm(states, name):
    return functional.layer_norm(states, (WIDTH,), *layer(name), eps=1e-12)


joined = []
for index in range(12):
    parts = [layer(f"encoder.layer.{index}.attention.attention.{part}") for part in ("query", "key", "value")]
    joined.append((torch.cat([weight for weight, _ in parts]), torch.cat([bias for _, bias in parts])))


def forward(pictures):
    batch = len(pictures)
    patches = functional.conv2d(pictures, *layer("embeddings.patch_embeddings.projection"), stride=PATCH)
    first = weights["embeddings.cls_token"].expand(batch, -1, -1)
    states = torch.cat([first, patches.flatten(2).transpose(1, 2)], 1) + weights["embeddings.position_embeddings"]
    for index in range(12):
        name = f"encoder.layer.{index}"
        parts = functional.linear(norm(states, f"{name}.layernorm_before"), *joined[index])
        query, key, value = parts.view(batch, -1, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(states.shape)
        states = states + functional.linear(mixed, *layer(f"{name}.attention.output.dense"))
        inner = functional.linear(norm(states, f"{name}.layernorm_after"), *layer(f"{name}.intermediate.dense"))
        states = states + functional.linear(functional.gelu(inner), *layer(f"{name}.output.dense"))
    return functional.normalize(norm(states[:, 0], "layernorm"))


picture = (torch.arange(3 * SIDE * SIDE) % 251).float().div(125).sub(1).view(1, 3, SIDE, SIDE)
with torch.inference_mode():
    for line in source:
        pictures = picture.repeat(int(line), 1, 1, 1)
        start = time.perf_counter()
        vectors = forward(pictures)
        taken = time.perf_counter() - start
        print(json.dumps([taken * 1000, vectors[0].tolist()]), flush=True)
