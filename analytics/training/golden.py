"""Golden vectors: faces and windows of the lab, and edge cases, with what both implementations must make of them. As a program it checks them,
those of FILE where one is named; NumPy is all that it needs for that."""

import json
import sys
from pathlib import Path

import numpy as np

from clips import AIM, Clip
from features import FEATURE_NAMES, FEATURES_VERSION, FRAME_INPUT_NAMES, GOLDEN, bridged, frame_inputs, window_features
from observables import SIDES, EyeLooks, Readings, eye_inputs, observe
from windows import MIDDLES, aims, aims_under, judged_frames, lids_of

LOOK_NAMES = ["outwardDeg", "upDeg", "open"]
AIM_NAMES = ["headYawDeg", "headPitchDeg", "gazeYawDeg", "gazePitchDeg"]


def write_golden(clips: list[Clip], frame_head: dict) -> None:
    some = [clip for clip in clips if clip.kind == "mixed" and clip.readings is not None][:3]
    document = {
        "version": FEATURES_VERSION,
        "frameNames": FRAME_INPUT_NAMES,
        "names": FEATURE_NAMES,
        "readings": [case for clip in some for case in _readings(clip)],
        "lids": [*(_lids(clip.t_ms[clip.face_at][:150], clip.seen["openness"][:150]) for clip in some), *_lid_edges()],
        "aims": [case for clip in some for case in _aims(clip)],
        "frames": [case for clip in some for case in _frames(clip)],
        "windows": [*(_window(frames) for frames in _edges()), *_gaps(), *(_window(_real(clip, frame_head)) for clip in some)],
    }
    GOLDEN.write_text(json.dumps(document) + "\n")


def _readings(clip: Clip) -> list[dict]:
    """Readings of faces with what the eye head takes of them, what it might say, and the observables that follow."""
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
        eyes = {side: dict(zip(LOOK_NAMES, getattr(clip.eyes, side)[row].tolist())) for side in SIDES}
        points = {side: eye_inputs(readings, side)[row].tolist() for side in SIDES}
        observables = {name: float(values[row]) for name, values in clip.seen.items()}
        cases.append({"reading": reading, "points": points, "eyes": eyes, "observables": observables})
    return cases


def _lids(t_ms: np.ndarray, openness: np.ndarray) -> dict:
    """How open a person's eyes are in face after face, and what the lids do."""
    openness = np.round(openness, 3)
    return {"tMs": t_ms.tolist(), "openness": openness.tolist(), "lids": lids_of(t_ms, openness)}


def _lid_edges() -> list[dict]:
    """Eyes that close for longer than a blink, waver, are narrow, begin shut, are as open and shut as can be, and are wide open."""
    long = [0.97] * 8 + [0.2] * 12 + [0.95] * 4
    wavering = [0.99, 0.7, 0.97, 0.85, 0.995, 0.6, 0.95, 0.8] * 2 + [0.3, 0.1, 0.9]
    narrow = [0.5] * 8 + [0.3] * 9 + [0.1] * 9
    wide = [0.999] * 8 + [0.95, 0.999, 0.85, 0.999]
    return [_lids(100.0 * np.arange(len(case)), np.array(case)) for case in (long, wavering, narrow, [0.0, 1.0] * 3 + [1.0] * 9 + [0.0] * 8, [0.4] * 5, wide)]


def _aims(clip: Clip) -> list[dict]:
    """Where a face points, against the screen under a camera that stands above, beside or below it."""
    seen = {name: float(clip.seen[name][0]) for name in AIM}
    return [{"seen": seen, "camera": camera, "aim": _aim(seen, camera)} for camera in MIDDLES]


def _aim(seen: dict, camera: str) -> dict:
    return dict(zip(AIM_NAMES, aims_under(np.array([seen[name] for name in AIM]), camera).tolist()))


def _frames(clip: Clip) -> list[dict]:
    cases = []
    for row in range(0, len(clip.face_at), max(1, len(clip.face_at) // 4)):
        face = {"openness": float(clip.seen["openness"][row]), "size": float(clip.seen["size"][row])}
        aim = dict(zip(AIM_NAMES, aims(clip)[row].tolist()))
        picture = clip.picture[clip.face_at[row]]
        trust = round(row / len(clip.face_at), 3)
        cases.append({"face": face, "aim": aim, "picture": picture, "trust": trust, "inputs": frame_inputs(face, aim, picture, trust)})
    return cases


def _window(frames: list[dict], before: dict | None = None) -> dict:
    features = window_features(bridged(frames, before), 5000, 10_000)
    return {"startMs": 5000, "endMs": 10_000, "before": before, "frames": frames, "features": features}


def _frame(t_ms: float, facing: float | None) -> dict:
    return {"tMs": t_ms, "hasFace": facing is not None, "facing": facing or 0.0, "down": 0.5 * (1 - (facing or 1.0))}


def _gaps() -> list[dict]:
    """Faces that are missed for a while: within the window, since the one before, for too long, with nothing before, with another clock, and in its last part."""
    missed = [_frame(5200 + 400 * i, 0.9 if i in (2, 8) else None) for i in range(12)]
    turned = [_frame(5200 + 400 * i, {1: 0.95, 5: 0.2, 9: 0.93}.get(i)) for i in range(12)]
    late = [_frame(5200 + 400 * i, 0.9 if i > 9 else None) for i in range(12)]
    return [
        _window(missed, _frame(4500, 0.8)),
        _window(missed, _frame(1900, 0.8)),
        _window(missed),
        _window(missed, _frame(40_000, 0.8)),
        _window(turned, _frame(4900, 0.97)),
        _window(late, _frame(4900, 0.97)),
    ]


def _edges() -> list[list[dict]]:
    return [
        [],
        [_frame(7000, 0.97)],
        [_frame(5100 + 200 * i, None) for i in range(24)],
        [_frame(5000 + 250 * i, 0.92 if i % 2 else 0.04) for i in range(20)],
        [_frame(5200, 0.1), _frame(5250, None), _frame(9000, 0.5), _frame(9000, 0.85), _frame(9999, 0.15)],
    ]


def _real(clip: Clip, frame_head: dict) -> list[dict]:
    # Here, so that checking needs no JAX.
    from model import predict

    frames = judged_frames(clip, lambda inputs: predict(frame_head, inputs))
    start = frames[len(frames) // 2]["tMs"]
    inside = [frame for frame in frames if start <= frame["tMs"] < start + 5000]
    return [{**frame, "tMs": frame["tMs"] - start + 5000} for frame in inside]


def check_golden(path: Path = GOLDEN, strict: bool = False) -> int:
    """How many golden vectors are reproduced within 1e-5. Raises an AssertionError at the first that is not, and where other inputs go by the
    same version. Vectors of another version are for other features: none is checked then, so that a training can write new ones, and `strict`
    raises; likewise where there is no file."""
    golden = json.loads(path.read_text()) if path.exists() else None
    version = None if golden is None else golden["version"]
    if version != FEATURES_VERSION:
        assert not strict, f"{path.name} has version {version}, the features of Python have {FEATURES_VERSION}: train anew (npm run train:attention)"
        return 0
    assert golden["frameNames"] == FRAME_INPUT_NAMES, "the golden vectors name other inputs of a frame"
    assert golden["names"] == FEATURE_NAMES, "the golden vectors name other features"
    for number, case in enumerate(golden["readings"]):
        _check_reading(f"golden reading {number}", case)
    for number, case in enumerate(golden["lids"]):
        got = lids_of(np.array(case["tMs"]), np.array(case["openness"]))
        assert got == case["lids"], f"golden lids {number}: {got} instead of {case['lids']}"
    for number, case in enumerate(golden["aims"]):
        _check(f"golden aim {number}", AIM_NAMES, list(case["aim"].values()), list(_aim(case["seen"], case["camera"]).values()))
    for number, case in enumerate(golden["frames"]):
        _check(f"golden frame {number}", FRAME_INPUT_NAMES, case["inputs"], frame_inputs(case["face"], case["aim"], case["picture"], case["trust"]))
    for number, case in enumerate(golden["windows"]):
        got = window_features(bridged(case["frames"], case["before"]), case["startMs"], case["endMs"])
        _check(f"golden window {number}", FEATURE_NAMES, case["features"], got)
    return sum(len(golden[part]) for part in ("readings", "lids", "aims", "frames", "windows"))


def _check_reading(what: str, case: dict) -> None:
    readings = Readings([{**case["reading"], "eyes": {side: "" for side in SIDES}}])
    for side in SIDES:
        wanted = case["points"][side]
        _check(f"{what}, {side} eye", [str(place) for place in range(len(wanted))], wanted, eye_inputs(readings, side)[0].tolist())
    eyes = EyeLooks(*(np.array([[case["eyes"][side][name] for name in LOOK_NAMES]]) for side in SIDES))
    seen = observe(readings, eyes)
    names = list(case["observables"])
    _check(what, names, list(case["observables"].values()), [float(seen[name][0]) for name in names])


def _check(what: str, names: list[str], expected: list[float], got: list[float]) -> None:
    for name, wanted, value in zip(names, expected, got, strict=True):
        assert abs(wanted - value) <= 1e-5, f"{what}, {name}: {value} instead of {wanted}"


if __name__ == "__main__":
    print(check_golden(Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN, strict=True), "golden vectors reproduced")
