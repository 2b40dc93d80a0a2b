
CREATE TABLE a (id int PRIMARY KEY, x int, y int NOT NULL DEFAULT 3, z int);
CREATE INDEX ON a (y);
