-- PostgreSQL 17
CREATE COLLATION a (provider = builtin, locale = 'C.UTF-8');
CREATE COLLATION b (provider = builtin, locale = 'C');
