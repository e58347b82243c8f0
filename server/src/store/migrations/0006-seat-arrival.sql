-- When a guest first came in on the seat: one that was only taken opens no locked class. Null: not yet, or an account's, which has one seat.
alter table seat add column arrived_at timestamptz;
update seat set arrived_at = created_at where account_id is null;
