CREATE SCHEMA "app";
CREATE ROLE "admin" WITH CREATEDB CREATEROLE NOINHERIT;
CREATE ROLE "inheriting" WITH CREATEDB;
CREATE ROLE "plain";
CREATE TABLE "locked" (
	"id" integer
);
ALTER TABLE "locked" ENABLE ROW LEVEL SECURITY;
CREATE TABLE "app"."locked" (
	"id" integer
);
ALTER TABLE "app"."locked" ENABLE ROW LEVEL SECURITY;
CREATE TABLE "profiles" (
	"id" uuid PRIMARY KEY,
	"name" text
);
ALTER TABLE "profiles" ENABLE ROW LEVEL SECURITY;
CREATE TABLE "unlocked" (
	"id" integer
);
ALTER TABLE "unlocked" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_id_users_id_fkey" FOREIGN KEY ("id") REFERENCES "auth"."users"("id") ON DELETE CASCADE;
CREATE POLICY "linked" ON "realtime"."messages" AS PERMISSIVE FOR SELECT TO "authenticated" USING (realtime.topic() = '');
CREATE POLICY "linked two" ON "realtime"."messages" AS RESTRICTIVE FOR ALL TO public WITH CHECK (false);
CREATE POLICY "linked own" ON "unlocked" AS PERMISSIVE FOR ALL TO public;
CREATE POLICY "p" ON "app"."locked" AS PERMISSIVE FOR ALL TO public USING ("app"."locked"."id" > 0);
CREATE POLICY "everything" ON "profiles" AS PERMISSIVE FOR ALL TO public;
CREATE POLICY "select own" ON "profiles" AS PERMISSIVE FOR SELECT TO "authenticated" USING ((select auth.uid()) = "profiles"."id");
CREATE POLICY "insert" ON "profiles" AS PERMISSIVE FOR INSERT TO "anon", current_user, public, "service_role" WITH CHECK (true);
CREATE POLICY "update" ON "profiles" AS RESTRICTIVE FOR UPDATE TO current_role USING (true) WITH CHECK ("profiles"."name" is not null);
CREATE POLICY "delete" ON "profiles" AS PERMISSIVE FOR DELETE TO "admin", "hidden";
CREATE POLICY "all" ON "profiles" AS PERMISSIVE FOR ALL TO "Some Role";
