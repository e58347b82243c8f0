"""Trains the attention model from clips of the synthetic lab and writes the model, its description, the golden vectors and the model
card. Start it by `npm run train:attention`, which renders the clips."""

import argparse
import base64
import hashlib
import json
import re
from pathlib import Path

import numpy as np

from baselines import compare, features_of, truths_of
from card import write_card
from clips import Clip, kinds_of, load_clips, observe_clips
from export_onnx import to_onnx
from features import FEATURE_NAMES, FEATURES_VERSION, FRAME_INPUT_NAMES
from figures import auc, balanced_accuracy, expected_calibration_error, interval, reliability
from eyes import eyes_of, look, reader_of, train_eyes
from golden import check_golden, write_golden
from heads import train_frame_head, train_window_head, windows_of_parts
from model import fold_of, predict
from observables import eye_inputs
from reliability_plot import write_plot
from windows import NOT_TRAINED_ON, Window, inputs_of

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "client/src/attention/model"
CARDS = ROOT / "docs/model-cards"


def main() -> None:
    arguments = parse_arguments()
    # Before anything is written: the committed vectors must still be reproduced.
    check_golden()
    listed = json.loads(arguments.files.read_text())
    files = {name: [Path(path) for path in listed[name]] for name in ("train", "calibration", "test")}
    clips = {name: load_clips(paths) for name, paths in files.items()}
    eye_head = observe_parts(clips)
    head = train_frame_head(clips)
    frame_head = head.network
    windows = windows_of_parts(clips, head)
    x, y = features_of(windows), truths_of(windows)
    window_head, window_decay = train_window_head(windows)
    onnx_bytes = to_onnx(eye_head, frame_head, window_head)
    MODEL.mkdir(parents=True, exist_ok=True)
    (MODEL / "attention.onnx").write_bytes(onnx_bytes)
    write_golden(clips["train"], frame_head)
    score = predict(window_head, x["test"])[:, 0]
    report = evaluate(windows["test"], score, y["test"])
    report["frames"] = frame_errors(clips["test"], frame_head)
    report["baselines"] = {name: beside(windows["test"], said, score, y["test"]) for name, said in compare(clips, windows).items()}
    description = {
        "name": "attention-v2",
        "featuresVersion": FEATURES_VERSION,
        "frameInputs": FRAME_INPUT_NAMES,
        "features": FEATURE_NAMES,
        "modelSha256": hashlib.sha256(onnx_bytes).hexdigest(),
        "modelBytes": len(onnx_bytes),
        "family": "ict",
        "labHash": lab_hash(files),
        "dataSha256": data_hash(files),
        "trainingSha256": sources_hash(),
        "weightDecay": {"frame": head.decay, "window": window_decay},
        "identities": {name: len({clip.subject for clip in members}) for name, members in clips.items()},
        "clips": {name: len(members) for name, members in clips.items()},
        "windows": {name: len(members) for name, members in windows.items()},
        "heldOut": report,
        "examples": {"eyes": eye_examples(clips["test"], eye_head), **examples(clips["test"], frame_head, window_head, x["test"])},
    }
    (MODEL / "model.json").write_text(json.dumps(description, indent=2) + "\n")
    write_card(CARDS / "attention-v2.md", description)
    write_plot(CARDS / "attention-v2-reliability.svg", report["reliability"])
    print(json.dumps({key: report[key] for key in ("balancedAccuracy", "auc", "ece50", "ece80")} | report["frames"]))


def observe_parts(clips: dict[str, list[Clip]]) -> dict:
    """Trains the eye head and observes all clips: those of the training through heads that have not seen their people, as it will be with any
    student. Gives the head of all of them."""
    eye_head, parts = train_eyes(eyes_of(clips["train"]))
    for name in ("calibration", "test"):
        observe_clips(clips[name], reader_of(eye_head))
    fold = fold_of(np.array([clip.subject for clip in clips["train"]]))
    for left_out, part in enumerate(parts):
        observe_clips([clip for clip, place in zip(clips["train"], fold) if place == left_out], reader_of(part))
    return eye_head


def subjects_of(windows: list[Window]) -> np.ndarray:
    return np.array([window.subject for window in windows])


def evaluate(windows: list[Window], score: np.ndarray, truth: np.ndarray) -> dict:
    subjects = subjects_of(windows)

    def group(members: np.ndarray) -> dict:
        both = truth[members].any() and not truth[members].all()
        return {
            "windows": int(members.sum()),
            "identities": len(np.unique(subjects[members])),
            "correct": round(float(((score[members] >= 0.5) == truth[members]).mean()), 3),
            **({"balancedAccuracy": round(balanced_accuracy(score[members], truth[members]), 3)} if both else {}),
        }

    def groups(name: str) -> dict:
        values = np.array([window.kind if name == "kind" else window.groups[name] for window in windows])
        return {f"{name} {value}": group(values == value) for value in sorted(set(values))}

    low, high = interval(subjects, lambda rows: balanced_accuracy(score[rows], truth[rows]))
    return {
        "balancedAccuracy": round(balanced_accuracy(score, truth), 3),
        "balancedAccuracyInterval": [round(low, 3), round(high, 3)],
        "auc": round(auc(score, truth), 3),
        "ece50": round(expected_calibration_error(score, truth, 0.5), 3),
        "ece80": round(expected_calibration_error(score, truth, 0.8), 3),
        "facingShare": round(float(truth.mean()), 3),
        "reliability": {share: reliability(score, truth, float(share)) for share in ("0.3", "0.5", "0.8")},
        "groups": {key: row for name in ("kind", "camera", "tone", "glasses", "lids", "cover", "light") for key, row in groups(name).items()},
    }


def beside(windows: list[Window], said: np.ndarray, score: np.ndarray, truth: np.ndarray) -> dict:
    """Figures of a baseline, and by how much the score's balanced accuracy is higher on the same windows, with its interval over people."""

    def ahead(rows: np.ndarray) -> float:
        return balanced_accuracy(score[rows], truth[rows]) - balanced_accuracy(said[rows], truth[rows])

    low, high = interval(subjects_of(windows), ahead)
    return {
        "balancedAccuracy": round(balanced_accuracy(said, truth), 3),
        "auc": round(auc(said, truth), 3),
        "ece50": round(expected_calibration_error(said, truth, 0.5), 3),
        "modelAhead": round(ahead(np.arange(len(truth))), 3),
        "modelAheadInterval": [round(low, 3), round(high, 3)],
    }


def frame_errors(clips: list[Clip], frame_head: dict) -> dict:
    """Mean absolute errors of pose and gaze within 40 degrees of yaw, and how the frame head tells the faces apart."""
    pose, gaze, said, kinds = [], [], [], []
    for clip in clips:
        if clip.readings is None or clip.kind in NOT_TRAINED_ON:
            continue
        near = clip.present[clip.face_at] & (np.abs(clip.true_pose[:, 0]) <= 40)
        seen = np.column_stack([clip.seen[name] for name in ("yawDeg", "pitchDeg", "rollDeg")])
        pose.append(np.abs(seen - clip.true_pose)[near])
        open_near = near & (clip.lids_open > 0.6)
        gaze.append(gaze_errors(clip)[open_near])
        said.append(predict(frame_head, inputs_of(clip))[:, 0])
        kinds.append(kinds_of(clip))
    yaw, pitch, roll = np.mean(np.concatenate(pose), axis=0)
    gaze_yaw, gaze_pitch = np.nanmean(np.concatenate(gaze), axis=0)
    facing = np.concatenate(kinds) == 0
    return {
        "poseMaeDeg": {"yaw": round(float(yaw), 2), "pitch": round(float(pitch), 2), "roll": round(float(roll), 2)},
        "gazeMaeDeg": {"yaw": round(float(gaze_yaw), 2), "pitch": round(float(gaze_pitch), 2)},
        "balancedAccuracy": round(balanced_accuracy(np.concatenate(said), facing), 3),
        "auc": round(auc(np.concatenate(said), facing), 3),
    }


def gaze_errors(clip: Clip) -> np.ndarray:
    """Absolute errors of yaw and pitch against the line to the lens."""
    v = clip.true_gaze_off_lens
    true_yaw, true_pitch = np.degrees(np.arctan2(v[:, 0], v[:, 2])), np.degrees(np.arcsin(np.clip(v[:, 1], -1, 1)))
    return np.abs(np.column_stack([clip.seen["offLensGazeYawDeg"] - true_yaw, clip.seen["offLensGazePitchDeg"] - true_pitch]))


def examples(clips: list[Clip], frame_head: dict, window_head: dict, features: np.ndarray) -> dict:
    """Inputs with what the model must say of them, for the tests of the shipped runtime."""
    faces = np.concatenate([inputs_of(clip)[:1] for clip in clips[:8] if clip.readings is not None])
    windows = np.float32(features[:: max(1, len(features) // 8)][:8])
    rounded = np.round(np.float32(faces), 4).astype(float)
    return {
        "frames": [
            {"inputs": row.tolist(), "kinds": np.round(said, 5).tolist()}
            for row, said in zip(rounded, predict(frame_head, rounded))
        ],
        "windows": [
            {"features": row.tolist(), "score": round(float(said), 5)}
            for row, said in zip(np.round(windows, 4).astype(float), predict(window_head, np.round(windows, 4).astype(float))[:, 0])
        ],
    }


def eye_examples(clips: list[Clip], eye_head: dict) -> list[dict]:
    """Eyes with what the model must say of them."""
    cases = []
    for clip in [clip for clip in clips if clip.readings is not None][:6]:
        readings = clip.readings.rows(np.arange(1))
        points = np.round(np.float32(eye_inputs(readings, "left")), 4).astype(float)
        said = look(eye_head, readings.left_picture, points)[0]
        cases.append(
            {
                "picture": base64.b64encode(readings.left_picture[0].tobytes()).decode(),
                "points": points[0].tolist(),
                "outwardDeg": round(float(said[0]), 4),
                "upDeg": round(float(said[1]), 4),
                "open": round(float(said[2]), 5),
            }
        )
    return cases


def data_hash(files: dict[str, list[Path]]) -> str:
    """Over what the clips show: how long each took to render is left out."""
    digest = hashlib.sha256()
    for path in [path for paths in files.values() for path in paths]:
        digest.update(path.name.encode())
        digest.update(re.sub(rb'"costMs":\{[^}]*\}', b"", path.read_bytes()))
    return digest.hexdigest()


def lab_hash(files: dict[str, list[Path]]) -> str:
    """Of the lab's sources, the head's file and the vision code that made the clips: their folder is named by it (client/lab/data/dataset.ts)."""
    (found,) = {path.parents[1].name for paths in files.values() for path in paths}
    return found


def sources_hash() -> str:
    """Over what decides the model and its figures; how the card words them does not."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in [here / "requirements.txt", *sorted(here.glob("*.py"))]:
        if path.name != "card.py":
            digest.update(path.read_bytes())
    return digest.hexdigest()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, help="JSON with the paths of the clips of each part")
    return parser.parse_args()


if __name__ == "__main__":
    main()
