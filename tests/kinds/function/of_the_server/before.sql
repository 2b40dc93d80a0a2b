CREATE FUNCTION lib() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION series(int, int) RETURNS SETOF int LANGUAGE internal STRICT SUPPORT generate_series_int4_support AS 'generate_series_int4';
CREATE FUNCTION result(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE work(int) LANGUAGE sql AS 'SELECT 1';
