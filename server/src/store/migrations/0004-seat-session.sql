-- The sign-in under which an account's seat was taken: the seat's secret ends with it. Null: a guest, or taken before this was kept.
alter table seat add column session_hash bytea;
create index seat_session on seat (session_hash) where session_hash is not null;
