CREATE FUNCTION apart(text, text) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT 1.0::float8';
CREATE TYPE plain AS RANGE (SUBTYPE = int);
CREATE TYPE texts AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops, COLLATION = "C", SUBTYPE_DIFF = apart, MULTIRANGE_TYPE_NAME = several);
CREATE TYPE "we""ird. Ñame $x$ %s \ 🐘" AS RANGE (SUBTYPE = float8);
CREATE TABLE t (a plain, b several, c "we""ird. Ñame $x$ %s \ 🐘"[]);
