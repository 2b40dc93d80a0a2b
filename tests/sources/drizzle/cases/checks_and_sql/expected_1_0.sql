CREATE TYPE "kind" AS ENUM('a', 'b');
CREATE TABLE "t1" (
	"id" integer,
	"name" text,
	"parent" integer,
	"kind" "kind",
	CONSTRAINT "c1" CHECK ("id" > 0),
	CONSTRAINT "c2" CHECK ("name" in ('open', 'closed')),
	CONSTRAINT "c3" CHECK (length("name") > 3),
	CONSTRAINT "c4" CHECK ("name" <> 'x'),
	CONSTRAINT "c5" CHECK (((("parent" is null)) and (("name" is null)))),
	CONSTRAINT "c6" CHECK (((("parent" is null)) or ("id" <> "parent"))),
	CONSTRAINT "c7" CHECK (not (("name" is null))),
	CONSTRAINT "c8" CHECK ("id" >= "parent"),
	CONSTRAINT "c9" CHECK ("id" = "parent"),
	CONSTRAINT "c10" CHECK ((("id" > "parent") and ("id" < 10) and ("id" >= 1) and ("id" <= 5) and ("id" <> 3))),
	CONSTRAINT "c11" CHECK ("kind" = 'a'::"kind"),
	CONSTRAINT "c12" CHECK (),
	CONSTRAINT "c13" CHECK (ab),
	CONSTRAINT "c14" CHECK (("id" is null)),
	CONSTRAINT "c15" CHECK (ab),
	CONSTRAINT "c16" CHECK (x),
	CONSTRAINT "c17" CHECK ("name" like 'a%'),
	CONSTRAINT "c18" CHECK ("name" ilike 'a%'),
	CONSTRAINT "c19" CHECK ("id" between 1 and 2),
	CONSTRAINT "c20" CHECK ("name" in ('a', 'b')),
	CONSTRAINT "c21" CHECK (1 = 1),
	CONSTRAINT "c22" CHECK (exists (select 1 from "app"."t2" where "id" = "id")),
	CONSTRAINT "c23" CHECK (("id", "parent") is not null)
);
CREATE TABLE "app"."t2" (
	"id" integer,
	"quo.ted x" text,
	CONSTRAINT "in_schema" CHECK ("id" > 0 and "quo.ted x" <> '')
);
