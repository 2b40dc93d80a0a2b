CREATE TYPE "we""ird. Ñame $x$ %s \ 🐘" AS ENUM ('a');
CREATE TABLE t (
  a int, b text, c varchar(10), d numeric(10, 2), e timestamptz, f timestamp(3), g text[], h interval day to second(2),
  i bit(3), j char, k "char", l bytea, m jsonb, n int4range, o text COLLATE "C", p numeric, q int NOT NULL, r int, gone int
);
CREATE TABLE "t""2. % \" ("we""ird. Ñame $x$ %s \ 🐘" "we""ird. Ñame $x$ %s \ 🐘"[]);
