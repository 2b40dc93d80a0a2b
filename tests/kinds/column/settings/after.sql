CREATE TABLE t (a text, b text, c text, d int);
ALTER TABLE t ALTER a SET STORAGE MAIN, ALTER c SET STATISTICS 400, ALTER d SET (n_distinct = -0.4);
