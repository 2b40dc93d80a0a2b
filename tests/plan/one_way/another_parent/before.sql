CREATE TABLE a (id int NOT NULL, x int, CHECK (x > 0));
CREATE TABLE b (id int, y int NOT NULL, CHECK (y > 0));
CREATE TABLE c (z int) INHERITS (a, b);
CREATE TABLE d () INHERITS (c);
CREATE VIEW v AS SELECT id, x FROM a;
