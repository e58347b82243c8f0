"""Golden vectors: real faces and windows, and edge cases, with the inputs of both heads that both implementations must give."""

import json

import numpy as np

from clips import Clip
from features import FEATURE_NAMES, FEATURES_VERSION, FRAME_INPUT_NAMES, GOLDEN, frame_inputs, window_features
from model import predict
from windows import aims, judged_frames

PICTURE = {"light": 0.4, "sharpness": 0.02, "change": 0.01}
AIM_NAMES = ["headYawDeg", "headPitchDeg", "gazeYawDeg", "gazePitchDeg"]


def write_golden(clips: list[Clip], frame_head: dict) -> None:
    some = [clip for clip in clips if clip.kind == "mixed" and clip.readings is not None][:3]
    document = {
        "version": FEATURES_VERSION,
        "frameNames": FRAME_INPUT_NAMES,
        "names": FEATURE_NAMES,
        "readings": [case for clip in some for case in _readings(clip)],
        "frames": [case for clip in some for case in _frames(clip)],
        "windows": [_window(frames) for frames in [*_edges(), *(_real(clip, frame_head) for clip in some)]],
    }
    GOLDEN.write_text(json.dumps(document) + "\n")


def _readings(clip: Clip) -> list[dict]:
    """Readings of faces with the observables that follow from them."""
    cases = []
    for row in range(0, len(clip.face_at), max(1, len(clip.face_at) // 4)):
        readings = clip.readings
        reading = {
            "offLens": dict(zip(("yawDeg", "pitchDeg", "rollDeg"), readings.off_lens[row].tolist())),
            "toLens": dict(zip(("yawDeg", "pitchDeg"), readings.to_lens[row].tolist())),
            "left": readings.left[row].tolist(),
            "right": readings.right[row].tolist(),
            "size": float(readings.size[row]),
            "x": 0.5,
            "y": 0.5,
        }
        cases.append({"reading": reading, "observables": {name: float(values[row]) for name, values in clip.seen.items()}})
    return cases


def _frames(clip: Clip) -> list[dict]:
    cases = []
    for row in range(0, len(clip.face_at), max(1, len(clip.face_at) // 4)):
        face = {"openness": float(clip.seen["openness"][row]), "size": float(clip.seen["size"][row])}
        aim = dict(zip(AIM_NAMES, aims(clip)[row].tolist()))
        picture = clip.picture[clip.face_at[row]]
        trust = round(row / len(clip.face_at), 3)
        cases.append({"face": face, "aim": aim, "picture": picture, "trust": trust, "inputs": frame_inputs(face, aim, picture, trust)})
    return cases


def _window(frames: list[dict]) -> dict:
    personal = len(frames) % 2 == 1
    features = window_features(frames, 5000, 10_000, personal)
    return {"startMs": 5000, "endMs": 10_000, "personal": personal, "frames": frames, "features": features}


def _edges() -> list[list[dict]]:
    def frame(t_ms: float, facing: float | None, closed: bool = False) -> dict:
        face = None if facing is None else {"size": 0.14}
        said = {"facing": facing or 0.0, "down": 0.5 * (1 - (facing or 1.0)), "eyesClosed": closed}
        return {"tMs": t_ms, "face": face, "picture": PICTURE, **said}

    return [
        [],
        [frame(7000, 0.97)],
        [frame(5100 + 200 * i, None) for i in range(24)],
        [frame(5000 + 250 * i, 0.92 if i % 2 else 0.04) for i in range(20)],
        [frame(5200, 0.1, True), frame(5250, None), frame(9000, 0.5), frame(9000, 0.85), frame(9999, 0.15)],
    ]


def _real(clip: Clip, frame_head: dict) -> list[dict]:
    frames = judged_frames(clip, lambda inputs: predict(frame_head, inputs))
    start = frames[len(frames) // 2]["tMs"]
    inside = [frame for frame in frames if start <= frame["tMs"] < start + 5000]
    return [{**frame, "tMs": frame["tMs"] - start + 5000} for frame in inside]
