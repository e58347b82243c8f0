"""The model card, written with every training run from the same figures as model.json."""

from pathlib import Path


def write_card(path: Path, description: dict) -> None:
    held_out = description["heldOut"]
    low, high = held_out["balancedAccuracyInterval"]
    rows = [("this model", held_out), *held_out["baselines"].items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        CARD.format(
            frame_inputs=_names(description["frameInputs"]),
            features=_names(description["features"]),
            features_version=description["featuresVersion"],
            model_bytes=description["modelBytes"],
            frame_decay=description["weightDecay"]["frame"],
            window_decay=description["weightDecay"]["window"],
            identities=_counts(description["identities"]),
            clips=_counts(description["clips"]),
            windows=_counts(description["windows"]),
            test_identities=description["identities"]["test"],
            test_windows=description["windows"]["test"],
            facing_share=f"{100 * held_out['facingShare']:.0f} %",
            low=low,
            high=high,
            ece80=held_out["ece80"],
            comparison="\n".join(
                f"| {name} | {row['balancedAccuracy']:.3f} | {row['auc']:.3f} | {row['ece50']:.3f} | {_ahead(row)} |" for name, row in rows
            ),
            groups="\n".join(_group_row(name, row) for name, row in held_out["groups"].items()),
            pose=_angles(held_out["frames"]["poseMaeDeg"]),
            gaze=_angles(held_out["frames"]["gazeMaeDeg"]),
            frame_balanced=held_out["frames"]["balancedAccuracy"],
            frame_auc=held_out["frames"]["auc"],
            model_hash=description["modelSha256"],
            lab_hash=description["labHash"],
            data_hash=description["dataSha256"],
            training_hash=description["trainingSha256"],
        )
    )


def _group_row(name: str, row: dict) -> str:
    balanced = f"{row['balancedAccuracy']:.3f}" if "balancedAccuracy" in row else "one truth only"
    return f"| {name} | {row['identities']} | {row['windows']} | {row['correct']:.3f} | {balanced} |"


def _ahead(row: dict) -> str:
    if "modelAhead" not in row:
        return ""
    low, high = row["modelAheadInterval"]
    return f"{100 * row['modelAhead']:+.1f} ({100 * low:+.1f} to {100 * high:+.1f})"


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _counts(counts: dict) -> str:
    return ", ".join(f"{count} for {name}" for name, count in counts.items())


def _angles(angles: dict) -> str:
    return ", ".join(f"{name} {value:.1f}" for name, value in angles.items())


CARD = """# Model card: attention-v2

Written by `npm run train:attention` from the figures of that run; do not edit by hand.

## What it says
One number for one window of five seconds: the calibrated probability that somebody is present and facing a screen that shows the class for
at least half of the window. It is an observable. It is not a measure of interest, understanding, effort or mood, and a window that cannot
be told is an abstention, never a low number: too few frames, darkness, a face that is too small, is not alone or has shown no sign of life, a still picture, a look down
of less than 20 seconds (`brief`), a face lost towards a declared screen (`lost-aside`). Reasons and rules: docs/validation.md.

## What goes in
From each eye of a face: its picture in 36 by 24 grey levels, corners level, the points of its lids and iris, and how the head is turned. The model's
first head makes of it where the eye looks and how far it is open. From each frame: {frame_inputs}. Angles are against the line from the head to the lens, less the person's own baseline once there is one (at
most 15 degrees, in memory only). From them the second head makes three probabilities: facing, looking down, elsewhere.
From each window: {features} (version {features_version}): fractions of its time and durations. Looks in which no face is found count
as the faces around them where these are no more than four seconds apart (docs/decisions/0103). The features go into the third head, which makes the score.
Everything comes from FaceLandmarker's head matrix, the landmarks of lids and irises and the eyes' pictures alone; no mouth, brow or outline landmark
is read, and blendshapes are off. An eye's picture reaches half an eye's width up, so that the lower edge of a low brow can be in it. The eyes' pictures are forgotten with their frame, what is read of them with its window, and nothing but the
window's number leaves the device.

## The model
Three small networks in one ONNX file of {model_bytes} bytes, run in a worker by ONNX Runtime on one thread. The eye's: two convolutions (12 and 20
channels) over the standardised picture and a layer of 64 units over them and the points, the same for both eyes, mirrored; trained on pictures varied by
brightness, blur, noise and place, and without the points now and then, so that it leans on neither alone. The frame's: standardised inputs and one hidden
layer of 16 tanh units. The window's: a logistic regression. Their weight decays ({frame_decay} and {window_decay}) are chosen by leaving training identities out. Weights come from
the training identities; what the later heads learn from is read by an eye head that has not seen its people. Calibration (one slope, one offset for each probability) comes from people whom the weights that judge them have not seen: those of a part of
their own, and each third of the training identities judged by what was learnt from the other two. The figures below come from a third group.

## Data
All faces are rendered by the synthetic lab (`client/lab`, its README tells scenes, looks and scripts of behaviour), of its second family: heads drawn
by seed from ICT-FaceKit, a morphable model made from scans. The first family, on the mesh that the landmarker itself fits, is in no part. What the shipped vision
code saw of each frame lies beside the truth of that frame: the visual axis meets a class screen, with a margin of 3 cm, and the eyes are
not closed but for a blink. Directions are taken as if the camera stood above the screen; where it stands, the student says once. Frames in which the
vision code followed another face than the person's, such as a picture on the wall, are left out. Identities: {identities}. Clips: {clips}. Windows: {windows}. Parts differ in identity and in scene.

## Held-out figures of training
{test_identities} identities and {test_windows} windows of the test part, side by side, on which nothing was trained, calibrated or chosen; {facing_share} of
them are facing. Every row judges the same windows, from the first face that was found; the model has the personal baseline that it has grown by then, the others
have none. The last column is by how many points the model's balanced accuracy is higher, with its 95 % interval over identities: where it reaches zero, they do not differ.
What the shipped worker as a whole is worth, with its abstentions and states, is measured by `npm run bench -- attention`, on windows that end later than ten seconds
after the first face.

| | balanced accuracy | AUC | ECE at 50 % facing | the model is ahead by |
|---|---|---|---|---|
{comparison}

The 95 % interval of this model's balanced accuracy over identities is {low:.3f} to {high:.3f}; its ECE at 80 % facing is {ece80:.3f}.

| group | identities | windows | correct | balanced accuracy |
|---|---|---|---|---|
{groups}

![Reliability at three shares of facing](attention-v2-reliability.svg)

### Frames
Head pose, mean absolute error in degrees within 40 degrees of yaw: {pose}. Gaze against the line to the lens, without any personal calibration:
{gaze}. The frame's head by itself, without a baseline: balanced accuracy {frame_balanced:.3f}, AUC {frame_auc:.3f}.

## What rendered faces cannot show
- They are not people. Skin, hair and lids are painted and move as a program moves them; nobody is ill, tired, or looks at the screen without
  seeing it. What was done about it: scenes, cameras, looks and manners are drawn from wide ranges (domain randomisation), thresholds are wide,
  the eyes' pictures are varied by more than the lab's cameras do, and what is doubtful is an abstention.
- Who is held out are other people in other draws of scenes, light, cameras and codecs, seen by the same renderer: what all its pictures have in common
  no figure here can tell. `npm run bench -- attention` shows the first family beside the second, which shares all but heads, skin, eyes and hair with it.
- How well it does on people can only be measured on people: `npm run attention` and `npm run attention -- score` are for those who hold
  labelled recordings (docs/validation.md).
- A camera's field of view is not known to a browser. Directions against the lens do not depend on it; angles in camera coordinates of somebody far
  from the middle of the picture do.
- Looking just beside the screen differs from the screen by less than the eyes' direction is good for: most errors are there.
- Where a declared screen stands is not known either: its whole side counts.
- A camera beside or below the class screen shifts what is seen of somebody who faces it. The student is asked where it stands; by how much it shifts
  depends on the screen's size and distance, and only most people's is known.
- A recording of a person played to the camera is not told from the person, nor is a photograph that is turned before it by six degrees within
  five seconds: it may be taken for a person for a minute.

## Lineage
| | SHA-256 |
|---|---|
| model | `{model_hash}` |
| what rendered the data: the lab, its head, the vision code | `{lab_hash}` (first 16 digits) |
| data: every clip's frames, truth and what was seen | `{data_hash}` |
| training sources at that training | `{training_hash}` |
"""
