CREATE TABLE a (id bigint PRIMARY KEY, b bigint); CREATE TABLE b (id bigint PRIMARY KEY, a bigint REFERENCES a ON UPDATE CASCADE);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b ON DELETE SET NULL (b);
CREATE FUNCTION odd(n bigint) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN n <> 0 AND public.even(n - 1); END';
CREATE FUNCTION even(n bigint) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN n = 0 OR public.odd(n - 1); END';
CREATE TABLE c (n int CHECK (even(0)));
CREATE TRIGGER t BEFORE UPDATE OF b ON a FOR EACH ROW WHEN (OLD.b IS DISTINCT FROM NEW.b AND NEW.b > 0) EXECUTE FUNCTION suppress_redundant_updates_trigger();
