
CREATE TABLE a (id int PRIMARY KEY, x text NOT NULL, y text);
CREATE INDEX a_x ON a (x);
CREATE VIEW v AS SELECT x, y FROM a;
