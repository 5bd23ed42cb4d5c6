"""Expected values for the judges that need no network, by the public tools themselves. Writes signal_judges.json beside itself.

    python signal_judges.py <folder of the IPV-Bench clips>

Made with Python 3.11, numpy 2.4.6, opencv-python-headless 5.0.0.93, scenedetect 0.7.2, ffmpeg 5.1.9. OpenCV 4.14.0 gives
the same frames, greys, resizes and HSV values.

Values are kept for every 12th frame: a multiple of every step that the judges take on these clips. Means are over all
frames.
"""

import json
import pathlib
import random
import re
import subprocess
import sys

import cv2
import numpy as np
from scenedetect import ContentDetector, FrameTimecode, SceneManager, StatsManager, open_video

STEP = 12


def significant(value):
    return float(f"{value:.12g}")


def series(values):
    return {"mean": significant(np.mean(values)), "values": [significant(value) for value in values[::STEP]]}


def opencv_frames(path):
    capture = cv2.VideoCapture(str(path))
    while True:
        there, frame = capture.read()
        if not there:
            return
        yield frame


def sharpness(frame):
    return cv2.Laplacian(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var()


def colorfulness(frame):
    blue, green, red = cv2.split(frame.astype(np.float64))
    rg, yb = red - green, (red + green) / 2 - blue
    spread = np.sqrt(rg.var() + yb.var())
    return spread + 0.3 * np.sqrt(rg.mean() ** 2 + yb.mean() ** 2)


def luma_planes(path):
    """The untouched Y planes."""
    capture = cv2.VideoCapture(str(path))
    width, height = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
    command = ["ffmpeg", "-v", "error", "-i", path, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]
    size = width * height + 2 * ((width + 1) // 2) * ((height + 1) // 2)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        while len(data := process.stdout.read(size)) == size:
            yield np.frombuffer(data, np.uint8)[: width * height].reshape(height, width)


def exposure(luma):
    """Within two codes of nominal black and white, which are 16 and 235 in these clips."""
    return [np.count_nonzero(luma <= 18) / luma.size, np.count_nonzero(luma >= 233) / luma.size]


def blockiness(luma):
    """ffmpeg's blockdetect on one frame by itself: from the second frame on it adds to sums that it never clears."""
    height, width = luma.shape
    command = ["ffmpeg", "-hide_banner", "-v", "verbose", "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{width}x{height}"]
    command += ["-i", "-", "-vf", "blockdetect", "-f", "null", "-"]
    log = subprocess.run(command, input=luma.tobytes(), capture_output=True, check=True).stderr.decode()
    return float(re.search(r"block: ([\d.]+)", log)[1])


def scene_cuts(path):
    video, stats = open_video(str(path)), StatsManager()
    manager = SceneManager(stats)
    manager.add_detector(ContentDetector())
    manager.detect_scenes(video)
    times = [FrameTimecode(index, video.frame_rate) for index in range(1, video.frame_number)]
    values = [stats.get_metrics(time, ["content_val"])[0] for time in times]
    cuts = [start.frame_num for start, _ in manager.get_scene_list()[1:]]
    # Without the first frame, which has no value: entry 0 belongs to frame 1.
    return series(values) | {"cuts": cuts}


def cut_lists():
    """What the detector makes of frames of one grey level, so that its filter is seen at work."""
    choose = random.Random(7)
    lists = []
    for jump_every in (2, 4, 8, 16, 24, 40):
        level, levels = 20, []
        for _ in range(160):
            if choose.randrange(jump_every) == 0:
                level = (level + 128) % 256
            levels.append(level)
        detector, cuts = ContentDetector(), []
        for index, level in enumerate(levels):
            frame = np.full((16, 16, 3), level, np.uint8)
            cuts += detector.process_frame(FrameTimecode(index, 24.0), frame)
        lists.append({"levels": levels, "cuts": [cut.frame_num for cut in cuts]})
    return lists


def hsv_checksums():
    """Of all colors in ascending order of 0xRRGGBB: per channel, the sum of value × (place mod 65521), modulo 2^64."""
    colors = np.arange(1 << 24, dtype=np.uint64)
    bgr = np.stack([colors & 255, (colors >> 8) & 255, colors >> 16], axis=-1).astype(np.uint8).reshape(4096, 4096, 3)
    hsv = cv2.cvtColor(bgr, cv2.COLOR_BGR2HSV).reshape(-1, 3).astype(np.uint64)
    return [int((hsv[:, channel] * (colors % 65521)).sum(dtype=np.uint64)) for channel in range(3)]


def clip(path):
    print(path.name, flush=True)
    frames = [(sharpness(frame), colorfulness(frame)) for frame in opencv_frames(path)]
    shadows, highlights, blocks = [], [], []
    for index, luma in enumerate(luma_planes(path)):
        dark, bright = exposure(luma)
        shadows.append(dark)
        highlights.append(bright)
        if index % STEP == 0:
            blocks.append(blockiness(luma))
    assert len(shadows) == len(frames)
    return {
        "clip": "_".join(path.stem.split("_")[:2]),
        "frames": len(frames),
        "sharpness": series([frame[0] for frame in frames]),
        "colorfulness": series([frame[1] for frame in frames]),
        "clipped_shadows": series(shadows),
        "clipped_highlights": series(highlights),
        "scene_cuts": scene_cuts(path),
        "blockiness": {"values": blocks},
    }


def main():
    clips = sorted(pathlib.Path(sys.argv[1]).glob("*.mp4"))
    golden = {"step": STEP, "hsv_checksums": hsv_checksums(), "cut_lists": cut_lists()}
    golden["clips"] = [clip(path) for path in clips]
    # One line for each clip and list.
    text = json.dumps(golden, separators=(",", ":")).replace('{"clip"', '\n{"clip"').replace('{"levels"', '\n{"levels"')
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")


main()
