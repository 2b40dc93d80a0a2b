CREATE TABLE t (id int PRIMARY KEY, a text);
CREATE FUNCTION twice(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN helper($1); END';
CREATE FUNCTION helper(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2';
CREATE MATERIALIZED VIEW plain AS SELECT id, a FROM t WHERE id > 0;
CREATE VIEW upon AS SELECT twice(id) AS x FROM plain;
CREATE MATERIALIZED VIEW filled WITH (fillfactor = 51) AS SELECT 1 AS a, 'x'::varchar AS b;
CREATE MATERIALIZED VIEW "we""ird. Ñame $x$ %s \ 🐘" AS SELECT 1 AS "we""ird. Ñame $x$ %s \ 🐘";
CREATE INDEX i ON plain (id);
