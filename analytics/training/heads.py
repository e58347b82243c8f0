"""The model's two heads, trained: what a frame shows, and what a window says."""

import numpy as np

from clips import Clip, kinds_of
from model import calibrate, choose_decay, train_network
from windows import NOT_TRAINED_ON, Judge, Window, inputs_of, personal_offset, windows_of

FRAME_HIDDEN = 16
WINDOW_HIDDEN = 6
# Classes face the screen more often than not: between the two shares at which calibration is judged.
FACING_SHARE = 0.65
KIND_SHARES = np.array([0.6, 0.15, 0.25])

Parts = dict[str, np.ndarray]


def train_frame_head(clips: dict[str, list[Clip]], see=lambda inputs: inputs) -> tuple[dict, float]:
    """Weights from the part `train`, calibration from the part `calibration`; `see` may hide something of the inputs."""
    x, kinds, weight, subjects = frame_rows(clips["train"])
    decay = choose_decay(see(x), np.eye(3)[kinds], weight, subjects, FRAME_HIDDEN)
    network = train_network(see(x), np.eye(3)[kinds], weight, FRAME_HIDDEN, decay, steps=2500)
    x, kinds, weight, _ = frame_rows(clips["calibration"])
    return calibrate(network, see(x), np.eye(3)[kinds], weight), decay


def frame_rows(clips: list[Clip]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Inputs, kinds, weights and subjects of all faces, once with most people's middle and once with the person's own."""
    random = np.random.default_rng(11)
    inputs, kinds, subjects = [], [], []
    for clip in clips:
        if clip.kind in NOT_TRAINED_ON or clip.readings is None:
            continue
        living = clip.is_own & clip.present[clip.face_at]
        own = personal_offset(clip, float(random.uniform(0.25, 1)))
        for offset in [np.zeros(4), *([own] if own is not None else [])]:
            inputs.append(inputs_of(clip, offset)[living])
            kinds.append(kinds_of(clip)[living])
            subjects.append(np.full(int(living.sum()), clip.subject))
    x, y = np.concatenate(inputs), np.concatenate(kinds)
    shares = KIND_SHARES / np.maximum(1, np.bincount(y, minlength=3))
    return x, y, shares[y], np.concatenate(subjects)


def windows_of_all(clips: list[Clip], judge: Judge) -> list[Window]:
    random = np.random.default_rng(20_251)
    return [window for clip in clips for window in windows_of(clip, judge, random)]


def train_window_head(x: Parts, y: Parts, subjects: np.ndarray, hidden: int = WINDOW_HIDDEN) -> tuple[dict, float]:
    """Weights from the part `train` (whose rows belong to these subjects), calibration from the part `calibration`."""
    target = y["train"][:, None].astype(float)
    weight = to_share(y["train"], FACING_SHARE)
    decay = choose_decay(x["train"], target, weight, subjects, hidden)
    network = train_network(x["train"], target, weight, hidden, decay)
    held = y["calibration"][:, None].astype(float)
    return calibrate(network, x["calibration"], held, to_share(y["calibration"], FACING_SHARE)), decay


def to_share(truth: np.ndarray, share: float) -> np.ndarray:
    """Weights with which this share of the rows is facing."""
    return np.where(truth, share / truth.mean(), (1 - share) / (1 - truth.mean()))
