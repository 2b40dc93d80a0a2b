CREATE TABLE memos (id int, owner text, CONSTRAINT notes_pkey PRIMARY KEY (id));
ALTER TABLE memos ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON memos USING (owner = current_user);
CREATE VIEW seen WITH (security_invoker) AS SELECT id FROM memos;
GRANT SELECT ON memos, seen TO probe_anon, probe_tenant;
