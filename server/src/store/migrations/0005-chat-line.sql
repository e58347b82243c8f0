-- The page's own id of a line: one that is sent again, because its answer was lost with the server, is known. Null: a page that gives none.
alter table chat_message add column line_id uuid;
