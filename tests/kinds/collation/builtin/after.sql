-- PostgreSQL 17
CREATE COLLATION a (provider = builtin, locale = 'C');
CREATE COLLATION b (provider = libc, locale = 'C');
