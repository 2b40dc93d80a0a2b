CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE plain (a int);
CREATE TABLE other (a int) USING other_heap;
CREATE TABLE elsewhere (a int CONSTRAINT k UNIQUE USING INDEX TABLESPACE elsewhere) TABLESPACE elsewhere;
CREATE INDEX i ON elsewhere (a) TABLESPACE elsewhere;
CREATE MATERIALIZED VIEW m USING other_heap AS SELECT 1 AS a;
