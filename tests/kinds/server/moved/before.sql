CREATE EXTENSION file_fdw;
CREATE EXTENSION postgres_fdw;
CREATE SERVER one FOREIGN DATA WRAPPER file_fdw;
CREATE SERVER lost FOREIGN DATA WRAPPER file_fdw;
CREATE TABLE parent (a int);
CREATE FOREIGN TABLE child (b int) INHERITS (parent) SERVER lost OPTIONS (filename '/dev/null');
CREATE FOREIGN TABLE gone (b int) SERVER lost OPTIONS (filename '/dev/null');
CREATE TABLE whole (a int) PARTITION BY LIST (a);
CREATE FOREIGN TABLE part PARTITION OF whole FOR VALUES IN (1) SERVER lost OPTIONS (filename '/dev/null');
