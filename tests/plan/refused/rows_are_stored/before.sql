
CREATE TABLE t (id int PRIMARY KEY, a text);
CREATE TABLE keeps (id int, snap t);
