CREATE TABLE parent (a int NOT NULL, b int NOT NULL, c int, d int);
CREATE TABLE child () INHERITS (parent);
ALTER TABLE child ALTER d SET NOT NULL;
CREATE TABLE alike (a int, b int NOT NULL) INHERITS (parent);
CREATE TABLE named (CONSTRAINT b_is_there NOT NULL b) INHERITS (parent);
