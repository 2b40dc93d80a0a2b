CREATE SCHEMA extra;
CREATE EXTENSION citext;
CREATE EXTENSION unaccent SCHEMA extra;
CREATE TABLE words (word citext, id text DEFAULT extra.unaccent('é'));
