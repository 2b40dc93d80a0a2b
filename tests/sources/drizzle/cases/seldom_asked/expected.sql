CREATE TYPE "public"."known" AS ENUM('t', 'index true', 'check true', 'line true', 'columns,indexes,foreignKeys,checks,primaryKeys,uniqueConstraints,name,schema,policies,enableRLS');
CREATE TABLE "t" (
	"a" integer,
	"b" "line",
	CONSTRAINT "c" CHECK ("t"."a" = 1)
);
CREATE INDEX "i" ON "t" USING btree ("a") WHERE "t"."a" > 5;
CREATE VIEW "public"."v" AS (select "a", "b" from "t" order by "t"."a" desc);
CREATE VIEW "s"."w" AS (select 1 as a);
CREATE VIEW "public"."y" AS (select "a" from "t" where "t"."a" > 7);
CREATE MATERIALIZED VIEW "s"."x" AS (select 1 as a);
