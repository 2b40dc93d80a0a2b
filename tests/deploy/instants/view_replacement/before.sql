CREATE TABLE notes (id int PRIMARY KEY, owner text, secret text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON notes USING (owner = current_user);
CREATE VIEW mine WITH (security_invoker) AS SELECT id, owner FROM notes;
CREATE VIEW titles AS SELECT id FROM notes WHERE id < 10;
GRANT SELECT ON notes, mine, titles TO probe_anon, probe_tenant;
INSERT INTO notes SELECT i, (ARRAY['probe_tenant', 'other'])[i % 2 + 1] FROM generate_series(1, 40) i;
