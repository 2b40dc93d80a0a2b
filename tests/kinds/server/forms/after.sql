CREATE EXTENSION postgres_fdw;
CREATE SERVER plain FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'it''s', dbname 'a\c');
CREATE SERVER "we""ird. Ñame $x$ %s \ 🐘" TYPE 'y' VERSION '2' FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE t (a int OPTIONS (column_name 'B'), b text NOT NULL, CONSTRAINT k CHECK (a > 1)) SERVER plain OPTIONS (schema_name 's', table_name 'u');
CREATE FOREIGN TABLE "we""ird. Ñame $x$ %s \ 🐘" ("we""ird. Ñame $x$ %s \ 🐘" int) SERVER plain;
