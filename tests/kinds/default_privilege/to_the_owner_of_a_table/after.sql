create schema app;
alter default privileges for role alice in schema app grant all on sequences to alice, bob;
create table app.members (number integer not null);
create sequence app.numbers as integer;
alter table app.members alter column number set default nextval('app.numbers');
alter table app.members owner to alice;
alter sequence app.numbers owner to alice;
alter sequence app.numbers owned by app.members.number;
grant usage on sequence app.numbers to bob;
