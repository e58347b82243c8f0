-- What devices said of one window each. Lives for minutes: it is needed until its window is closed, and a little longer so
-- that a late resend can be told truly whether it was counted. The first stored row of a contributor and window wins.
CREATE TABLE IF NOT EXISTS live_signal
(
    class_id UUID,
    window UInt32,
    contributor_id UUID,
    score Nullable(Float64),
    abstain LowCardinality(Nullable(String)),
    model_tag UInt32,
    -- Minus the order of arrival: ReplacingMergeTree keeps the row with the greatest version, so the first one.
    precedence Int64,
    received_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(precedence)
PARTITION BY toStartOfFiveMinutes(received_at)
ORDER BY (class_id, window, contributor_id)
TTL toDateTime(received_at) + INTERVAL 15 MINUTE DELETE
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    ttl_only_drop_parts = 1,
    merge_with_ttl_timeout = 60,
    old_parts_lifetime = 60;

-- One row for each closed window: all that readings are ever computed from. Below the cohort's minimum the value columns are
-- null; below five so is the count. Written once, before anybody sees it; a second row for a window loses to the first.
CREATE TABLE IF NOT EXISTS published_window
(
    class_id UUID,
    window UInt32,
    present UInt32,
    measured Nullable(UInt32),
    unclear Nullable(UInt32),
    minimum_cohort UInt32,
    noisy_sum Nullable(Float64),
    noise_sd Nullable(Float64),
    precedence Int64,
    closed_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(precedence)
PARTITION BY toYYYYMM(closed_at)
ORDER BY (class_id, window)
TTL toDateTime(closed_at) + INTERVAL 400 DAY DELETE
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    merge_with_ttl_timeout = 3600,
    old_parts_lifetime = 60;
