CREATE TABLE "t" (
	"id" integer,
	"a" integer
);
CREATE VIEW "public"."a_union" AS ((select "id" from "t") except (select "id" from "z_last"));
CREATE VIEW "public"."b_join" AS (select "t"."id" from "t" left join "y_alone" on "y_alone"."id" = "t"."id");
CREATE VIEW "public"."c_sql" AS (select id from "b_join" where id in (select id from "s"."inner"));
CREATE VIEW "public"."d_with" AS (with "rows" as (select "id" from "x_rows") select "id" from "rows");
CREATE VIEW "public"."e_alias" AS (select "t"."id" from "t" inner join "w_other" "other" on "other"."id" = "t"."id");
CREATE VIEW "s"."inner" AS (select "id" from "t");
CREATE VIEW "public"."g_deep" AS (select "id" from (select "id" from "v_deep") "part");
CREATE VIEW "public"."w_other" AS (select "id" from "t");
CREATE VIEW "public"."x_rows" AS (select "id" from "t");
CREATE MATERIALIZED VIEW "public"."v_deep" AS (select "id" from "t");
CREATE MATERIALIZED VIEW "public"."y_alone" AS (select "id" from "t");
CREATE MATERIALIZED VIEW "public"."z_last" AS (select "id" from "t");
