CREATE TYPE "we""ird. Ñame $x$ %s \ 🐘" AS ENUM ('a');
CREATE TABLE t (
  a bigint, b varchar, c varchar(11), d numeric(10, 3), e timestamp, f timestamp(4), g text, h interval day to second(3),
  i bit(4), j char(2), k char, l text, m json, n int8range, o text COLLATE "POSIX", p numeric(1000, 5), q int, r int NOT NULL
);
CREATE TABLE "t""2. % \" ("we""ird. Ñame $x$ %s \ 🐘" "we""ird. Ñame $x$ %s \ 🐘");
