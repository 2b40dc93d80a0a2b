-- pgsodium 3.1.8: only the schema and the table of keys
-- in schema pgsodium
CREATE TABLE pgsodium.key (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text UNIQUE, created timestamptz NOT NULL DEFAULT now(), comment text
);
