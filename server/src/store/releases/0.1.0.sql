-- One row in every table of 0.1.0: made-up people, the same ids in the seed of each release.

insert into institution (responsible_body, contact, jurisdiction, signal_mode, changed_at)
values ('Analytical University', 'privacy@analytical.example', 'eu', 'cohort', '2026-11-20 08:00:00Z');

insert into account (account_id, email, name, password_hash, roles, created_at)
values ('a0000000-0000-4000-8000-000000000001', 'ada@analytical.example', 'Ada Lovelace', 'no password opens it',
  '{instructor,operator}', '2026-11-20 08:00:00Z');

insert into session (token_hash, account_id, created_at, seen_at, expires_at)
values ('\x01', 'a0000000-0000-4000-8000-000000000001', '2026-11-20 08:00:00Z', '2026-11-23 08:00:00Z',
  '2026-12-07 08:00:00Z');

insert into password_reset (token_hash, account_id, created_at, expires_at, used_at)
values ('\x02', 'a0000000-0000-4000-8000-000000000001', '2026-11-21 08:00:00Z', '2026-11-22 08:00:00Z',
  '2026-11-21 09:00:00Z');

insert into course (course_id, title, created_at)
values ('b0000000-0000-4000-8000-000000000001', 'Mechanics', '2026-11-20 09:00:00Z');

insert into course_member (course_id, account_id, role, added_at)
values ('b0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', 'instructor',
  '2026-11-20 09:00:00Z');

insert into invitation (token_hash, course_id, role, invited_by, created_at, expires_at)
values ('\x03', 'b0000000-0000-4000-8000-000000000001', 'assistant', 'a0000000-0000-4000-8000-000000000001',
  '2026-11-20 09:30:00Z', '2026-11-27 09:30:00Z');

insert into class (class_id, course_id, title, join_code, starts_at, duration_minutes, guests_allowed, signal_enabled,
  status, started_at, secret, created_at)
values ('c0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000001', 'Moments of inertia',
  'abcd-efgh-jkmn', '2026-11-23 08:00:00Z', 90, true, true, 'live', '2026-11-23 08:01:00Z', '\x04',
  '2026-11-20 10:00:00Z');

insert into seat (seat_id, class_id, account_id, secret_hash, name, role, created_at)
values ('d0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000001',
  'a0000000-0000-4000-8000-000000000001', '\x05', 'Ada Lovelace', 'student', '2026-11-23 08:00:30Z');

insert into audit (at, actor_id, action, subject_kind, subject_id, detail)
values ('2026-11-20 09:00:00Z', 'a0000000-0000-4000-8000-000000000001', 'course.create', 'course',
  'b0000000-0000-4000-8000-000000000001', '{}');

insert into chat_message (class_id, message_id, seat_id, text, sent_at)
values ('c0000000-0000-4000-8000-000000000001', 7, 'd0000000-0000-4000-8000-000000000001', 'Which axis is it?',
  '2026-11-23 08:05:00Z');

insert into chat_setting (class_id, writers, slow_mode_seconds)
values ('c0000000-0000-4000-8000-000000000001', 'staff', 30);

insert into raised_hand (class_id, seat_id, raised_at)
values ('c0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-000000000001', '2026-11-23 08:06:00Z');

insert into stage_member (class_id, seat_id, joined_at)
values ('c0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-000000000001', '2026-11-23 08:07:00Z');

insert into class_event (class_id, at_ms, kind)
values ('c0000000-0000-4000-8000-000000000001', 0, 'started');

insert into participation_minute (class_id, minute, messages, hands, reactions)
values ('c0000000-0000-4000-8000-000000000001', 4, 1, 1, 2);

insert into permission_record (course_id, class_id, seat_id, account_id, permission, granted, wording, language,
  recorded_at)
values ('b0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000001',
  'd0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', 'contribute', true, 'contribute-2',
  'en', '2026-11-23 08:02:00Z');

insert into signal_erasure (class_id, asked_at)
values ('c0000000-0000-4000-8000-000000000002', '2026-11-22 08:00:00Z');

insert into load_test_result (received_at, result)
values ('2026-11-22 08:00:00Z', '{"scenario": "smoke", "finishedAt": "2026-11-22T08:00:00.000Z", "passed": true,
  "counted": true, "participants": 20, "figures": [], "machine": "2 cores"}');
