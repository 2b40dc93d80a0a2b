CREATE COLLATION plain (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
CREATE COLLATION other (provider = libc, locale = 'C');
CREATE COLLATION "we""ird. Ñame $x$ %s \ 🐘" (provider = libc, locale = 'POSIX');
CREATE TABLE t (a text COLLATE plain, b text COLLATE other UNIQUE, c text COLLATE "we""ird. Ñame $x$ %s \ 🐘");
CREATE INDEX i ON t (a COLLATE other);
