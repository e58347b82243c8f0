"""Two of the model's heads, trained: what a frame shows, and what a window says. The third is the eyes' (eyes.py)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clips import Clip, kinds_of
from model import Rows, choose_decay, fold_of, predict, train_calibrated, train_cross_fitted
from windows import NOBODYS, NOT_TRAINED_ON, Window, inputs_of, personal, windows_as_live, windows_to_learn

FRAME_HIDDEN = 16
# Judged by the worker, whose abstentions and declared screens raise what is left a little, people of the calibration part come out with expected calibration errors of 0.035 and
# 0.034 at shares of 50 and 80 % (with 0.54: 0.041 and 0.032).
FACING_SHARE = 0.5
KIND_SHARES = np.array([0.6, 0.15, 0.25])

# What of the inputs a frame head may see.
See = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class FrameHead:
    """What judges faces, and for each fold of the training's people a head that has not seen them."""

    network: dict
    folds: list[dict]
    decay: float
    see: See

    def judge(self, inputs: np.ndarray) -> np.ndarray:
        return predict(self.network, self.see(inputs))


def train_frame_head(clips: dict[str, list[Clip]], see: See = lambda inputs: inputs) -> FrameHead:
    """From the parts `train` and, to calibrate, `calibration`; `see` may hide something of the inputs."""
    rows, held = frame_rows(clips["train"], see), frame_rows(clips["calibration"], see)
    decay = choose_decay(rows, FRAME_HIDDEN)
    network, folds = train_cross_fitted(rows, held, FRAME_HIDDEN, decay, steps=2500)
    return FrameHead(network, folds, decay, see)


def frame_rows(clips: list[Clip], see: See) -> Rows:
    """All faces, once with most people's middle and once with the person's own; each kind has its share."""
    random = np.random.default_rng(11)
    inputs, kinds, subjects = [], [], []
    for clip in clips:
        if clip.kind in NOT_TRAINED_ON or clip.readings is None:
            continue
        living = clip.is_own & clip.present[clip.face_at]
        own = personal(clip, random)
        for person in [NOBODYS, *([own] if own is not None else [])]:
            inputs.append(inputs_of(clip, person)[living])
            kinds.append(kinds_of(clip)[living])
            subjects.append(np.full(int(living.sum()), clip.subject))
    y = np.concatenate(kinds)
    shares = KIND_SHARES / np.maximum(1, np.bincount(y, minlength=3))
    return Rows(see(np.concatenate(inputs)), np.eye(3)[y], shares[y], np.concatenate(subjects))


def windows_of_parts(clips: dict[str, list[Clip]], head: FrameHead) -> dict[str, list[Window]]:
    """The windows of each part as live, and those for `learning` too, which overlap. Those of `train` are seen through heads that did not learn from their
    people: a head is surer of those that it knows, and the window's head would learn to believe it."""
    windows = {name: [window for clip in clips[name] for window in windows_as_live(clip, head.judge)] for name in ("calibration", "test")}
    fold = fold_of(np.array([clip.subject for clip in clips["train"]]))
    random = np.random.default_rng(20_251)
    unseen = [
        (clip, lambda inputs, network=network: predict(network, head.see(inputs)))
        for left_out, network in enumerate(head.folds)
        for clip, place in zip(clips["train"], fold)
        if place == left_out
    ]
    windows["train"] = [window for clip, judge in unseen for window in windows_as_live(clip, judge)]
    windows["learning"] = [window for clip, judge in unseen for window in windows_to_learn(clip, judge, random)]
    return windows


def train_window_head(windows: dict[str, list[Window]], hidden: int = 0) -> tuple[dict, float]:
    """Calibrated on windows as they are live, of `train` and `calibration`. A logistic regression: layers of hidden units did no better on people that were
    left out, and five weights know nobody."""
    rows = window_rows(windows["learning"])
    decay = choose_decay(rows, hidden)
    live = window_rows(windows["train"] + windows["calibration"])
    return train_calibrated(rows, live, hidden, decay, steps=1500), decay


def window_rows(windows: list[Window]) -> Rows:
    truth = np.array([window.facing for window in windows])
    x = np.array([window.features for window in windows])
    subjects = np.array([window.subject for window in windows])
    return Rows(x, truth[:, None].astype(float), to_share(truth, FACING_SHARE), subjects)


def to_share(truth: np.ndarray, share: float) -> np.ndarray:
    """Weights with which this share of the rows is facing."""
    return np.where(truth, share / truth.mean(), (1 - share) / (1 - truth.mean()))
