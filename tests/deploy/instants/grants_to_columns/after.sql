CREATE TABLE notes (id int PRIMARY KEY, owner text, secret text);
GRANT SELECT (id, owner) ON notes TO probe_tenant, probe_anon;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON notes USING (id < 20);
CREATE TABLE gone (id int PRIMARY KEY);
