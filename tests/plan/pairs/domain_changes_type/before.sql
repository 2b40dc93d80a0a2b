CREATE DOMAIN code AS varchar(10) NOT NULL CHECK (VALUE <> '');
CREATE TABLE t (id int PRIMARY KEY, c code);
