CREATE FUNCTION lib() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql.so', 'plpgsql_call_handler';
CREATE FUNCTION series(int, int) RETURNS SETOF int LANGUAGE internal STRICT AS 'generate_series_int4';
CREATE FUNCTION result(int) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION work(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
