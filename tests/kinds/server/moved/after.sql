CREATE EXTENSION file_fdw;
CREATE EXTENSION postgres_fdw;
CREATE SERVER one FOREIGN DATA WRAPPER postgres_fdw;
CREATE SERVER other FOREIGN DATA WRAPPER file_fdw;
CREATE TABLE parent (a int);
CREATE FOREIGN TABLE child (b int) SERVER other OPTIONS (filename '/dev/null');
CREATE TABLE whole (a int) PARTITION BY LIST (a);
CREATE FOREIGN TABLE part PARTITION OF whole FOR VALUES IN (2) SERVER other OPTIONS (filename '/dev/null');
