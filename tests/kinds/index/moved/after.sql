CREATE TABLE t (a int NOT NULL, b int);
CREATE TABLE u (a int NOT NULL, b int);
CREATE INDEX i ON u (a);
CREATE UNIQUE INDEX r ON t (a);
