CREATE TABLE t (id int, owner text, "we""ird. Ñame $x$ %s \ 🐘" text, kind varchar);
CREATE POLICY a ON t USING (owner = current_user);
CREATE POLICY b ON t AS RESTRICTIVE FOR SELECT TO alice, bob USING (id > 0);
CREATE POLICY c ON t FOR INSERT TO PUBLIC WITH CHECK (id > 0);
CREATE POLICY d ON t FOR UPDATE TO "O'Hara ""the 1st"". $x$ %s \" USING (id > 0) WITH CHECK (id > 1);
CREATE POLICY "we""ird. Ñame $x$ %s \ 🐘" ON t FOR DELETE TO CURRENT_USER USING ("we""ird. Ñame $x$ %s \ 🐘" = 'it''s $do$ %');
CREATE POLICY "sixty_three_bytes_of_a_name_sixty_three_bytes_of_a_name_sixty_t" ON t USING (EXISTS (SELECT 1 FROM t x WHERE x.id = t.id AND x.owner = (SELECT current_setting('a.b', true))));
CREATE POLICY e ON t USING (kind IN ('a', 'b') AND id = ANY ((SELECT array_agg(id) FROM t)::int[]));
CREATE POLICY f ON t USING ((SELECT 'admin') = owner OR (SELECT -5) < id OR (SELECT NULL) IS NULL);
