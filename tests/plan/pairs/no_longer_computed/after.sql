CREATE TABLE t (id int PRIMARY KEY, doubled text DEFAULT 'x', counted text);
