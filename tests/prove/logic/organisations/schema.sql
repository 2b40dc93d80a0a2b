CREATE TABLE orgs (id uuid PRIMARY KEY, name text);
CREATE TABLE org_members (org_id uuid NOT NULL REFERENCES orgs, user_id uuid NOT NULL, role text NOT NULL CHECK (role IN ('owner','member')), PRIMARY KEY (org_id, user_id));
CREATE TABLE projects (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, name text, deleted_at timestamptz);
CREATE TABLE tasks (id int PRIMARY KEY, project_id int NOT NULL REFERENCES projects, body text, done bool);
ALTER TABLE orgs ENABLE ROW LEVEL SECURITY; ALTER TABLE org_members ENABLE ROW LEVEL SECURITY; ALTER TABLE projects ENABLE ROW LEVEL SECURITY; ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION is_member(org uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS
 $$ SELECT EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = org AND m.user_id = (SELECT auth.uid())) $$;
CREATE FUNCTION is_owner(org uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS
 $$ BEGIN RETURN EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = org AND m.user_id = (SELECT auth.uid()) AND m.role = 'owner'); END $$;
CREATE FUNCTION my_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS
 $$ SELECT org_id FROM public.org_members WHERE user_id = (SELECT auth.uid()) $$;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM anon, authenticated;
GRANT SELECT ON orgs, org_members, projects, tasks TO authenticated;
GRANT INSERT, DELETE ON org_members, projects, tasks TO authenticated;
GRANT UPDATE (name) ON projects TO authenticated; GRANT UPDATE (body, done) ON tasks TO authenticated;
CREATE POLICY r ON orgs FOR SELECT TO authenticated USING (id = ANY (ARRAY(SELECT my_orgs())));
CREATE POLICY r ON org_members FOR SELECT TO authenticated USING (org_id IN (SELECT my_orgs()));
CREATE POLICY i ON org_members FOR INSERT TO authenticated WITH CHECK (is_owner(org_id));
CREATE POLICY d ON org_members FOR DELETE TO authenticated USING (is_owner(org_id));
CREATE POLICY r ON projects FOR SELECT TO authenticated USING (is_member(org_id) AND deleted_at IS NULL);
CREATE POLICY i ON projects FOR INSERT TO authenticated WITH CHECK (is_member(org_id));
CREATE POLICY u ON projects FOR UPDATE TO authenticated USING (is_member(org_id));
CREATE POLICY d ON projects FOR DELETE TO authenticated USING (is_owner(org_id));
CREATE POLICY r ON tasks FOR SELECT TO authenticated USING (EXISTS (SELECT 1 FROM projects p WHERE p.id = tasks.project_id));
CREATE POLICY i ON tasks FOR INSERT TO authenticated WITH CHECK (EXISTS (SELECT 1 FROM projects p JOIN org_members m ON m.org_id = p.org_id WHERE p.id = project_id AND m.user_id = auth.uid()));
CREATE POLICY u ON tasks FOR UPDATE TO authenticated USING (EXISTS (SELECT 1 FROM projects p WHERE p.id = tasks.project_id)) WITH CHECK (EXISTS (SELECT 1 FROM projects p WHERE p.id = tasks.project_id));
CREATE POLICY d ON tasks FOR DELETE TO authenticated USING ((SELECT is_owner(p.org_id) FROM projects p WHERE p.id = project_id));
