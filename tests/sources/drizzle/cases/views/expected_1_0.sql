CREATE SCHEMA "app";
CREATE TABLE "app"."posts" (
	"id" serial PRIMARY KEY,
	"user_id" integer,
	"title" text
);
CREATE TABLE "users" (
	"id" serial PRIMARY KEY,
	"name" text,
	"age" integer,
	"at" timestamp
);
CREATE VIEW "v1" AS (select "id", "name", "age", "at" from "users");
CREATE VIEW "v10" AS ((select "id" from "users") union (select "id" from "app"."posts") order by "id" limit 4);
CREATE VIEW "v11" AS (select distinct on ("users"."age") "id", "age" from "users" having true order by "users"."age");
CREATE VIEW "v12" AS (select "users"."id", "users"."name", "users"."age", "users"."at", "app"."posts"."title" from "users" right join "app"."posts" on true cross join "users" "manager" for update skip locked);
CREATE VIEW "v2" AS (select "users"."id", "users"."name" from "users" where "users"."age" > 18 and "users"."name" = 'o''x');
CREATE VIEW "v4" WITH (check_option = cascaded, security_barrier = true, security_invoker = false) AS (select "id", upper("name") as "upper_name" from "users" where (("users"."name" = 'x') and ("users"."age" > 3)));
CREATE VIEW "app"."v5" AS (select "users"."name", "app"."posts"."title", count(*) as "n" from "users" left join "app"."posts" on "app"."posts"."user_id" = "users"."id" group by "users"."name", "app"."posts"."title" order by "users"."name" desc limit 10 offset 5);
CREATE VIEW "v6" AS (select "id", "name", "age", "at" from "v1" where "v1"."id" = 3);
CREATE VIEW "v7" AS (select "users"."id", "manager"."name" from "users" inner join "users" "manager" on "users"."age" = "manager"."id");
CREATE VIEW "v8" AS (select "id", "total" from (select "id", sum("age") as "total" from "users" group by "users"."id") "sq" where "sq"."total" > 10);
CREATE VIEW "v9" AS (with "cte" as (select "id", "user_id" from "app"."posts") select "id", "user_id" from "cte");
CREATE MATERIALIZED VIEW "m1" USING "heap" WITH (autovacuum_enabled = true, fillfactor = 90) TABLESPACE space AS (select distinct "name" from "users") WITH NO DATA;
CREATE MATERIALIZED VIEW "app"."m2" AS (select 1 as x);
