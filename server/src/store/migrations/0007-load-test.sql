-- A class of a load test is synthetic: it stands in no figure of ordinary classes, and is removed with its course at this time. Null: an ordinary class.
alter table class
  add column load_test_ends_at timestamptz,
  add column load_test_participants integer,
  add constraint class_load_test check ((load_test_ends_at is null) = (load_test_participants is null));
create index class_load_test_ends on class (load_test_ends_at) where load_test_ends_at is not null;

-- What the newest load test found, for the operator's page.
create table load_test_result (
  only_row boolean primary key default true check (only_row),
  received_at timestamptz not null,
  result jsonb not null
);
