"""Expected scores of the learned judges on real clips: VBench's formulas in torch on OpenCV's frames.

The networks are the small random ones of crates/models/golden/networks, so scores say nothing of the clips; but the same
pixels must give the same scores. Run with Python 3.11, torch==2.15.0, torchvision==0.29.2, transformers==5.23.0 and
opencv-python-headless==5.0.0.93:

    python learned.py FOLDER_OF_CLIPS
"""

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors.torch import load_file
from torch.nn import functional as F
from torchvision import transforms
from torchvision.transforms import InterpolationMode
from transformers import CLIPModel, PreTrainedTokenizerFast, ViTModel

HERE = Path(__file__).parent
NETWORKS = HERE.parents[1] / "models" / "golden" / "networks"
sys.path.insert(0, str(NETWORKS.parent))
from networks import dino_class_token  # noqa: E402

PROMPT = "a red cat walking upward in the water, slowly"
SIDE = 48
CLIP_SCALE = transforms.Normalize((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
DINO_SCALE = transforms.Normalize(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))


def clip_transform(frames):
    frames = transforms.Resize(SIDE, interpolation=InterpolationMode.BICUBIC, antialias=False)(frames)
    return CLIP_SCALE(transforms.CenterCrop(SIDE)(frames) / 255.0)


def dino_transform(frames):
    return DINO_SCALE(transforms.Resize(SIDE, antialias=False)(frames) / 255.0)


def frames_of(path):
    video = cv2.VideoCapture(str(path))
    while True:
        ok, frame = video.read()
        if not ok:
            return
        rgb = np.ascontiguousarray(frame[..., ::-1].transpose(2, 0, 1))
        yield torch.from_numpy(rgb).to(torch.float32)[None]


def consistency(features):
    features = F.normalize(features, dim=-1, p=2)
    total = 0.0
    for index in range(1, len(features)):
        previous = max(0.0, F.cosine_similarity(features[index - 1 : index], features[index : index + 1]).item())
        first = max(0.0, F.cosine_similarity(features[:1], features[index : index + 1]).item())
        total += (previous + first) / 2
    return total / (len(features) - 1)


@torch.no_grad()
def main():
    dino = ViTModel.from_pretrained(NETWORKS / "vit", dtype=torch.float32, add_pooling_layer=False).eval()
    clip = CLIPModel.from_pretrained(NETWORKS / "clip").eval()
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(NETWORKS / "clip" / "tokenizer.json"))
    head = load_file(NETWORKS / "clip" / "aesthetic_head.safetensors")
    ids = torch.tensor([tokenizer(PROMPT).input_ids])
    text = F.normalize(clip.get_text_features(input_ids=ids).pooler_output, dim=-1)
    clips = []
    for path in sorted(Path(sys.argv[1]).glob("*.mp4")):
        seen, subjects = [], []
        for frame in frames_of(path):
            subjects.append(dino_class_token(dino, dino_transform(frame)))
            seen.append(clip.get_image_features(pixel_values=clip_transform(frame)).pooler_output)
        seen, subjects = torch.cat(seen), torch.cat(subjects)
        unit = F.normalize(seen, dim=-1, p=2)
        clips.append({
            "clip": "_".join(path.stem.split("_")[:2]),
            "frames": len(seen),
            "subject_consistency": consistency(subjects),
            "background_consistency": consistency(seen),
            "aesthetic_quality": ((unit @ head["weight"].T + head["bias"]) / 10).mean().item(),
            "prompt_alignment": (unit @ text.T).mean().item(),
        })
        print(clips[-1])
    (HERE / "learned.json").write_text(json.dumps({"prompt": PROMPT, "clips": clips}, indent=1) + "\n")


main()
