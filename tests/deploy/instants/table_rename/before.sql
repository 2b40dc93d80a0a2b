CREATE TABLE notes (id int PRIMARY KEY, owner text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON notes USING (owner = current_user);
CREATE VIEW seen WITH (security_invoker) AS SELECT id FROM notes;
GRANT SELECT ON notes, seen TO probe_anon, probe_tenant;
INSERT INTO notes SELECT i, (ARRAY['probe_tenant', 'other'])[i % 2 + 1] FROM generate_series(1, 40) i;
