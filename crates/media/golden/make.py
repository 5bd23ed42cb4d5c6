"""Makes the golden files of `reelcheck-media`: what OpenCV and torch answer to known inputs.

    python -m venv venv && venv/bin/pip install numpy==2.4.6 opencv-python-headless==5.0.0.93 pillow==13.0.0 torch==2.15.0 \
        xxhash==4.1.0
    venv/bin/python make.py                    # frames and resizes; needs ffmpeg with libx264, libx264rgb and libvpx-vp9
    venv/bin/python make.py --clips FOLDER     # the hashes of OpenCV's frames of real clips

Files written beside this script:

- `frame-<case>.bin`: one frame's planes as ffmpeg's `rawvideo`, then OpenCV's picture as planar R, G, B.
- `resize-<filter>-<from>-to-<to>.bin`: torch's `interpolate` of `noise()`, little-endian float32; every 97th value for
  the large size. With `pil` for the filter: Pillow's bicubic `resize` of the same, bytes.
- `clips.txt`: file name, frames and XXH3-128 of OpenCV's pictures of all frames as planar R, G, B.
"""

import argparse
import pathlib
import subprocess
import tempfile

import cv2
import numpy as np

HERE = pathlib.Path(__file__).parent

X264 = ("mp4", ["-c:v", "libx264", "-qp", "0"])
X264RGB = ("mp4", ["-c:v", "libx264rgb", "-qp", "0"])
VP9 = ("webm", ["-c:v", "libvpx-vp9", "-lossless", "1"])
FFV1 = ("mkv", ["-c:v", "ffv1"])
BT709 = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
BT2020 = ["-colorspace", "bt2020nc"]

# Case, ffmpeg's pixel format, width, height, tags, encoder, whether the content is noise (else a drawn picture).
FRAMES = [
    ("i420", "yuv420p", 64, 48, [], X264, True),
    ("i420-709", "yuv420p", 32, 24, BT709, X264, True),
    ("i420-2020", "yuv420p", 32, 24, BT2020, X264, True),
    ("i420-full", "yuvj420p", 32, 24, [], X264, True),
    ("i420-full-709", "yuvj420p", 32, 24, BT709, X264, True),
    ("i420-odd-width", "yuv420p", 35, 28, [], VP9, True),
    ("i420-odd", "yuv420p", 35, 27, [], VP9, False),
    ("i420p10", "yuv420p10le", 36, 26, [], X264, False),
    ("i422", "yuv422p", 32, 24, [], X264, True),
    ("i422-odd-width", "yuv422p", 33, 24, [], VP9, True),
    ("i422p10", "yuv422p10le", 36, 26, [], X264, False),
    ("i444", "yuv444p", 64, 48, [], X264, True),
    ("i444-odd-709", "yuv444p", 35, 27, BT709, X264, True),
    ("i444-full", "yuvj444p", 32, 24, [], X264, True),
    ("i444p10", "yuv444p10le", 32, 24, [], X264, True),
    ("i444p12", "yuv444p12le", 32, 24, [], FFV1, True),
    ("gbr", "gbrp", 32, 24, [], X264RGB, True),
]

RESIZES = [((7, 5), (13, 11)), ((31, 18), (10, 7)), ((9, 14), (4, 30)), ((1, 3), (5, 2)), ((16, 12), (16, 12)),
           ((40, 23), (39, 24)), ((1280, 720), (398, 224))]


def run(*command, **options):
    return subprocess.run(["ffmpeg", "-y", "-v", "error", *command], check=True, capture_output=True, **options).stdout


def pictures(path):
    """All frames as OpenCV gives them, as planar R, G, B."""
    capture = cv2.VideoCapture(str(path))
    while True:
        good, picture = capture.read()
        if not good:
            return
        yield np.ascontiguousarray(picture[:, :, ::-1].transpose(2, 0, 1))


def make_frame(folder, index, case, pixels, width, height, tags, encoder, is_noise):
    extension, codec = encoder
    clip = folder / f"{case}.{extension}"
    if is_noise:
        bits = 12 if "12" in pixels else 10 if "10" in pixels else 8
        across, down = (2, 2) if "420" in pixels else (2, 1) if "422" in pixels else (1, 1)
        count = width * height + 2 * -(-width // across) * -(-height // down)
        values = np.random.default_rng(index).integers(0, 1 << bits, count)
        raw = values.astype(np.uint8 if bits == 8 else "<u2").tobytes()
        source = ["-f", "rawvideo", "-pix_fmt", pixels, "-s", f"{width}x{height}", "-r", "25", "-i", "-"]
    else:
        raw = b""
        source = ["-f", "lavfi", "-i", "gradients=s=160x120:n=4:seed=7:c0=red:c1=khaki:c2=teal:c3=navy", "-vf", f"scale={width}:{height}"]
    run(*source, "-frames:v", "1", *codec, "-pix_fmt", pixels, *tags, str(clip), input=raw)
    planes = run("-i", str(clip), "-f", "rawvideo", "-pix_fmt", pixels, "-")
    assert not is_noise or planes == raw, f"{case}: the encoder is not lossless"
    [picture] = pictures(clip)
    assert picture.shape == (3, height, width)
    (HERE / f"frame-{case}.bin").write_bytes(planes + picture.tobytes())


def noise(width, height):
    """Bytes that Rust can make as well."""
    index = np.arange(width * height, dtype=np.uint64)
    return ((index * np.uint64(2654435761) >> np.uint64(13)) & np.uint64(255)).astype(np.uint8).reshape(height, width)


def make_resizes():
    import torch

    for (width, height), (to_width, to_height) in RESIZES:
        source = torch.from_numpy(noise(width, height).astype(np.float32))[None, None]
        for name in ("bilinear", "bicubic"):
            out = torch.nn.functional.interpolate(
                source, size=(to_height, to_width), mode=name, align_corners=False, antialias=False)
            values = out.numpy().ravel()
            if values.size > 10_000:
                values = values[::97]
            file = HERE / f"resize-{name}-{width}x{height}-to-{to_width}x{to_height}.bin"
            file.write_bytes(values.astype("<f4").tobytes())


def make_level_resizes():
    from PIL import Image

    for (width, height), to in RESIZES:
        values = np.asarray(Image.fromarray(noise(width, height)).resize(to, Image.Resampling.BICUBIC)).ravel()
        if values.size > 10_000:
            values = values[::97]
        (HERE / f"resize-pil-{width}x{height}-to-{to[0]}x{to[1]}.bin").write_bytes(values.tobytes())


def hash_clips(folder):
    import xxhash

    lines = []
    for clip in sorted(pathlib.Path(folder).glob("*.mp4")):
        digest, count = xxhash.xxh3_128(), 0
        for picture in pictures(clip):
            digest.update(picture)
            count += 1
        lines.append(f"{clip.name} {count} {digest.hexdigest()}\n")
    (HERE / "clips.txt").write_text("".join(lines))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--clips")
    arguments = parser.parse_args()
    if arguments.clips:
        hash_clips(arguments.clips)
    else:
        with tempfile.TemporaryDirectory() as folder:
            for number, case in enumerate(FRAMES):
                make_frame(pathlib.Path(folder), number, *case)
        make_resizes()
        make_level_resizes()
