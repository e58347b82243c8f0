-- People, what they hold, and the classes they meet in. Secrets stand here as SHA-256 hashes only.

create table institution (
  only_row boolean primary key default true check (only_row),
  responsible_body text not null,
  contact text not null,
  jurisdiction text not null,
  signal_mode text not null check (signal_mode in ('off', 'device', 'cohort')),
  changed_at timestamptz not null
);

create table account (
  account_id uuid primary key,
  email text not null unique,
  name text not null,
  password_hash text not null,
  roles text[] not null default '{}',
  created_at timestamptz not null
);

create table session (
  token_hash bytea primary key,
  account_id uuid not null references account on delete cascade,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_account on session (account_id);
create index session_expires on session (expires_at);

create table password_reset (
  token_hash bytea primary key,
  account_id uuid not null references account on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index password_reset_account on password_reset (account_id);

create table course (
  course_id uuid primary key,
  title text not null,
  created_at timestamptz not null
);

create table course_member (
  course_id uuid not null references course on delete cascade,
  account_id uuid not null references account on delete cascade,
  role text not null check (role in ('instructor', 'assistant')),
  added_at timestamptz not null,
  primary key (course_id, account_id)
);
create index course_member_account on course_member (account_id);

create table invitation (
  token_hash bytea primary key,
  course_id uuid not null references course on delete cascade,
  role text not null check (role in ('instructor', 'assistant')),
  invited_by uuid not null references account on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  used_by uuid references account on delete set null
);
create index invitation_course on invitation (course_id);
create index invitation_invited_by on invitation (invited_by);
create index invitation_used_by on invitation (used_by);

create table class (
  class_id uuid primary key,
  course_id uuid not null references course on delete cascade,
  title text not null,
  join_code text not null unique,
  starts_at timestamptz,
  duration_minutes integer,
  guests_allowed boolean not null,
  signal_enabled boolean not null,
  status text not null default 'planned' check (status in ('planned', 'open', 'live', 'ended')),
  locked boolean not null default false,
  started_at timestamptz,
  ended_at timestamptz,
  -- Contributor ids derive from it; wiped at the end, so that nobody can derive them again.
  secret bytea,
  created_at timestamptz not null
);
create index class_course on class (course_id);
create index class_status on class (status);

create table seat (
  seat_id uuid primary key,
  class_id uuid not null references class on delete cascade,
  -- Null: a guest.
  account_id uuid references account on delete cascade,
  secret_hash bytea not null,
  name text not null,
  role text not null check (role in ('instructor', 'assistant', 'student')),
  created_at timestamptz not null,
  removed_at timestamptz
);
create unique index seat_account on seat (class_id, account_id) where account_id is not null;
create index seat_class on seat (class_id);
create index seat_by_account on seat (account_id);

-- What was done to people and rights, by whom, when. No names, no addresses, no content.
create table audit (
  audit_id bigint generated always as identity primary key,
  at timestamptz not null,
  actor_id uuid references account on delete set null,
  action text not null,
  subject_kind text not null,
  subject_id text,
  detail jsonb not null default '{}'
);
create index audit_at on audit (at);
create index audit_actor on audit (actor_id);
