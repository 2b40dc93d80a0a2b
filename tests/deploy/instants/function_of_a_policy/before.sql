CREATE FUNCTION may(who text) RETURNS boolean LANGUAGE sql STABLE RETURN who = current_user;
CREATE TABLE notes (id int PRIMARY KEY, owner text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON notes USING (may(owner));
GRANT SELECT ON notes TO probe_tenant;
INSERT INTO notes SELECT i, (ARRAY['probe_tenant', 'other', 'team'])[i % 3 + 1] FROM generate_series(1, 40) i;
