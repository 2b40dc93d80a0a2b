CREATE TYPE mood AS ENUM ('sad');
CREATE TYPE "we""ird. Ñame $x$ %s \ 🐘" AS (a int);
CREATE FUNCTION to_int(mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION to_int("we""ird. Ñame $x$ %s \ 🐘") RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION to_other("we""ird. Ñame $x$ %s \ 🐘") RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (varchar AS mood) WITH INOUT AS ASSIGNMENT;
CREATE CAST (mood AS int) WITH INOUT AS ASSIGNMENT;
CREATE CAST ("we""ird. Ñame $x$ %s \ 🐘" AS int) WITH FUNCTION to_other("we""ird. Ñame $x$ %s \ 🐘");
COMMENT ON CAST (mood AS int) IS 'is';
