CREATE TABLE parent (a int NOT NULL, b int, c int NOT NULL, d int);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE alike (a int, b int NOT NULL) INHERITS (parent);
CREATE TABLE named (CONSTRAINT b_is_there NOT NULL b) INHERITS (parent);
