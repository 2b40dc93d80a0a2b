CREATE SCHEMA s;
CREATE TABLE s.x (a int PRIMARY KEY);
CREATE TABLE t (a int PRIMARY KEY, b text, c int);
CREATE TABLE u (a int PRIMARY KEY, "we""ird. Ñame $x$ %s \ 🐘" text);
CREATE PUBLICATION everything FOR ALL TABLES WITH (publish = 'insert, delete, truncate');
CREATE PUBLICATION chosen FOR TABLE t (a, c) WHERE (a > 1);
CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA public;
CREATE PUBLICATION "we""ird. Ñame $x$ %s \ 🐘" FOR TABLE u;
CREATE PUBLICATION none WITH (publish = '');
