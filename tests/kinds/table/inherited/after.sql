CREATE TABLE parent (a int NOT NULL DEFAULT 1, b text, CONSTRAINT positive CHECK (a > 0), CONSTRAINT own CHECK (a < 9) NO INHERIT);
CREATE TABLE other (c date);
CREATE TABLE child (d int) INHERITS (other, parent);
CREATE TABLE merged (e int) INHERITS (parent);
ALTER TABLE child ALTER COLUMN a SET DEFAULT 3;
CREATE TABLE grandchild () INHERITS (child);
CREATE TABLE free () INHERITS (parent);
