-- PostgreSQL 15 with ICU
CREATE COLLATION german (provider = icu, locale = 'de');
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE COLLATION "we""ird. Ñame $x$ %s \ 🐘" (provider = icu, locale = 'fr');
CREATE TABLE t (a text COLLATE german, b text COLLATE loose UNIQUE, c text COLLATE "we""ird. Ñame $x$ %s \ 🐘");
CREATE INDEX i ON t (a COLLATE loose);
