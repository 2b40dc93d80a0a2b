
CREATE TABLE a (id int PRIMARY KEY, y text NOT NULL, x text);
CREATE INDEX a_x ON a (y);
CREATE VIEW v AS SELECT y AS x, x AS y FROM a;
