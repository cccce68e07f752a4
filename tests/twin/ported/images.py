"""Two networks for images of 32 by 32."""

import keras
import torch
import torch.nn.functional as F
from torch import nn

K = keras.layers
CLASSES = 5
WIDTHS = (4, 6, 8, 10)
EPSILON, KEPT = 1e-5, 0.875


def draw(number, rng):
    return rng.normal(size=(number, 3, 32, 32))


def norm(channels):
    return nn.BatchNorm2d(channels, eps=EPSILON, momentum=1 - KEPT)


def norm_k(name=None):
    return K.BatchNormalization(epsilon=EPSILON, momentum=KEPT, name=name)


class Block(nn.Module):
    """Two convolutions beside a shortcut. Stride 2 pads as Keras does: below, right."""

    def __init__(self, before, after, stride):
        super().__init__()
        self.stride = stride
        padding = 1 if stride == 1 else 0
        self.conv1 = nn.Conv2d(before, after, 3, stride, padding, bias=False)
        self.norm1 = norm(after)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.norm2 = norm(after)
        self.shortcut = None
        if stride == 2 or before != after:
            self.shortcut = nn.Sequential(
                nn.Conv2d(before, after, 1, stride, bias=False), norm(after)
            )

    def forward(self, x):
        inside = F.pad(x, (0, 1, 0, 1)) if self.stride == 2 else x
        inside = F.relu(self.norm1(self.conv1(inside)))
        inside = self.norm2(self.conv2(inside))
        return F.relu(inside + (x if self.shortcut is None else self.shortcut(x)))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, WIDTHS[0], 3, 1, 1, bias=False)
        self.norm = norm(WIDTHS[0])
        blocks, before = [], WIDTHS[0]
        for at, width in enumerate(WIDTHS):
            blocks += [
                Block(before, width, 1 if at == 0 else 2),
                Block(width, width, 1),
            ]
            before = width
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(before, CLASSES)
        self.double()

    def forward(self, x):
        x = F.relu(self.norm(self.stem(x)))
        x = F.max_pool2d(F.pad(x, (0, 1, 0, 1), value=-torch.inf), 3, 2)
        return self.head(self.blocks(x).mean((2, 3)))


def conv_k(width, size, stride=1):
    return K.Conv2D(width, size, stride, padding="same", use_bias=False)


def block(x, width, stride):
    inside = K.ReLU()(norm_k()(conv_k(width, 3, stride)(x)))
    inside = norm_k()(conv_k(width, 3)(inside))
    if stride == 2 or x.shape[-1] != width:
        x = norm_k()(conv_k(width, 1, stride)(x))
    return K.ReLU()(K.Add()([inside, x]))


def resnet():
    given = keras.Input((32, 32, 3))
    x = K.ReLU()(norm_k()(conv_k(WIDTHS[0], 3)(given)))
    x = K.MaxPooling2D(3, 2, padding="same")(x)
    for at, width in enumerate(WIDTHS):
        x = block(block(x, width, 1 if at == 0 else 2), width, 1)
    return keras.Model(given, K.Dense(CLASSES)(K.GlobalAveragePooling2D()(x)))


class Inverted(nn.Module):
    """Widen, filter each channel, narrow; a shortcut where the shape stays."""

    def __init__(self, before, after, stride):
        super().__init__()
        wide = 2 * before
        self.inside = nn.Sequential(
            nn.Conv2d(before, wide, 1, bias=False), norm(wide), nn.ReLU6(),
            nn.ZeroPad2d((0, 1, 0, 1) if stride == 2 else 1),
            nn.Conv2d(wide, wide, 3, stride, groups=wide, bias=False),
            norm(wide), nn.ReLU6(),
            nn.Conv2d(wide, after, 1, bias=False), norm(after),
        )  # fmt: skip
        self.adds = stride == 1 and before == after

    def forward(self, x):
        return x + self.inside(x) if self.adds else self.inside(x)


class MobileNet(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(3, 6, 3, 2, bias=False), norm(6),
            nn.ReLU6(), Inverted(6, 8, 2), Inverted(8, 8, 1), Inverted(8, 10, 2),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(10, CLASSES),
        )  # fmt: skip
        self.double()


class InvertedK(keras.Model):
    def __init__(self, before, after, stride):
        super().__init__()
        self.widen, self.norm1 = conv_k(2 * before, 1), norm_k()
        self.filter = K.DepthwiseConv2D(3, stride, padding="same", use_bias=False)
        self.norm2, self.narrow, self.norm3 = norm_k(), conv_k(after, 1), norm_k()
        self.relu6 = K.ReLU(max_value=6)
        self.adds = stride == 1 and before == after

    def call(self, x, training=False):
        inside = self.relu6(self.norm1(self.widen(x), training=training))
        inside = self.relu6(self.norm2(self.filter(inside), training=training))
        inside = self.norm3(self.narrow(inside), training=training)
        return x + inside if self.adds else inside


class MobileNetK(keras.Model):
    def __init__(self):
        super().__init__()
        self.stem, self.norm = conv_k(6, 3, 2), norm_k()
        self.relu6 = K.ReLU(max_value=6)
        self.blocks = [InvertedK(6, 8, 2), InvertedK(8, 8, 1), InvertedK(8, 10, 2)]
        self.pool, self.head = K.GlobalAveragePooling2D(), K.Dense(CLASSES)

    def call(self, x, training=False):
        x = self.relu6(self.norm(self.stem(x), training=training))
        for one in self.blocks:
            x = one(x, training=training)
        return self.head(self.pool(x))
