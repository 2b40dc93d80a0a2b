CREATE TYPE inner_part AS (b text, a int);
CREATE TYPE outer_part AS (x inner_part, ys inner_part, z numeric(5, 3));
CREATE TYPE "we""ird. Ñame $x$ %s \ 🐘" AS ("we""ird. Ñame $x$ %s \ 🐘" bigint, "select" text);
CREATE TYPE empty AS (a int);
CREATE TABLE t (a outer_part, b "we""ird. Ñame $x$ %s \ 🐘"[]);
