
CREATE TABLE t (id bigint PRIMARY KEY, a text);
CREATE TABLE keeps (id int, snap t);
