CREATE SCHEMA "other";
CREATE TABLE "groups" (
	"id" serial PRIMARY KEY,
	"a" integer,
	"b" integer
);
CREATE TABLE "membership" (
	"user_id" uuid,
	"group_id" integer,
	"outside_id" integer,
	CONSTRAINT "membership_pkey" PRIMARY KEY("user_id","group_id")
);
CREATE TABLE "named" (
	"x" integer,
	"y" integer,
	CONSTRAINT "the_key" PRIMARY KEY("x","y")
);
CREATE TABLE "other"."outside" (
	"id" serial PRIMARY KEY,
	"user_id" uuid NOT NULL,
	"a" integer CONSTRAINT "nnd" UNIQUE NULLS NOT DISTINCT,
	"b" integer CONSTRAINT "named" UNIQUE,
	CONSTRAINT "outside_a_b_unique" UNIQUE("a","b")
);
CREATE TABLE "two" (
	"x" integer PRIMARY KEY,
	"y" integer
);
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY,
	"email" varchar(255) NOT NULL UNIQUE,
	"handle" text CONSTRAINT "handle_is_unique" UNIQUE,
	"code" text CONSTRAINT "code_nulls" UNIQUE NULLS NOT DISTINCT,
	"other" text UNIQUE,
	"manager_id" uuid
);
CREATE TABLE "varargs" (
	"x" integer,
	"y" integer,
	CONSTRAINT "varargs_pkey" PRIMARY KEY("x","y")
);
ALTER TABLE "groups" ADD CONSTRAINT "groups_a_b_outside_a_b_fkey" FOREIGN KEY ("a","b") REFERENCES "other"."outside"("a","b");
ALTER TABLE "groups" ADD CONSTRAINT "self" FOREIGN KEY ("a") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE SET DEFAULT;
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id");
ALTER TABLE "membership" ADD CONSTRAINT "membership_group_id_groups_id_fkey" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON UPDATE CASCADE;
ALTER TABLE "membership" ADD CONSTRAINT "membership_outside_id_outside_id_fkey" FOREIGN KEY ("outside_id") REFERENCES "other"."outside"("id");
ALTER TABLE "other"."outside" ADD CONSTRAINT "outside_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;
ALTER TABLE "users" ADD CONSTRAINT "users_manager_id_users_id_fkey" FOREIGN KEY ("manager_id") REFERENCES "users"("id") ON DELETE SET NULL;
