CREATE TABLE t (id int, owner text, "we""ird. Ñame $x$ %s \ 🐘" text, kind varchar);
CREATE POLICY a ON t USING (owner = session_user);
CREATE POLICY b ON t AS PERMISSIVE FOR SELECT TO alice USING (id > 0);
CREATE POLICY c ON t FOR INSERT TO alice WITH CHECK (id >= 0);
CREATE POLICY d ON t FOR ALL TO "O'Hara ""the 1st"". $x$ %s \" USING (id > 0) WITH CHECK (id > 2);
CREATE POLICY "we""ird. Ñame $x$ %s \ 🐘" ON t FOR DELETE TO bob USING ("we""ird. Ñame $x$ %s \ 🐘" = 'it''s $do$ %%');
CREATE POLICY e ON t USING (kind IN ('a', 'c') AND id = ANY ((SELECT array_agg(id) FROM t)::int[]));
CREATE POLICY f ON t USING ((SELECT 'user') = owner OR (SELECT -5) < id OR (SELECT NULL) IS NULL);
