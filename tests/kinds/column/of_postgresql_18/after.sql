-- PostgreSQL 18
CREATE TABLE t (a int CONSTRAINT other NOT NULL, b int CONSTRAINT named NOT NULL, c int CONSTRAINT "we""ird. Ñame $x$ %s \ 🐘" NOT NULL, d int CONSTRAINT later NOT NULL, e int GENERATED ALWAYS AS (a * 2) STORED, f int, g int);
CREATE TABLE keyed (id int4range, during daterange, at int CHECK (at > 0), PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE pointing (id int4range, during daterange, FOREIGN KEY (id, PERIOD during) REFERENCES keyed (id, PERIOD during) , other int);
CREATE TABLE one (id int PRIMARY KEY);
ALTER TABLE pointing ADD CONSTRAINT loose FOREIGN KEY (other) REFERENCES one;
CREATE PUBLICATION stored FOR TABLE t WITH (publish_generated_columns = none);
