"""RAFT's flow by torchvision, with weights and pictures that a formula gives, so that no weights need to be kept.

Run with Python 3.11, numpy==2.4.6, torch==2.15.0, torchvision==0.29.2:  python raft.py
Writes networks/raft.json: for each size the tensors' names (torchvision's and, for the large one, the authors' own),
shapes and scales, and every 7th value of the flow after 12 updates.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from torchvision.models.optical_flow import raft_large, raft_small

WIDTH, HEIGHT, UPDATES, STRIDE = 168, 136, 12, 7


def noise(count, seed):
    """Evenly spread from -1 to 1; the same integers as in tests/raft.rs."""
    index = np.arange(count, dtype=np.uint64) + np.uint64(seed << 32)
    mixed = index * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return ((mixed >> np.uint64(40)).astype(np.float64) / 2**23 - 1).astype(np.float32)


def picture(shift):
    """Waves that move by a few pixels."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    x = x - shift
    channels = []
    for channel in range(3):
        value = np.zeros_like(x)
        for wave in range(4):
            value += np.sin(x * (0.05 + 0.06 * wave) + channel) * np.cos(y * (0.04 + 0.07 * wave) - channel * wave) / 4
        channels.append(value)
    return torch.from_numpy(np.stack(channels).astype(np.float32))[None]


def scale_of(name, shape):
    """How a tensor's noise is scaled, and what is added to it."""
    if name.endswith("running_var"):
        return 0.3, 1.0
    if ".1." in name and name.endswith("weight") and len(shape) == 1:
        return 0.2, 1.0
    if len(shape) == 1:
        return 0.1, 0.0
    gain = 0.4 if "flow_head.conv2" in name else 1.3
    return gain / math.sqrt(math.prod(shape[1:])), 0.0


AUTHORS = [
    ("feature_encoder.", "fnet."), ("context_encoder.", "cnet."),
    ("convnormrelu1.0.", "conv1."), ("convnormrelu1.1.", "norm1."), ("convnormrelu2.0.", "conv2."),
    ("convnormrelu2.1.", "norm2."), ("net.convnormrelu.0.", "net.conv1."), ("net.convnormrelu.1.", "net.norm1."),
    ("fnet.conv.", "fnet.conv2."), ("cnet.conv.", "cnet.conv2."), ("motion_encoder.", "encoder."),
    ("convcorr1.0.", "convc1."), ("convcorr2.0.", "convc2."), ("convflow1.0.", "convf1."), ("convflow2.0.", "convf2."),
    ("encoder.conv.0.", "encoder.conv."), ("mask_predictor.convrelu.0.", "update_block.mask.0."),
    ("mask_predictor.conv.", "update_block.mask.2."),
]


def authors_name(name):
    """As in princeton-vl/RAFT (core/extractor.py, core/update.py), inside the wrapper that their files were saved with."""
    for ours, theirs in AUTHORS:
        name = name.replace(ours, theirs)
    for unit in "12":
        for gate in "zrq":
            name = name.replace(f"recurrent_block.convgru{unit}.conv{gate}.", f"gru.conv{gate}{unit}.")
    return "module." + name


def with_weights(model, size):
    """Gives a network the formula's weights; returns it with the list of its tensors."""
    tensors = []
    state = {k: v for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
    for seed, (name, tensor) in enumerate(sorted(state.items())):
        scale, offset = scale_of(name, tensor.shape)
        scale = float(np.float32(scale))
        values = noise(tensor.numel(), seed) * np.float32(scale) + np.float32(offset)
        state[name] = torch.from_numpy(values).reshape(tensor.shape)
        names = [name, authors_name(name)] if size == "large" else [name]
        tensors.append([names, list(tensor.shape), scale, offset])
    model.load_state_dict(state, strict=False)
    return model.eval(), tensors


@torch.no_grad()
def main():
    out = {}
    for size, make in (("large", raft_large), ("small", raft_small)):
        model, tensors = with_weights(make(weights=None), size)
        flow = model(picture(0.0), picture(2.5), num_flow_updates=UPDATES)[-1]
        print(size, flow.abs().mean().item(), flow.abs().max().item(), flow.std().item())
        values = [float(f"{value:.7g}") for value in flow.flatten()[::STRIDE].tolist()]
        out[size] = {"tensors": tensors, "flow": values}
    out |= {"width": WIDTH, "height": HEIGHT, "updates": UPDATES, "stride": STRIDE}
    (Path(__file__).parent / "networks" / "raft.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
