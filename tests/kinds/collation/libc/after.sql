CREATE COLLATION plain (provider = libc, lc_collate = 'POSIX', lc_ctype = 'C');
CREATE COLLATION "we""ird. Ñame $x$ %s \ 🐘" (provider = libc, locale = 'C');
CREATE TABLE t (a text COLLATE plain, b text UNIQUE, c text COLLATE "we""ird. Ñame $x$ %s \ 🐘");
CREATE INDEX i ON t (a COLLATE "we""ird. Ñame $x$ %s \ 🐘");
