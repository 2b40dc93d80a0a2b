CREATE FUNCTION may(who text, team text) RETURNS boolean LANGUAGE sql STABLE RETURN who IN (current_user, team);
CREATE TABLE notes (id int PRIMARY KEY, owner text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON notes USING (may(owner, 'team'));
GRANT SELECT ON notes TO probe_tenant, probe_anon;
