-- What a live class must find again after the server died: chat, hands, stage, lanes. And what was permitted.

-- Writers are named through their seat: erasing a seat erases what was written from it.
create table chat_message (
  class_id uuid not null references class on delete cascade,
  message_id integer not null,
  seat_id uuid not null references seat on delete cascade,
  text text not null,
  sent_at timestamptz not null,
  -- A deleted message keeps its number and loses its text.
  deleted_at timestamptz,
  primary key (class_id, message_id)
);
create index chat_message_seat on chat_message (seat_id);
create index chat_message_sent on chat_message (sent_at);

create table chat_setting (
  class_id uuid primary key references class on delete cascade,
  writers text not null check (writers in ('everyone', 'staff')),
  slow_mode_seconds integer not null check (slow_mode_seconds between 0 and 600)
);

-- Hands that are up now, in the order of raise_order.
create table raised_hand (
  class_id uuid not null references class on delete cascade,
  seat_id uuid not null references seat on delete cascade,
  raise_order bigint generated always as identity,
  raised_at timestamptz not null,
  primary key (class_id, seat_id)
);
create index raised_hand_seat on raised_hand (seat_id);

-- Students on the stage now, by invitation.
create table stage_member (
  class_id uuid not null references class on delete cascade,
  seat_id uuid not null references seat on delete cascade,
  join_order bigint generated always as identity,
  joined_at timestamptz not null,
  primary key (class_id, seat_id)
);
create index stage_member_seat on stage_member (seat_id);

-- The lanes of the pacing view, by the class clock. Totals: nobody's share stands here.
create table class_event (
  event_id bigint generated always as identity primary key,
  class_id uuid not null references class on delete cascade,
  at_ms integer not null,
  kind text not null
);
create index class_event_class on class_event (class_id, at_ms);

create table participation_minute (
  class_id uuid not null references class on delete cascade,
  minute integer not null,
  messages integer not null,
  hands integer not null,
  reactions integer not null,
  primary key (class_id, minute)
);

-- Each answer to each question for a permission: what was read, in which language, what was said and when. Never beside scores.
create table permission_record (
  record_id bigint generated always as identity primary key,
  course_id uuid not null references course on delete cascade,
  class_id uuid not null references class on delete cascade,
  seat_id uuid not null references seat on delete cascade,
  -- Null: a guest, whose answer holds for the seat alone.
  account_id uuid references account on delete cascade,
  permission text not null check (permission in ('contribute')),
  granted boolean not null,
  wording text not null,
  language text not null,
  recorded_at timestamptz not null
);
create index permission_record_class on permission_record (class_id);
create index permission_record_seat on permission_record (seat_id);
create index permission_record_account on permission_record (account_id, course_id);
create index permission_record_recorded on permission_record (recorded_at);
