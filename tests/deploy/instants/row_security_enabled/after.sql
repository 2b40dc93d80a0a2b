CREATE TABLE bare (id int PRIMARY KEY, owner text);
CREATE TABLE fresh (id int PRIMARY KEY, owner text);
ALTER TABLE bare ENABLE ROW LEVEL SECURITY;
ALTER TABLE bare FORCE ROW LEVEL SECURITY;
ALTER TABLE fresh ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON bare USING (owner = current_user);
CREATE POLICY shown ON bare FOR SELECT TO probe_anon USING (owner = 'all');
GRANT SELECT ON bare, fresh TO probe_anon, probe_tenant;
