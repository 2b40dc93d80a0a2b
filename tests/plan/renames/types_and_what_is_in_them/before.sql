CREATE TYPE st AS ENUM ('a','b'); CREATE DOMAIN d AS text; CREATE TYPE c AS (x int); CREATE TABLE t (id int, s st DEFAULT 'a', d d, c c);
