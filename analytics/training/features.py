"""Inputs of the model's frame and window heads, as client/src/attention/worker/frame-inputs.ts and features.ts compute them; golden vectors hold
them together."""

from pathlib import Path

WORKER = Path(__file__).resolve().parents[2] / "client/src/attention/worker"
GOLDEN = WORKER / "golden-features.json"

FEATURES_VERSION = 6
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
FEATURE_NAMES = ["faceShare", "facingShare", "surelyFacingShare", "surelyAwayShare", "longestAwaySeconds"]

SURE = 0.85
MAX_REACH_MS = 500
# As face-gaps.ts has it.
LONGEST_GAP_MS = 4000


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


def bridged(frames: list[dict], before: dict | None) -> list[dict]:
    """The frames of one window with those of short gaps judged by what both faces around them surely say (face-gaps.ts); before is the last frame with
    a face of earlier windows."""
    judged: list[dict] = []
    last, gap = before, 0
    for frame in frames:
        judged.append(frame)
        if not frame["hasFace"]:
            gap += 1
            continue
        if gap > 0 and last is not None and 0 <= frame["tMs"] - last["tMs"] <= LONGEST_GAP_MS:
            ends = {name: min(last[name], frame[name]) for name in ("facing", "down")}
            judged[-1 - gap : -1] = [{**missed, "hasFace": True, **ends} for missed in judged[-1 - gap : -1]]
        last, gap = frame, 0
    return judged


def window_features(frames: list[dict], start_ms: float, end_ms: float) -> list[float]:
    """Of one window in the order of FEATURE_NAMES; frames are as the worker's JudgedFrame, bridged, in time order."""
    weights = weigh(frames, start_ms, end_ms)
    total_ms = sum(weights)

    def share(of) -> float:
        return sum(of(frame) * weight for frame, weight in zip(frames, weights)) / total_ms if total_ms > 0 else 0.0

    return [
        share(lambda frame: frame["hasFace"]),
        share(lambda frame: frame["facing"]),
        share(lambda frame: frame["facing"] >= SURE),
        share(lambda frame: frame["facing"] <= 1 - SURE),
        _longest_away_ms(frames, weights) / 1000,
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
