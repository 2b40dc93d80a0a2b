CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
CREATE FUNCTION even(n int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN n = 0 OR public.odd(n - 1); END';
CREATE FUNCTION odd(n int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN n <> 0 AND public.even(n - 1); END';
CREATE TABLE c (n int CHECK (even(0)));
CREATE TRIGGER t BEFORE UPDATE OF b ON a FOR EACH ROW WHEN (OLD.b IS DISTINCT FROM NEW.b) EXECUTE FUNCTION suppress_redundant_updates_trigger();
