CREATE TABLE notes (id int PRIMARY KEY, owner text NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON notes FOR SELECT USING (owner IN (current_user, 'team'));
CREATE POLICY narrower ON notes AS RESTRICTIVE USING (id > 5);
CREATE POLICY displayed ON notes FOR SELECT TO probe_anon USING (owner IN ('all', 'world'));
CREATE INDEX notes_owner ON notes (owner);
GRANT SELECT ON notes TO probe_anon, probe_tenant;
