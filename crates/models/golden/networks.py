"""Small networks with random weights in the published layouts, and what transformers makes of fixed inputs.

Run with Python 3.11, torch==2.15.0, transformers==5.23.0, tokenizers==0.23.3, safetensors==0.8.0:  python networks.py
Writes the folders of networks/, all of them anew: the training of the tokenizers breaks ties at random. DINO's way with pictures that are not square is its own repository's
(vision_transformer.py, interpolate_pos_encoding), which the library does not follow.
"""

import json
import math
import random
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch.nn import functional as F
from transformers import BertConfig, BertModel, BertTokenizerFast, CLIPConfig, CLIPModel, CLIPTokenizer
from transformers import ViTConfig, ViTModel

OUT = Path(__file__).parent / "networks"
START, END = "<|startoftext|>", "<|endoftext|>"

WORDS = """a an the of in on with over under red blue green glass cat dog horse cup water river city street snow night sun
flying walking running melting upward backwards slowly suddenly through wall person's it's don't we're I'll they've
he'd cinematic photorealistic 4k camera pans left right impossible video physics gravity 1080p café naïve Zürich
crème brûlée ÉCOLE Straße fiancée mañana Ω λ привет мир""".split()
CHINESE = "一只猫在水里走路的城市夜晚红色玻璃杯向上飞行不可能视频重力河流太阳慢动作镜头"
EMOJI = ["😀", "🐱", "🚀", "👩‍🚀", "🇨🇭", "👍🏽", "❤️", "🌊", "✨", "🫠"]
SIGNS = list("!?.,;:-–—…()[]{}\"'#@%&*+=/\\|<>~^_$€£¥°")


def strings(count):
    rng = random.Random(4)
    made = ["", " ", "a", "  two   spaces\tand\ntabs ", "\u00a0\u3000", "ﬁligree Å e\u0301", "\u0000\ufffd\u200b", END, "x" * 300]
    while len(made) < count:
        parts = []
        for _ in range(rng.randint(1, 9)):
            kind = rng.random()
            if kind < 0.55:
                word = rng.choice(WORDS)
                parts.append(rng.choice([word, word.upper(), word.capitalize()]))
            elif kind < 0.7:
                parts.append("".join(rng.choice(CHINESE) for _ in range(rng.randint(1, 6))))
            elif kind < 0.8:
                parts.append(rng.choice(EMOJI))
            elif kind < 0.9:
                parts.append(str(rng.randint(0, 10 ** rng.randint(1, 6))))
            else:
                parts.append("".join(rng.choice(SIGNS) for _ in range(rng.randint(1, 3))))
        made.append(rng.choice([" ", " ", " ", "", ", "]).join(parts))
    return made


def clip_vocabulary():
    """A small vocabulary built as CLIP's: all bytes, all bytes at a word's end, then the merges."""
    trained = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    trained.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    words = Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+")
    trained.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(words, "removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    trained.train_from_iterator(strings(3000), trainers.BpeTrainer(vocab_size=700, end_of_word_suffix="</w>"))
    merges = [tuple(pair) for pair in json.loads(trained.to_str())["model"]["merges"]]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = alphabet + [letter + "</w>" for letter in alphabet] + [a + b for a, b in merges]
    tokens = list(dict.fromkeys(tokens)) + [START, END]
    return {token: index for index, token in enumerate(tokens)}, merges


def bert_tokenizer():
    trained = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    trained.normalizer = normalizers.BertNormalizer(lowercase=True)
    trained.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trained.train_from_iterator(strings(3000), trainers.WordPieceTrainer(vocab_size=600, special_tokens=special))
    return BertTokenizerFast(vocab=trained.get_vocab(), do_lower_case=True)


def randomize(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            noise = torch.randn(tensor.shape, generator=generator)
            if tensor.dim() >= 2:
                tensor.copy_(noise / math.sqrt(tensor[0].numel()) if "embed" not in name else noise * 0.5)
            elif "norm" in name.lower() and name.endswith("weight"):
                tensor.copy_(1 + 0.2 * noise)
            else:
                tensor.copy_(0.1 * noise)
    return model.eval()


def rounded(model, dtype):
    """The weights as this kind of number holds them."""
    with torch.no_grad():
        for tensor in model.parameters():
            tensor.copy_(tensor.to(dtype).to(torch.float32))
    return model


def picture(width, height, seed):
    index = torch.arange(3 * width * height, dtype=torch.int64) + seed * 1_000_003
    values = ((index * 2654435761) >> 8) & 0xFFFF
    return (values.to(torch.float64) / 65535 * 4 - 2).to(torch.float32).reshape(1, 3, height, width)


def numbers(tensor):
    return [float(f"{value:.8g}") for value in tensor.flatten().tolist()]


def write(folder, name, value):
    (folder / name).write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def unit(rows):
    return F.normalize(rows, dim=-1)


TEXTS = ["a red cat", "一只猫在水里走路 🚀", "It's a VIDEO of water flowing upward, don't blink!", "word " * 60]


@torch.no_grad()
def clip(folder, activation, patch, side, dtype, shards, tokenizer, merges, vocabulary, legacy_end):
    folder.mkdir(parents=True, exist_ok=True)
    text = dict(vocab_size=len(vocabulary), hidden_size=24, intermediate_size=56, num_hidden_layers=2, num_attention_heads=3,
                max_position_embeddings=40, hidden_act=activation, bos_token_id=vocabulary[START],
                eos_token_id=2 if legacy_end else vocabulary[END], pad_token_id=vocabulary[END])
    vision = dict(hidden_size=32, intermediate_size=72, num_hidden_layers=2, num_attention_heads=4, image_size=side,
                  patch_size=patch, hidden_act=activation)
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=20)
    model = rounded(randomize(CLIPModel(config), 1 if shards else 2), dtype)
    pictures = torch.cat([picture(side, side, seed) for seed in range(3)])
    seen = unit(model.get_image_features(pixel_values=pictures).pooler_output)
    said = []
    for words in TEXTS:
        ids = tokenizer(words, truncation=True, max_length=40, return_tensors="pt").input_ids
        said.append(unit(model.get_text_features(input_ids=ids).pooler_output)[0])
    model.to(dtype).save_pretrained(folder, max_shard_size=shards) if shards else model.to(dtype).save_pretrained(folder)
    write(folder, "expected.json", {"texts": TEXTS, "pictures": [numbers(row) for row in seen],
                                    "sentences": [numbers(row) for row in said]})
    if shards:
        write(folder, "vocab.json", vocabulary)
        lines = ["#version: 0.2"] + [f"{a} {b}" for a, b in merges]
        (folder / "merges.txt").write_text("\n".join(lines) + "\n")
    else:
        head = {"weight": torch.randn(1, 20, generator=torch.Generator().manual_seed(9)), "bias": torch.tensor([5.5])}
        save_file(head, folder / "aesthetic_head.safetensors")
        write(folder, "aesthetic.json", numbers(seen @ head["weight"].T + head["bias"]))
        tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


@torch.no_grad()
def dino_class_token(model, pixels):
    """The class token as DINO's own code computes it."""
    height, width = pixels.shape[-2:]
    patch, embeddings = model.config.patch_size, model.embeddings
    patches = embeddings.patch_embeddings.projection(pixels).flatten(2).transpose(1, 2)
    tokens = torch.cat([embeddings.cls_token.expand(len(pixels), -1, -1), patches], 1)
    position = embeddings.position_embeddings
    count, trained = patches.shape[1], position.shape[1] - 1
    if not (count == trained and height == width):
        rows, columns, side = height // patch + 0.1, width // patch + 0.1, math.sqrt(trained)
        square = position[:, 1:].reshape(1, int(side), int(side), -1).permute(0, 3, 1, 2)
        square = F.interpolate(square, scale_factor=(rows / side, columns / side), mode="bicubic")
        assert square.shape[-2:] == (int(rows), int(columns))
        position = torch.cat([position[:, :1], square.permute(0, 2, 3, 1).flatten(1, 2)], 1)
    tokens = tokens + position
    for layer in model.layers:
        tokens = layer(tokens)
    return model.layernorm(tokens)[:, 0]


SIZES = [(48, 48), (85, 48), (48, 70), (64, 64), (47, 33)]


@torch.no_grad()
def vit(folder):
    folder.mkdir(parents=True, exist_ok=True)
    config = ViTConfig(hidden_size=36, intermediate_size=80, num_hidden_layers=3, num_attention_heads=3, image_size=48,
                       patch_size=8)
    model = rounded(randomize(ViTModel(config, add_pooling_layer=False), 3), torch.bfloat16)
    square = picture(48, 48, 0)
    # On a square picture both ways agree.
    assert torch.allclose(dino_class_token(model, square), model(square).last_hidden_state[:, 0], atol=1e-6)
    seen = [unit(dino_class_token(model, picture(*size, seed)))[0] for seed, size in enumerate(SIZES)]
    model.to(torch.bfloat16).save_pretrained(folder)
    write(folder, "expected.json", {"sizes": SIZES, "pictures": [numbers(row) for row in seen]})


@torch.no_grad()
def bert(folder, tokenizer):
    folder.mkdir(parents=True, exist_ok=True)
    config = BertConfig(vocab_size=len(tokenizer), hidden_size=24, intermediate_size=56, num_hidden_layers=2,
                        num_attention_heads=3, max_position_embeddings=64)
    model = randomize(BertModel(config), 5)
    said = []
    for words in TEXTS:
        batch = tokenizer(words, truncation=True, max_length=48, return_tensors="pt")
        said.append(unit(model(**batch).last_hidden_state.mean(1))[0])
    model.save_pretrained(folder)
    write(folder, "sentence_bert_config.json", {"max_seq_length": 48, "do_lower_case": False})
    write(folder, "expected.json", {"texts": TEXTS, "sentences": [numbers(row) for row in said]})
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def main():
    vocabulary, merges = clip_vocabulary()
    clip_tokenizer = CLIPTokenizer(vocab=vocabulary, merges=merges)
    sentences = bert_tokenizer()
    made = strings(1000)
    ids = {
        "strings": made,
        "clip": [clip_tokenizer(text, truncation=True, max_length=40).input_ids for text in made],
        "bert": [sentences(text, truncation=True, max_length=48).input_ids for text in made],
    }
    OUT.mkdir(exist_ok=True)
    write(OUT, "tokens.json", ids)
    clip(OUT / "clip", "quick_gelu", 16, 48, torch.float32, None, clip_tokenizer, merges, vocabulary, False)
    clip(OUT / "clip-gelu", "gelu", 8, 40, torch.float16, "30KB", clip_tokenizer, merges, vocabulary, True)
    vit(OUT / "vit")
    bert(OUT / "bert", sentences)
    # The same layer as in clip/, as it is published.
    layer = {"weight": torch.randn(1, 20, generator=torch.Generator().manual_seed(9)), "bias": torch.tensor([5.5])}
    torch.save(layer, OUT / "linear.pth")


if __name__ == "__main__":
    main()
