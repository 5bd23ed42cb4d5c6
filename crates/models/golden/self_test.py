"""Expected values of the device self-test, in 64-bit floats: prints the constants of src/self_test.rs.

Run with Python 3.11 or later, numpy==2.4.6 and scipy==1.17.1:  python self_test.py
"""

import numpy as np
from scipy.signal import correlate2d
from scipy.special import erf


def fill(shape, seed):
    index = np.arange(np.prod(shape))
    return (((index * 73 + seed * 31 + index // 11) % 129) / 128.0 - 0.5).reshape(shape)


def network():
    image, kernels, bias = fill((3, 17, 19), 1), fill((8, 3, 3, 3), 2), fill((8,), 3)
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)))
    features = np.stack(
        [
            sum(correlate2d(padded[i], kernel[i], mode="valid") for i in range(3))[::2, ::2] + offset
            for kernel, offset in zip(kernels, bias)
        ]
    )
    features = 0.5 * features * (1 + erf(features / np.sqrt(2)))
    tokens = features.reshape(8, 90).T
    centered = tokens - tokens.mean(1, keepdims=True)
    normal = centered / np.sqrt((centered**2).mean(1, keepdims=True) + 1e-5)
    query, key, value = (normal @ fill((8, 8), seed) for seed in (4, 5, 6))
    logits = query @ key.T / np.sqrt(8)
    weights = np.exp(logits - logits.max(1, keepdims=True))
    weights /= weights.sum(1, keepdims=True)
    return (tokens + weights @ value).mean(0)


def matmul():
    product = fill((96, 130), 7) @ fill((130, 70), 8)
    return (fill((4, 96), 9) @ product @ fill((70, 1), 10)).ravel()


def sobel():
    index = np.arange(70 * 50)
    picture = (index * index % 251).astype(float).reshape(50, 70)
    kernel = np.outer([1, 2, 1], [-1, 0, 1])
    across = correlate2d(picture, kernel, mode="valid")
    down = correlate2d(picture, kernel.T, mode="valid")
    magnitude = np.hypot(across, down)
    return np.array([magnitude.mean(), magnitude.std()])


for name, values in (("NETWORK", network()), ("MATMUL", matmul()), ("SOBEL", sobel())):
    print(f"const {name}: [f64; {len(values)}] = [")
    for value in values:
        print(f"    {value:.12},")
    print("];")
