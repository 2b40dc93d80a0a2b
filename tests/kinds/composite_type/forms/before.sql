CREATE TYPE inner_part AS (a int, b text COLLATE "C");
CREATE TYPE outer_part AS (x inner_part, ys inner_part[], z numeric(5, 2));
CREATE TYPE "we""ird. Ñame $x$ %s \ 🐘" AS ("we""ird. Ñame $x$ %s \ 🐘" int, "select" text);
CREATE TYPE empty AS ();
CREATE TABLE t (a outer_part, b "we""ird. Ñame $x$ %s \ 🐘"[]);
CREATE TYPE of_table AS (t t);
