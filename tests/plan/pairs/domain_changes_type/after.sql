CREATE DOMAIN code AS varchar(20) NOT NULL CHECK (VALUE <> '');
CREATE TABLE t (id int PRIMARY KEY, c code);
