CREATE TABLE notes (id int PRIMARY KEY, owner text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON notes USING (owner = current_user);
CREATE POLICY narrow ON notes AS RESTRICTIVE USING (id > 3);
CREATE POLICY shown ON notes FOR SELECT TO probe_anon USING (owner = 'all');
GRANT SELECT ON notes TO probe_anon, probe_tenant;
INSERT INTO notes SELECT i, (ARRAY['all', 'world', 'team', 'probe_tenant', 'other'])[i % 5 + 1] FROM generate_series(1, 40) i;
