CREATE FUNCTION plain(a int, b text DEFAULT 'x') RETURNS text LANGUAGE sql AS $f$ SELECT $do$a %s \ $do$ || b $f$;
CREATE FUNCTION settings() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET work_mem = '64MB' SET timezone TO 'Europe/Berlin' AS 'BEGIN END';
CREATE FUNCTION paths() RETURNS void LANGUAGE plpgsql SET search_path = public, "$user", "We""ird, one" AS 'BEGIN END';
CREATE FUNCTION own() RETURNS void LANGUAGE plpgsql SET my.setting = 'a, b' AS 'BEGIN END';
CREATE FUNCTION rows(int) RETURNS SETOF int LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 5 ROWS 20 LEAKPROOF AS 'SELECT $1';
CREATE FUNCTION many(VARIADIC a int[], OUT b int, OUT c text) LANGUAGE sql IMMUTABLE AS 'SELECT 1, ''x''';
CREATE FUNCTION tabular(INOUT a int) LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION tables() RETURNS TABLE (a int, "B b" text) LANGUAGE sql AS 'SELECT 1, ''x''';
CREATE PROCEDURE work(a int, INOUT b text DEFAULT now()::text) LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
CREATE FUNCTION atomic(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT a + 1; SELECT a + 2; END;
CREATE FUNCTION brief(a int) RETURNS int RETURN a + 1;
CREATE FUNCTION "we""ird. Ñame $x$ %s \ 🐘"("we""ird. Ñame $x$ %s \ 🐘" int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION "sixty_three_bytes_of_a_name_sixty_three_bytes_of_a_name_sixty_t"() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION overloaded(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION overloaded(text, int[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION dollars() RETURNS text LANGUAGE plpgsql AS 'BEGIN
-- $function$ $procedure$ $function1$ $function2$
END';
CREATE FUNCTION windowed() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
