-- One row in every table of 0.1.0, for one class: window 0 is published, window 1 has a row of one device. Both tables let
-- rows run out by the clock, so the times are counted from now.

INSERT INTO live_signal
    (class_id, window, contributor_id, score, model_tag, precedence, received_at)
SELECT 'c0000000-0000-4000-8000-000000000001', 1, 'e0000000-0000-4000-8000-000000000001', 0.5, 7,
    -1795420865000000, now64(3, 'UTC');

INSERT INTO published_window
    (class_id, window, present, measured, unclear, minimum_cohort, noisy_sum, noise_sd, model_tags, precedence,
     closed_at)
SELECT 'c0000000-0000-4000-8000-000000000001', 0, 24, 20, 2, 10, 15.25, 10, [7], -1795420865000, now64(3, 'UTC');
