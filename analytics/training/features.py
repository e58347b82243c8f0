"""Inputs of the model's two heads, as client/src/attention/worker/frame-inputs.ts and features.ts compute them; golden vectors hold
them together."""

import json
from pathlib import Path

WORKER = Path(__file__).resolve().parents[2] / "client/src/attention/worker"
GOLDEN = WORKER / "golden-features.json"

FEATURES_VERSION = 3
FRAME_INPUT_NAMES = [
    "gazeYawAbs",
    "gazePitch",
    "headYawAlongGaze",
    "headPitch",
    "openness",
    "size",
    "light",
    "sharpness",
    "trust",
]
FEATURE_NAMES = [
    "faceShare",
    "facingShare",
    "surelyFacingShare",
    "surelyAwayShare",
    "downShare",
    "longestAwaySeconds",
    "eyesClosedShare",
    "personal",
    "faceSizeMedian",
    "lightMedian",
    "sharpnessMedian",
    "rateHz",
]

SURE = 0.85
MAX_REACH_MS = 500


def frame_inputs(face: dict, aim: dict, picture: dict, trust: float) -> list[float]:
    """Of one face in the order of FRAME_INPUT_NAMES; aim holds headYawDeg, headPitchDeg, gazeYawDeg, gazePitchDeg; trust is how much of the
    person's own middle is taken out of it."""
    return [
        abs(aim["gazeYawDeg"]),
        aim["gazePitchDeg"],
        -aim["headYawDeg"] if aim["gazeYawDeg"] < 0 else aim["headYawDeg"],
        aim["headPitchDeg"],
        face["openness"],
        face["size"],
        picture["light"],
        picture["sharpness"],
        trust,
    ]


def window_features(frames: list[dict], start_ms: float, end_ms: float, personal: bool) -> list[float]:
    """Of one window in the order of FEATURE_NAMES; frames are as the worker's JudgedFrame, in time order."""
    weights = weigh(frames, start_ms, end_ms)
    total_ms = sum(weights)

    def share(of) -> float:
        return sum(of(frame) * weight for frame, weight in zip(frames, weights)) / total_ms if total_ms > 0 else 0.0

    def median(of) -> float:
        return _quantile([(of(frame), weight) for frame, weight in zip(frames, weights) if of(frame) is not None], 0.5)

    return [
        share(lambda frame: frame["face"] is not None),
        share(lambda frame: frame["facing"]),
        share(lambda frame: frame["facing"] >= SURE),
        share(lambda frame: frame["facing"] <= 1 - SURE),
        share(lambda frame: frame["down"]),
        _longest_away_ms(frames, weights) / 1000,
        share(lambda frame: frame["eyesClosed"]),
        float(personal),
        median(lambda frame: None if frame["face"] is None else frame["face"]["size"]),
        median(lambda frame: frame["picture"]["light"]),
        median(lambda frame: frame["picture"]["sharpness"]),
        len(frames) * 1000 / max(1, end_ms - start_ms),
    ]


def weigh(frames: list[dict], start_ms: float, end_ms: float) -> list[float]:
    """The time in milliseconds that each frame stands for."""
    weights = []
    for i, frame in enumerate(frames):
        t = frame["tMs"]
        before = start_ms if i == 0 else (frames[i - 1]["tMs"] + t) / 2
        after = end_ms if i == len(frames) - 1 else (t + frames[i + 1]["tMs"]) / 2
        weights.append(max(0.0, min(after, t + MAX_REACH_MS) - max(before, t - MAX_REACH_MS)))
    return weights


def _longest_away_ms(frames: list[dict], weights: list[float]) -> float:
    longest = run = 0.0
    for frame, weight in zip(frames, weights):
        run = 0.0 if frame["facing"] >= 0.5 else run + weight
        longest = max(longest, run)
    return longest


def _quantile(values: list[tuple[float, float]], share: float) -> float:
    """The smallest value at which the cumulated weight reaches the share; 0 for none."""
    ordered = sorted(values, key=lambda pair: pair[0])
    total = sum(weight for _, weight in ordered)
    cumulated = 0.0
    for value, weight in ordered:
        cumulated += weight
        if weight > 0 and cumulated >= share * total - 1e-6:
            return value
    return 0.0


def check_golden() -> None:
    """Raises when a golden vector is not reproduced within 1e-5, or other inputs go by the same version."""
    golden = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else None
    if golden is None or golden["version"] != FEATURES_VERSION:
        return
    assert golden["frameNames"] == FRAME_INPUT_NAMES, "the golden vectors name other inputs of a frame"
    assert golden["names"] == FEATURE_NAMES, "the golden vectors name other features"
    for number, case in enumerate(golden["frames"]):
        _check(f"golden frame {number}", FRAME_INPUT_NAMES, case["inputs"], frame_inputs(case["face"], case["aim"], case["picture"], case["trust"]))
    for number, case in enumerate(golden["windows"]):
        got = window_features(case["frames"], case["startMs"], case["endMs"], case["personal"])
        _check(f"golden window {number}", FEATURE_NAMES, case["features"], got)


def _check(what: str, names: list[str], expected: list[float], got: list[float]) -> None:
    for name, wanted, value in zip(names, expected, got, strict=True):
        assert abs(wanted - value) <= 1e-5, f"{what}, {name}: {value} instead of {wanted}"
