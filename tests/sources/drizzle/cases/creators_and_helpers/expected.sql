CREATE TABLE "app_a_copy" (
	"n" integer DEFAULT 4
);
CREATE TABLE "app_a" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp,
	"first_name" varchar(10),
	"slug" text,
	CONSTRAINT "app_a_slug_unique" UNIQUE("slug")
);
CREATE TABLE "app_b" (
	"id" serial PRIMARY KEY NOT NULL,
	"a_id" integer NOT NULL,
	"created_at" timestamp DEFAULT now() NOT NULL,
	"updated_at" timestamp,
	"slug" text,
	CONSTRAINT "app_a_slug_unique" UNIQUE("slug")
);
CREATE TABLE "d" (
	"id" integer
);
CREATE TABLE "the_default" (
	"id" integer
);
CREATE TABLE "e" (
	"id" integer
);
CREATE TABLE "names" (
	"a" text DEFAULT 'first_namelastName'
);
CREATE TABLE "日本" (
	"名前" text DEFAULT '太郎',
	"emoji" text DEFAULT '😀'
);
CREATE INDEX "app_a_slug_index" ON "app_a" USING btree ("slug");
