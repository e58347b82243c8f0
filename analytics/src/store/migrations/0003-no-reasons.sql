-- Why a device could not tell is not sent any more, and says too much of a person to be kept: no score is all there is to know.
ALTER TABLE live_signal DROP COLUMN IF EXISTS abstain;
