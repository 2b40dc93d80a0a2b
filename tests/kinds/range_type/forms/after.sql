CREATE FUNCTION apart(text, text) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT 1.0::float8';
CREATE TYPE plain AS RANGE (SUBTYPE = bigint);
CREATE TYPE texts AS RANGE (SUBTYPE = text, MULTIRANGE_TYPE_NAME = many);
CREATE TYPE "we""ird. Ñame $x$ %s \ 🐘" AS RANGE (SUBTYPE = float4);
CREATE TABLE t (a plain, b many, c "we""ird. Ñame $x$ %s \ 🐘"[]);
