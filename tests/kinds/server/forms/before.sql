CREATE EXTENSION postgres_fdw;
CREATE SERVER plain FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'it''s', dbname 'a\b');
CREATE SERVER "we""ird. Ñame $x$ %s \ 🐘" TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER postgres_fdw;
GRANT USAGE ON FOREIGN SERVER plain TO alice;
CREATE FOREIGN TABLE t (a int OPTIONS (column_name 'A'), b text COLLATE "C" NOT NULL DEFAULT 'x', CONSTRAINT k CHECK (a > 0)) SERVER plain OPTIONS (schema_name 's', table_name 't');
CREATE FOREIGN TABLE "we""ird. Ñame $x$ %s \ 🐘" ("we""ird. Ñame $x$ %s \ 🐘" int) SERVER "we""ird. Ñame $x$ %s \ 🐘";
COMMENT ON SERVER plain IS 'plain'; COMMENT ON FOREIGN TABLE t IS 't'; COMMENT ON COLUMN t.a IS 'a';
ALTER FOREIGN TABLE t OWNER TO alice;
