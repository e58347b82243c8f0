-- A second permission: reminders for oneself, on one's own device alone.
alter table permission_record drop constraint permission_record_permission_check;
alter table permission_record add constraint permission_record_permission_check check (permission in ('contribute', 'remind'));
