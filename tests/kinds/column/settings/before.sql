CREATE TABLE t (a text, b text, c text, d int);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER b SET COMPRESSION pglz, ALTER c SET STATISTICS 500, ALTER d SET (n_distinct = -0.5, n_distinct_inherited = 7), ALTER d SET STATISTICS 0;
