-- What models cannot say, each in `left_out.txt`.
CREATE TABLE things (id int PRIMARY KEY, n int, t text, u text) WITH (fillfactor = 50, autovacuum_enabled = false);
ALTER TABLE things ALTER t SET STORAGE EXTERNAL, ALTER n SET STATISTICS 500, ALTER u SET COMPRESSION pglz;
ALTER TABLE things REPLICA IDENTITY FULL;
ALTER TABLE things ADD CONSTRAINT not_valid CHECK (n > 0) NOT VALID;
ALTER TABLE things ADD CONSTRAINT no_inherit CHECK (n > 1) NO INHERIT;
CREATE INDEX things_clustered ON things (n);
ALTER TABLE things CLUSTER ON things_clustered;
COMMENT ON INDEX things_clustered IS 'by number';
COMMENT ON CONSTRAINT no_inherit ON things IS 'said';
CREATE UNLOGGED TABLE fleeting (id int PRIMARY KEY, n int NOT NULL);
CREATE UNIQUE INDEX fleeting_n ON fleeting (n);
ALTER TABLE fleeting REPLICA IDENTITY USING INDEX fleeting_n;
CREATE UNLOGGED SEQUENCE fleeting_seq;
CREATE TABLE empty ();
CREATE TABLE nothings (id int PRIMARY KEY, n nothing);
