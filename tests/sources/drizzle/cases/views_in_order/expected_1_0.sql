CREATE TABLE "t" (
	"id" integer,
	"a" integer
);
CREATE MATERIALIZED VIEW "z_last" AS (select "id" from "t");
CREATE VIEW "a_union" AS ((select "id" from "t") except (select "id" from "z_last"));
CREATE VIEW "b_join" AS (select "t"."id" from "t" left join "y_alone" on "y_alone"."id" = "t"."id");
CREATE VIEW "s"."inner" AS (select "id" from "t");
CREATE VIEW "c_sql" AS (select id from "b_join" where id in (select id from "s"."inner"));
CREATE VIEW "x_rows" AS (select "id" from "t");
CREATE VIEW "d_with" AS (with "rows" as (select "id" from "x_rows") select "id" from "rows");
CREATE VIEW "e_alias" AS (select "t"."id" from "t" inner join "w_other" "other" on "other"."id" = "t"."id");
CREATE MATERIALIZED VIEW "v_deep" AS (select "id" from "t");
CREATE VIEW "g_deep" AS (select "id" from (select "id" from "v_deep") "part");
CREATE VIEW "w_other" AS (select "id" from "t");
CREATE MATERIALIZED VIEW "y_alone" AS (select "id" from "t");
