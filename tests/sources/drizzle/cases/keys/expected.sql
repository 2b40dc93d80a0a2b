CREATE SCHEMA "other";
CREATE TABLE "groups" (
	"id" serial PRIMARY KEY NOT NULL,
	"a" integer,
	"b" integer
);
CREATE TABLE "membership" (
	"user_id" uuid,
	"group_id" integer,
	"outside_id" integer,
	CONSTRAINT "membership_user_id_group_id_pk" PRIMARY KEY("user_id","group_id")
);
CREATE TABLE "named" (
	"x" integer,
	"y" integer,
	CONSTRAINT "the_key" PRIMARY KEY("x","y")
);
CREATE TABLE "other"."outside" (
	"id" serial PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"a" integer,
	"b" integer,
	CONSTRAINT "outside_a_b_unique" UNIQUE("a","b"),
	CONSTRAINT "named" UNIQUE("b"),
	CONSTRAINT "nnd" UNIQUE NULLS NOT DISTINCT("a")
);
CREATE TABLE "two" (
	"x" integer PRIMARY KEY NOT NULL,
	"y" integer,
	CONSTRAINT "two_x_pk" PRIMARY KEY("x")
);
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" varchar(255) NOT NULL,
	"handle" text,
	"code" text,
	"other" text,
	"manager_id" uuid,
	CONSTRAINT "users_email_unique" UNIQUE("email"),
	CONSTRAINT "handle_is_unique" UNIQUE("handle"),
	CONSTRAINT "code_nulls" UNIQUE NULLS NOT DISTINCT("code"),
	CONSTRAINT "users_other_unique" UNIQUE("other")
);
CREATE TABLE "varargs" (
	"x" integer,
	"y" integer,
	CONSTRAINT "varargs_x_y_pk" PRIMARY KEY("x","y")
);
ALTER TABLE "groups" ADD CONSTRAINT "groups_a_b_outside_a_b_fk" FOREIGN KEY ("a","b") REFERENCES "other"."outside"("a","b") ON DELETE no action ON UPDATE no action;
ALTER TABLE "groups" ADD CONSTRAINT "self" FOREIGN KEY ("a") REFERENCES "public"."groups"("id") ON DELETE cascade ON UPDATE set default;
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;
ALTER TABLE "membership" ADD CONSTRAINT "membership_group_id_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."groups"("id") ON DELETE no action ON UPDATE cascade;
ALTER TABLE "membership" ADD CONSTRAINT "membership_outside_id_outside_id_fk" FOREIGN KEY ("outside_id") REFERENCES "other"."outside"("id") ON DELETE no action ON UPDATE no action;
ALTER TABLE "other"."outside" ADD CONSTRAINT "outside_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE restrict;
ALTER TABLE "users" ADD CONSTRAINT "users_manager_id_users_id_fk" FOREIGN KEY ("manager_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;
