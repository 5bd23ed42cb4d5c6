"""Computes what the bundled plausibility network says of a made-up clip, in 64-bit floats, without Burn.

Run from the repository's root after every training; needs numpy and safetensors:

    python crates/models/golden/plausibility.py > crates/models/golden/plausibility.json
"""

import json

import numpy as np
from safetensors import safe_open

FILE = "crates/models/src/plausibility/plausibility.safetensors"
WIDTH, HEIGHT, PICTURES = 64, 40, 20
CELL, BORDER, DILATIONS, BOUND, USUAL_CELLS, CONTRAST = 4, 1, (1, 2, 4), 15.0, 160, 3.0
BODY_CELLS = 8.0

with safe_open(FILE, "np") as file:
    weights = {name: file.get_tensor(name).astype(np.float64) for name in file.keys()}
    metadata = file.metadata()


def linear(name, x):
    return x @ weights[name + ".weight"] + weights[name + ".bias"]


def relu(x):
    return np.maximum(x, 0)


def picture(time):
    """A square slides over a pattern and is gone from picture 12 on; the same formula as in the Rust test."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    planes = [(x * (3 + channel) + y * (5 - channel) + channel * 40) % 97 + 60 for channel in range(3)]
    if time < 12:
        inside = (x >= 6 + 2 * time) & (x < 16 + 2 * time) & (y >= 15) & (y < 25)
        planes = [np.where(inside, value, plane) for plane, value in zip(planes, (220, 40, 30))]
    return np.stack(planes).astype(np.float64)


def patches(planes):
    planes = np.pad(planes / 127.5 - 1, ((0, 0), (BORDER, BORDER), (BORDER, BORDER)), mode="edge")
    side = CELL + 2 * BORDER
    return np.array(
        [
            [planes[:, top : top + side, left : left + side].reshape(-1) for left in range(0, WIDTH, CELL)]
            for top in range(0, HEIGHT, CELL)
        ]
    )


def pairs(cells):
    """Time × rows × columns × channels to time × rows/2 × columns/2 × 4·channels."""
    t, r, c, n = cells.shape
    return cells.reshape(t, r // 2, 2, c // 2, 2 * n).swapaxes(2, 3).reshape(t, r // 2, c // 2, 4 * n)


def neighbours(u, d):
    t = u.shape[0]
    time = np.pad(u, ((2 * d, 2 * d), (0, 0), (0, 0), (0, 0)))
    space = np.pad(u, ((0, 0), (1, 1), (1, 1), (0, 0)))
    taps = [time[k * d : k * d + t] for k in range(5)]
    taps += [space[:, :-2, 1:-1], space[:, 2:, 1:-1], space[:, 1:-1, :-2], space[:, 1:-1, 2:]]
    whole = u.sum((1, 2), keepdims=True) / BODY_CELLS
    long = np.pad(whole, ((2 * d, 2 * d), (0, 0), (0, 0), (0, 0)), mode="edge")
    overall = [whole, CONTRAST * (whole - long[:t]), CONTRAST * (long[4 * d :] - whole)]
    taps += [np.broadcast_to(tap, u.shape) for tap in overall]
    return np.concatenate(taps, -1)


embedded = relu(linear("embed", np.stack([patches(picture(time)) for time in range(PICTURES)])))
steps = CONTRAST * np.diff(embedded, axis=0)
nothing = np.zeros_like(embedded[:1])
since, until = np.concatenate([nothing, steps]), np.concatenate([steps, nothing])
unusual = CONTRAST * (embedded - embedded.mean(0))
moved = relu(linear("motion", np.concatenate([embedded, since, until, unusual], -1)))
features = linear("merge", pairs(moved))
for index, dilation in enumerate(DILATIONS):
    name = f"block{index}."
    narrow = relu(linear(name + "down", relu(features)))
    features = features + linear(name + "up", relu(linear(name + "mix", neighbours(narrow, dilation))))
features = relu(features)
logits = linear("cells", features) + pairs(linear("spot", moved))
logits = BOUND * np.tanh(logits / BOUND)
strengths = np.exp(logits)
by_time = strengths.sum((1, 2, 3)) / USUAL_CELLS
share = strengths.sum(-1, keepdims=True) / strengths.sum()
pooled = relu(linear("pool", np.concatenate([(features * share).sum((0, 1, 2)), features.mean((0, 1, 2))])))
clip = linear("clip", np.concatenate([pooled, [np.log(by_time.mean())]]))[0]
laws = linear("laws", pooled)
frames = linear("frame", np.log(by_time)[:, None])[:, 0]
t, r, c, _ = logits.shape
cells = logits.reshape(t, r, c, 2, 2).swapaxes(2, 3).reshape(t, 2 * r, 2 * c)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


laws = np.exp(laws - laws.max())
print(
    json.dumps(
        {
            "impossible": round(float(sigmoid(clip / float(metadata["temperature"]))), 9),
            "laws": [round(float(value), 9) for value in laws / laws.sum()],
            "pictures": [round(float(value), 9) for value in sigmoid(frames)],
            # The cells of picture 13, in reading order.
            "cells": [round(float(value), 9) for value in sigmoid(cells[13]).reshape(-1)],
        }
    )
)
