CREATE TYPE "public"."kind" AS ENUM('a', 'b');
CREATE TABLE "t1" (
	"id" integer,
	"name" text,
	"parent" integer,
	"kind" "kind",
	CONSTRAINT "c1" CHECK ("t1"."id" > 0),
	CONSTRAINT "c2" CHECK ("t1"."name" in ('open', 'closed')),
	CONSTRAINT "c3" CHECK (length("t1"."name") > 3),
	CONSTRAINT "c4" CHECK ("name" <> 'x'),
	CONSTRAINT "c5" CHECK (("t1"."parent" is null and "t1"."name" is null)),
	CONSTRAINT "c6" CHECK (("t1"."parent" is null or "t1"."id" <> "t1"."parent")),
	CONSTRAINT "c7" CHECK (not "t1"."name" is null),
	CONSTRAINT "c8" CHECK ("t1"."id" >= "t1"."parent"),
	CONSTRAINT "c9" CHECK ("t1"."id" = "t1"."parent"),
	CONSTRAINT "c10" CHECK (("t1"."id" > "t1"."parent" and "t1"."id" < 10 and "t1"."id" >= 1 and "t1"."id" <= 5 and "t1"."id" <> 3)),
	CONSTRAINT "c11" CHECK ("t1"."kind" = 'a'::"kind"),
	CONSTRAINT "c12" CHECK (),
	CONSTRAINT "c13" CHECK (ab),
	CONSTRAINT "c14" CHECK ("t1"."id" is null),
	CONSTRAINT "c15" CHECK (ab),
	CONSTRAINT "c16" CHECK (x),
	CONSTRAINT "c17" CHECK ("t1"."name" like 'a%'),
	CONSTRAINT "c18" CHECK ("t1"."name" ilike 'a%'),
	CONSTRAINT "c19" CHECK ("t1"."id" between 1 and 2),
	CONSTRAINT "c20" CHECK ("t1"."name" in ('a', 'b')),
	CONSTRAINT "c21" CHECK (true),
	CONSTRAINT "c22" CHECK (exists (select 1 from "app"."t2" where "app"."t2"."id" = "t1"."id")),
	CONSTRAINT "c23" CHECK (("t1"."id", "t1"."parent") is not null)
);
CREATE TABLE "app"."t2" (
	"id" integer,
	"quo.ted x" text,
	CONSTRAINT "in_schema" CHECK ("app"."t2"."id" > 0 and "app"."t2"."quo.ted x" <> '')
);
