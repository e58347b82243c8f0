-- How many people whoever planned the class expects. Null: not said. The class of a load test expects its participants, who stood in a column of their own.
alter table class add column expected_people integer;
update class set expected_people = load_test_participants where load_test_participants is not null;
alter table class drop constraint class_load_test;
alter table class drop column load_test_participants;
alter table class add constraint class_load_test check (load_test_ends_at is null or expected_people is not null);
