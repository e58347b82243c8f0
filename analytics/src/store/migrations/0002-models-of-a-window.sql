-- The models behind a window's value, so that a figure can be traced for as long as it is kept: the first four bytes of each
-- one's SHA-256, ascending. Empty where there is no value, and of rows from before this column.
ALTER TABLE published_window ADD COLUMN IF NOT EXISTS model_tags Array(UInt32) AFTER noise_sd;
