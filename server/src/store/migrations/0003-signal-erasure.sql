-- Classes that were erased here and whose published rows the analytics store has still to erase.
create table signal_erasure (
  class_id uuid primary key,
  asked_at timestamptz not null
);
