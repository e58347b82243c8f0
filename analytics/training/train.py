"""Trains the attention model from rendered subjects and writes model, description, gaze fit and model card.

usage: train.py DATA_FOLDER [--subjects N] [--windows-per-subject N]
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from abstain import check_golden_abstentions
from card import write_card
from export_onnx import to_onnx
from features import FEATURE_NAMES, FEATURES_VERSION, check_golden
from figures import auc, balanced_accuracy, expected_calibration_error, interval
from gaze import fit_gaze, head_rotation, write_fit
from golden import write_golden
from model import calibrate, choose_decay, predict, predict_logistic, train_logistic, train_network
from windows import Window, compose, subject_files, with_gaze

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "client/src/attention/model"
HEAD_ONLY = [i for i, name in enumerate(FEATURE_NAMES) if not name.startswith("gaze")]


def main() -> None:
    arguments = parse_arguments()
    # Before anything is written: the committed windows must still give the committed features and abstentions.
    check_golden()
    check_golden_abstentions()
    files = subject_files(arguments.data, arguments.subjects)
    subjects = [json.loads(path.read_text()) for path in files]
    if len(subjects) < 12:
        raise SystemExit(f"{len(subjects)} subjects in {arguments.data}: at least 12 are needed for three disjoint groups")
    # By identity and scene at once, since each identity has a scene of its own.
    parts = {"train": [], "calibration": [], "test": []}
    for subject in subjects:
        parts[["train", "train", "calibration", "test"][subject["subject"] % 4]].append(subject)
    unseen = {name: [subject for subject in members if not ever_found(subject)] for name, members in parts.items()}
    parts = {name: [subject for subject in members if ever_found(subject)] for name, members in parts.items()}
    fit = fit_gaze([frame for subject in parts["train"] for segment in subject["segments"] for frame in segment["frames"]])
    write_fit(fit)
    write_golden(*(with_gaze(subject, fit) for subject in parts["test"][:2]))

    refitted = {name: [with_gaze(subject, fit) for subject in members] for name, members in parts.items()}
    windows = {
        name: [window for subject in members for window in compose(subject, arguments.windows)]
        for name, members in refitted.items()
    }
    x = {name: np.array([window.features for window in members]) for name, members in windows.items()}
    y = {name: np.array([window.facing for window in members]) for name, members in windows.items()}
    decay = choose_decay(x["train"], y["train"], np.array([window.subject for window in windows["train"]]))
    network = calibrate(train_network(x["train"], y["train"], decay), x["calibration"], y["calibration"])

    onnx_bytes = to_onnx(network, FEATURE_NAMES)
    MODEL.mkdir(parents=True, exist_ok=True)
    (MODEL / "attention.onnx").write_bytes(onnx_bytes)
    score = predict(network, x["test"])
    report = evaluate(windows["test"], score, y["test"])
    report["asUsed"] = as_used(windows["test"], score, y["test"])
    report["baselines"] = baselines(x, y, decay)
    report["frames"] = frame_errors(refitted["test"])
    report["neverFound"] = {
        name: [{"subject": subject["subject"], **subject["looks"]} for subject in members] for name, members in unseen.items()
    }
    description = {
        "name": "attention-v1",
        "featuresVersion": FEATURES_VERSION,
        "features": FEATURE_NAMES,
        "modelSha256": hashlib.sha256(onnx_bytes).hexdigest(),
        "modelBytes": len(onnx_bytes),
        "dataSha256": data_hash(files),
        "trainingSha256": sources_hash(),
        "weightDecay": decay,
        "subjects": {name: len(members) for name, members in parts.items()},
        "windows": {name: len(members) for name, members in windows.items()},
        "heldOut": report,
        "examples": [
            {"features": [round(float(value), 6) for value in row], "score": round(float(value), 6)}
            for row, value in zip(np.float32(x["test"][:: max(1, len(score) // 8)][:8]), score[:: max(1, len(score) // 8)][:8])
        ],
    }
    (MODEL / "model.json").write_text(json.dumps(description, indent=2) + "\n")
    write_card(ROOT / "docs/model-cards/attention-v1.md", description)
    print(json.dumps({key: report[key] for key in ("balancedAccuracy", "auc", "ece50", "ece80")}))


def ever_found(subject: dict) -> bool:
    """Whether a face was found in any frame. If not, every window abstains (`no-face-yet`): there is nothing to score."""
    return any(frame["seen"]["face"] is not None for segment in subject["segments"] for frame in segment["frames"])


def evaluate(windows: list[Window], score: np.ndarray, truth: np.ndarray) -> dict:
    subjects = np.array([window.subject for window in windows])

    def group(members: np.ndarray) -> dict:
        both = truth[members].any() and not truth[members].all()
        return {
            "windows": int(members.sum()),
            "identities": len(np.unique(subjects[members])),
            "correct": round(float(((score[members] >= 0.5) == truth[members]).mean()), 3),
            **({"balancedAccuracy": round(balanced_accuracy(score[members], truth[members]), 3)} if both else {}),
        }

    scripts = sorted({window.script.split(":")[0] for window in windows})
    tone = np.array([window.tone for window in windows])
    return {
        "balancedAccuracy": round(balanced_accuracy(score, truth), 3),
        "balancedAccuracyInterval": [
            round(value, 3) for value in interval(subjects, lambda rows: balanced_accuracy(score[rows], truth[rows]))
        ],
        "auc": round(auc(score, truth), 3),
        "ece50": round(expected_calibration_error(score, truth, 0.5), 3),
        "ece80": round(expected_calibration_error(score, truth, 0.8), 3),
        "facingShare": round(float(truth.mean()), 3),
        "reliability": reliability(score, truth),
        "groups": {
            **{
                f"script {name}": group(np.array([window.script.split(":")[0] == name for window in windows]))
                for name in scripts
            },
            "skin tones 1-4": group(tone < 4),
            "skin tones 5-7": group((tone >= 4) & (tone < 7)),
            "skin tones 8-10": group(tone >= 7),
            "glasses": group(np.array([window.glasses for window in windows])),
            "no glasses": group(np.array([not window.glasses for window in windows])),
        },
    }


def as_used(windows: list[Window], score: np.ndarray, truth: np.ndarray) -> dict:
    """The same windows as the product judges them: which it abstains on, why, and the figures of the rest."""
    reasons = [window.abstain for window in windows]
    abstained = np.array([reason is not None for reason in reasons])
    rest = ~abstained
    return {
        "abstainedShare": round(float(abstained.mean()), 3),
        "abstainedOfFacing": round(float(abstained[truth].mean()), 3),
        "abstainedOfNotFacing": round(float(abstained[~truth].mean()), 3),
        "reasons": {reason: reasons.count(reason) for reason in sorted({reason for reason in reasons if reason is not None})},
        "balancedAccuracy": round(balanced_accuracy(score[rest], truth[rest]), 3),
        "auc": round(auc(score[rest], truth[rest]), 3),
        "ece50": round(expected_calibration_error(score[rest], truth[rest], 0.5), 3),
    }


def reliability(score: np.ndarray, truth: np.ndarray) -> list[dict]:
    place = np.minimum((score * 10).astype(int), 9)
    return [
        {
            "from": index / 10,
            "windows": int((place == index).sum()),
            "meanScore": round(float(score[place == index].mean()), 3),
            "facing": round(float(truth[place == index].mean()), 3),
        }
        for index in range(10)
        if (place == index).any()
    ]


def baselines(x: dict, y: dict, decay: float) -> dict:
    """The same held-out windows, judged more simply."""
    logistic = train_logistic(x["train"], y["train"])
    head_only = train_network(x["train"][:, HEAD_ONLY], y["train"], decay)
    head_only = calibrate(head_only, x["calibration"][:, HEAD_ONLY], y["calibration"])
    threshold = best_pose_threshold(x["train"], y["train"])
    scores = {
        "head pose threshold": pose_threshold(x["test"], threshold).astype(float),
        "logistic regression": predict_logistic(logistic, x["test"]),
        "network without gaze": predict(head_only, x["test"][:, HEAD_ONLY]),
    }
    return {
        name: {
            "balancedAccuracy": round(balanced_accuracy(score, y["test"]), 3),
            "auc": round(auc(score, y["test"]), 3),
            "ece50": round(expected_calibration_error(score, y["test"], 0.5), 3),
        }
        for name, score in scores.items()
    }


def pose_threshold(x: np.ndarray, threshold: tuple[float, float]) -> np.ndarray:
    """Facing: a face for half of the time, its median direction inside the best box of yaw and pitch."""
    column = {name: x[:, i] for i, name in enumerate(FEATURE_NAMES)}
    within = (column["headYawMedianAbs"] <= threshold[0]) & (column["headPitchMedian"] >= threshold[1])
    return (column["faceShare"] >= 0.5) & within


def best_pose_threshold(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    choices = [(yaw, pitch) for yaw in range(6, 46, 2) for pitch in range(-44, -2, 2)]
    return max(choices, key=lambda choice: balanced_accuracy(pose_threshold(x, choice).astype(float), y))


def frame_errors(subjects: list[dict]) -> dict:
    """Mean absolute errors of pose and gaze on held-out identities, head within 40 degrees of yaw, eyes open."""
    pose, gaze, found = [], [], {}
    for subject in subjects:
        for segment in subject["segments"]:
            for frame in segment["frames"]:
                truth, face = frame["truth"], frame["seen"]["face"]
                found.setdefault(segment["behaviour"], []).append(face is not None)
                if truth is None or face is None or abs(truth["yawDeg"]) > 40:
                    continue
                pose.append([abs(face[name] - truth[name]) for name in ("yawDeg", "pitchDeg", "rollDeg")])
                if truth["lids"] < 0.3:
                    gaze.append(gaze_error(face, truth))
    yaw, pitch, roll = np.mean(pose, axis=0)
    gaze_yaw, gaze_pitch = np.mean(gaze, axis=0)
    return {
        "poseMaeDeg": {"yaw": round(float(yaw), 2), "pitch": round(float(pitch), 2), "roll": round(float(roll), 2)},
        "gazeMaeDeg": {"yaw": round(float(gaze_yaw), 2), "pitch": round(float(gaze_pitch), 2)},
        "faceFound": {name: round(float(np.mean(values)), 3) for name, values in found.items()},
    }


def gaze_error(face: dict, truth: dict) -> tuple[float, float]:
    yaw, pitch = np.radians(truth["eyeYawDeg"]), np.radians(truth["eyePitchDeg"])
    in_head = np.array([np.cos(pitch) * np.sin(yaw), np.sin(pitch), np.cos(pitch) * np.cos(yaw)])
    x, y, z = head_rotation(truth["yawDeg"], truth["pitchDeg"], truth["rollDeg"]) @ in_head
    seen_yaw = face["gazeYawDeg"] + face["yawDeg"] - face["offCameraYawDeg"]
    seen_pitch = face["gazePitchDeg"] + face["pitchDeg"] - face["offCameraPitchDeg"]
    return abs(seen_yaw - np.degrees(np.arctan2(x, z))), abs(seen_pitch - np.degrees(np.arcsin(y)))


def data_hash(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def sources_hash() -> str:
    """Over what decides the model and its figures; how the card words them does not."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.name != "card.py":
            digest.update(path.read_bytes())
    return digest.hexdigest()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--subjects", type=int, default=48)
    parser.add_argument("--windows-per-subject", dest="windows", type=int, default=200)
    return parser.parse_args()


if __name__ == "__main__":
    main()
