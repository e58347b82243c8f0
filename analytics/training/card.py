"""The model card, written with every training run from the same figures as model.json."""

from pathlib import Path


def write_card(path: Path, description: dict) -> None:
    held_out = description["heldOut"]
    frames = held_out["frames"]
    low, high = held_out["balancedAccuracyInterval"]
    rows = [
        ("this model", held_out["balancedAccuracy"], held_out["auc"], held_out["ece50"]),
        *((name, row["balancedAccuracy"], row["auc"], row["ece50"]) for name, row in held_out["baselines"].items()),
    ]
    text = CARD.format(
        features=", ".join(f"`{name}`" for name in description["features"]),
        features_version=description["featuresVersion"],
        model_bytes=description["modelBytes"],
        decay=description["weightDecay"],
        subjects=_counts(description["subjects"]),
        windows=_counts(description["windows"]),
        test_identities=description["subjects"]["test"],
        test_windows=description["windows"]["test"],
        facing_share=_percent(held_out["facingShare"]),
        low=low,
        high=high,
        ece80=held_out["ece80"],
        as_used=_as_used(held_out["asUsed"]),
        comparison="\n".join(f"| {name} | {ba:.3f} | {area:.3f} | {ece:.3f} |" for name, ba, area, ece in rows),
        groups="\n".join(_group_row(name, row) for name, row in held_out["groups"].items()),
        reliability="\n".join(
            f"| {row['from']:.1f} to {row['from'] + 0.1:.1f} | {row['windows']} | {row['meanScore']:.3f} | {row['facing']:.3f} |"
            for row in held_out["reliability"]
        ),
        pose=_angles(frames["poseMaeDeg"]),
        gaze=_angles(frames["gazeMaeDeg"]),
        found="\n".join(f"| {name} | {_percent(share)} |" for name, share in frames["faceFound"].items()),
        never_found=_never_found(held_out["neverFound"]),
        model_hash=description["modelSha256"],
        data_hash=description["dataSha256"],
        training_hash=description["trainingSha256"],
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _as_used(row: dict) -> str:
    reasons = ", ".join(f"`{reason}` {count}" for reason, count in row["reasons"].items()) or "none"
    return (
        f"On {_percent(row['abstainedShare'])} of these windows the product abstains by its rules ({reasons}): "
        f"{_percent(row['abstainedOfFacing'])} of the facing ones, {_percent(row['abstainedOfNotFacing'])} of the others. Of the rest, "
        f"balanced accuracy is {row['balancedAccuracy']:.3f}, AUC {row['auc']:.3f}, ECE at 50 % facing {row['ece50']:.3f}. The "
        "figures above and below judge every window."
    )


def _group_row(name: str, row: dict) -> str:
    balanced = f"{row['balancedAccuracy']:.3f}" if "balancedAccuracy" in row else "one truth only"
    return f"| {name} | {row['identities']} | {row['windows']} | {row['correct']:.3f} | {balanced} |"


def _counts(counts: dict) -> str:
    return ", ".join(f"{count} for {name}" for name, count in counts.items())


def _angles(angles: dict) -> str:
    return ", ".join(f"{name} {value:.1f}" for name, value in angles.items())


def _never_found(parts: dict) -> str:
    everybody = [looks for members in parts.values() for looks in members]
    if not everybody:
        return "A face was found in some frame of every identity."
    tones = ", ".join(str(looks["monkTone"] + 1) for looks in everybody)
    return (
        f"In {len(everybody)} of all rendered identities no face was found in any frame (skin tones {tones} of 10): all their windows "
        "abstain, and they are in no figure above. The landmarker itself fails on these renders."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


CARD = """# Model card: attention-v1

Written by `npm run train:attention` from the figures of that run; do not edit by hand.

## What it says
One number for one window of five seconds: the calibrated probability that somebody is present and facing the class screen
for at least half of the window. It is an observable. It is not a measure of interest, understanding, effort or mood, and a
window that cannot be told is an abstention with its reason, never a low number.

## What goes in
{features} (version {features_version}): fractions, medians and spreads over the window's frames. They come from FaceLandmarker's
head matrix and the landmarks of the eyes and irises alone; no mouth, brow or outline landmark is read, blendshapes are off.
Nothing of a frame is kept beyond its window, and nothing but the window's number leaves the device.

## The model
Standardised inputs, one hidden layer of 12 tanh units, one logit, calibrated by slope and offset: {model_bytes} bytes of ONNX, run
in a worker by ONNX Runtime on one thread. The
weight decay ({decay}) is chosen by leaving training identities out. Weights are from the training identities, the calibration from others, the figures
below from a third group.

## Data
All faces are rendered: identities drawn by seed from a morphable head made from scans (ICT-FaceKit), with skin over the ten
tones of the Monk scale, glasses, hair, light, room, camera place, field of view, sensor noise and blur drawn by seed. Each plays
eleven behaviours (facing the screen calmly and restlessly, keyboard, notes, phone in the lap, second screen, neighbour, looking
up, eyes aside with the head still, dozing, gone). The frames go through the shipped vision code in Chromium; windows are composed
from them by scripts with one, two or three stretches, at 2 to 10 frames a second. Truth: the gaze meets the screen, with a margin
of 3 cm, and the eyes are open.
Identities: {subjects}. Windows: {windows}. Every identity has a scene of its own, so the split is by both.

## Held-out figures
{test_identities} identities and {test_windows} windows that nothing was trained or calibrated on; {facing_share} of the windows are facing.

These figures are slightly favourable: the geometry of the rendered room was changed once after errors of test identities had been
looked at. No weight was fitted to a test identity, but that choice was not blind to them.

| | balanced accuracy | AUC | ECE at 50 % facing |
|---|---|---|---|
{comparison}

The 95 % interval of this model's balanced accuracy over identities is {low:.3f} to {high:.3f}; its ECE at 80 % facing is {ece80:.3f}.

{as_used}

| group | identities | windows | correct | balanced accuracy |
|---|---|---|---|---|
{groups}

Scripts `change` and `glance` mix facing and something else within one window; `change` is hard by construction where the change
is near the middle.

| score | windows | mean score | facing |
|---|---|---|---|
{reliability}

### Frames
Head pose, mean absolute error in degrees with the head within 40 degrees of yaw: {pose}. Gaze without any personal calibration: {gaze}.

{never_found}

| behaviour | frames with a face found |
|---|---|
{found}

## Limits
- Rendered faces are not people. Skin is painted, hair is a colour, lids move in one way, nobody wears a scarf or a mask, and
  only one person is in the picture. The figures say that the pipeline works as a whole, not how well it does on a real class.
- Looking at the keyboard or just beside the screen differs from the screen by a few degrees, and the gaze is not better than
  that without a personal baseline: these windows are where most errors are.
- A second screen on which the class is shown counts as away in this version.
- Looking down for a short while counts as not facing in this version; a later one abstains.
- A face narrower than about a twentieth of the picture is not found reliably; such windows abstain.
- With two or more faces of comparable size the window abstains; whose gaze would count cannot be told.
- A photograph held before the camera is not told from a person unless the whole picture is still.

## Lineage
| | SHA-256 |
|---|---|
| model | `{model_hash}` |
| data | `{data_hash}` |
| training sources at that training | `{training_hash}` |
"""
