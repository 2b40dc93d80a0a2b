CREATE TABLE n (id int NOT NULL, z int, CHECK (z > 1));
CREATE TABLE a (id int NOT NULL, x int, CHECK (x > 0));
CREATE TABLE b (id int, y int NOT NULL, CHECK (y > 0));
CREATE TABLE c (id int NOT NULL, x int, y int NOT NULL, z int, CONSTRAINT a_x_check CHECK (x > 0), CONSTRAINT n_z_check CHECK (z > 1)) INHERITS (n);
ALTER TABLE c ADD CONSTRAINT b_y_check CHECK (y > 0);
CREATE TABLE d (CONSTRAINT b_y_check CHECK (y > 0)) INHERITS (c);
CREATE VIEW v AS SELECT id, x FROM a;
