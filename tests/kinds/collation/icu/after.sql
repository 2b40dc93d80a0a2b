-- PostgreSQL 15 with ICU
CREATE COLLATION german (provider = icu, locale = 'de-AT');
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2');
CREATE COLLATION "we""ird. Ñame $x$ %s \ 🐘" (provider = icu, locale = 'fr-CA');
CREATE TABLE t (a text COLLATE loose, b text UNIQUE, c text COLLATE "we""ird. Ñame $x$ %s \ 🐘");
CREATE INDEX i ON t (a COLLATE german);
