CREATE TABLE "posts" (
	"id" text PRIMARY KEY,
	"user_id" text
);
ALTER TABLE "posts" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "posts" ADD CONSTRAINT "posts_user_id_users_sync_id_fkey" FOREIGN KEY ("user_id") REFERENCES "neon_auth"."users_sync"("id");
CREATE POLICY "crud-authenticated-policy-select" ON "posts" AS PERMISSIVE FOR SELECT TO "authenticated" USING ((select auth.user_id() = "posts"."user_id"));
CREATE POLICY "crud-authenticated-policy-insert" ON "posts" AS PERMISSIVE FOR INSERT TO "authenticated" WITH CHECK ((select auth.user_id() = "posts"."user_id"));
CREATE POLICY "crud-authenticated-policy-update" ON "posts" AS PERMISSIVE FOR UPDATE TO "authenticated" USING ((select auth.user_id() = "posts"."user_id")) WITH CHECK ((select auth.user_id() = "posts"."user_id"));
CREATE POLICY "crud-authenticated-policy-delete" ON "posts" AS PERMISSIVE FOR DELETE TO "authenticated" USING ((select auth.user_id() = "posts"."user_id"));
CREATE POLICY "crud-anonymous-other-policy-select" ON "posts" AS PERMISSIVE FOR SELECT TO "anonymous", "other" USING (true);
CREATE POLICY "crud-anonymous-other-policy-insert" ON "posts" AS PERMISSIVE FOR INSERT TO "anonymous", "other" WITH CHECK (false);
CREATE POLICY "crud-anonymous-other-policy-update" ON "posts" AS PERMISSIVE FOR UPDATE TO "anonymous", "other" USING (false) WITH CHECK (false);
CREATE POLICY "crud-anonymous-other-policy-delete" ON "posts" AS PERMISSIVE FOR DELETE TO "anonymous", "other" USING (false);
CREATE POLICY "crud-third-policy-insert" ON "posts" AS PERMISSIVE FOR INSERT TO "third" WITH CHECK (1 = 1);
CREATE POLICY "crud-third-policy-update" ON "posts" AS PERMISSIVE FOR UPDATE TO "third" USING (1 = 1) WITH CHECK (1 = 1);
CREATE POLICY "crud-third-policy-delete" ON "posts" AS PERMISSIVE FOR DELETE TO "third" USING (1 = 1);
