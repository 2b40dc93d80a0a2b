CREATE TYPE "public"."role" AS ENUM('x', 'y');
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"role" "role" DEFAULT 'x',
	"single" text DEFAULT 'singlesingle',
	"limit" integer DEFAULT 42,
	"favourite" integer
);
CREATE TABLE "posts" (
	"id" integer PRIMARY KEY NOT NULL,
	"author" uuid
);
ALTER TABLE "users" ADD CONSTRAINT "users_favourite_posts_id_fk" FOREIGN KEY ("favourite") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;
ALTER TABLE "posts" ADD CONSTRAINT "posts_author_users_id_fk" FOREIGN KEY ("author") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;
