-- PostgreSQL 18
CREATE TABLE t (a int CONSTRAINT mine NOT NULL, b int NOT NULL, c int CONSTRAINT "we""ird. Ñame $x$ %s \ 🐘" NOT NULL NO INHERIT, d int, e int GENERATED ALWAYS AS (a * 2) VIRTUAL, f int, g int NOT NULL);
ALTER TABLE t ADD CONSTRAINT later NOT NULL d NOT VALID, ADD CONSTRAINT t_f_not_null NOT NULL f NOT VALID;
CREATE TABLE keyed (id int4range, during daterange, at int CHECK (at > 0) NOT ENFORCED, PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE pointing (id int4range, during daterange, FOREIGN KEY (id, PERIOD during) REFERENCES keyed (id, PERIOD during), other int);
CREATE TABLE first (id int PRIMARY KEY); ALTER TABLE first RENAME TO one;
ALTER TABLE pointing ADD CONSTRAINT loose FOREIGN KEY (other) REFERENCES one NOT ENFORCED;
CREATE PUBLICATION stored FOR TABLE t WITH (publish_generated_columns = stored);
