CREATE FUNCTION double(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 3) STORED, c text, d int GENERATED ALWAYS AS (double(a + 1)) STORED, e int DEFAULT double(4));
