CREATE SCHEMA app; CREATE TYPE app.state AS ENUM ('b','a'); CREATE DOMAIN e AS text; CREATE TYPE c AS (y int); CREATE TABLE t (id int, s app.state DEFAULT 'b', d e, c c);
