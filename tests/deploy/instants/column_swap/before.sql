CREATE TABLE notes (id int PRIMARY KEY, owner text, level int);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON notes USING (owner = current_user AND level < 3);
CREATE POLICY shown ON notes FOR SELECT TO probe_anon USING (level = 0);
CREATE VIEW low WITH (security_invoker) AS SELECT id, level FROM notes WHERE level < 2;
GRANT SELECT ON notes, low TO probe_anon, probe_tenant;
INSERT INTO notes SELECT i, (ARRAY['probe_tenant', 'other'])[i % 2 + 1], i % 4 FROM generate_series(1, 40) i;
