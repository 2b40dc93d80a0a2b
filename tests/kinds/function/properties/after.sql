CREATE FUNCTION plain(a int, b text DEFAULT 'y') RETURNS text LANGUAGE sql AS $f$ SELECT $do$a %s \ $do$ || b || '' $f$;
CREATE FUNCTION settings() RETURNS void LANGUAGE plpgsql SECURITY INVOKER SET search_path = 'public' SET work_mem = '65MB' AS 'BEGIN END';
CREATE FUNCTION paths() RETURNS void LANGUAGE plpgsql SET search_path = "$user", public, "We""ird, one" AS 'BEGIN END';
CREATE FUNCTION own() RETURNS void LANGUAGE plpgsql SET my.setting = 'a,b' AS 'BEGIN END';
CREATE FUNCTION rows(int) RETURNS SETOF int LANGUAGE sql VOLATILE PARALLEL RESTRICTED COST 6 ROWS 21 AS 'SELECT $1';
CREATE FUNCTION many(VARIADIC a int[], OUT b int, OUT d text) LANGUAGE sql STABLE AS 'SELECT 1, ''x''';
CREATE FUNCTION tabular(INOUT b int) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION tables() RETURNS TABLE (a int, "B b" text) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE work(a int, INOUT b text DEFAULT clock_timestamp()::text) LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
CREATE FUNCTION atomic(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT a + 1; SELECT a + 3; END;
CREATE FUNCTION brief(a int) RETURNS int RETURN a + 2;
CREATE FUNCTION "we""ird. Ñame $x$ %s \ 🐘"("we""ird. Ñame $x$ %s \ 🐘" int) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION overloaded(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION overloaded(text, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION dollars() RETURNS text LANGUAGE plpgsql AS 'BEGIN
-- $function$ $procedure$ $function1$ $function3$
END';
CREATE FUNCTION windowed() RETURNS bigint LANGUAGE internal AS 'window_row_number';
