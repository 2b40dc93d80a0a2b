-- pgsodium 3.1.8: only the schema and the table of keys
DO $make$ BEGIN IF to_regnamespace('pgsodium') IS NULL THEN CREATE SCHEMA pgsodium; END IF; END $make$;
CREATE TABLE pgsodium.key (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text UNIQUE, created timestamptz NOT NULL DEFAULT now(), comment text
);
