CREATE TABLE notes (id int PRIMARY KEY, owner text, secret text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON notes USING (owner = current_user);
CREATE VIEW mine WITH (security_invoker) AS SELECT owner, id, secret FROM notes;
CREATE VIEW titles AS SELECT id, owner FROM notes WHERE id < 20 AND owner <> 'other';
CREATE VIEW above WITH (security_invoker) AS SELECT id FROM mine;
GRANT SELECT ON notes, mine, titles, above TO probe_anon, probe_tenant;
