-- One object at least of every kind, each with as many of its properties as it can have, for the operators to change.
CREATE SCHEMA shop;
CREATE EXTENSION postgres_fdw SCHEMA shop;
CREATE ACCESS METHOD own TYPE INDEX HANDLER bthandler;
CREATE ACCESS METHOD pile TYPE TABLE HANDLER heap_tableam_handler;
CREATE COLLATION shop.plain (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
CREATE COLLATION shop.built (provider = builtin, locale = 'C.UTF-8');
CREATE TYPE shop.mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN shop.code AS text COLLATE "C" NOT NULL DEFAULT 'x' CONSTRAINT short CHECK (length(VALUE) < 10);
CREATE DOMAIN shop.amount AS numeric(10, 2) CHECK (VALUE >= 0);
CREATE TYPE shop.address AS (street text COLLATE "C", number integer);
CREATE FUNCTION shop.apart(text, text) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT 1.0::float8';
CREATE TYPE shop.words AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops, COLLATION = "C", SUBTYPE_DIFF = shop.apart);
CREATE SEQUENCE shop.numbers AS integer START 5 INCREMENT 2 MINVALUE 1 MAXVALUE 1000 CACHE 3 CYCLE;
CREATE UNLOGGED SEQUENCE shop.loose;
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));

CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS 'BEGIN NEW.name := NEW.name; RETURN NEW; END';
CREATE FUNCTION shop.series(n integer DEFAULT 1, label text DEFAULT 'x') RETURNS SETOF integer LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 5 ROWS 20 AS 'SELECT n';
CREATE FUNCTION shop.add(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN a + b;
CREATE FUNCTION shop.turned(integer) RETURNS integer TRANSFORM FOR TYPE integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION shop.plain(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION shop.place() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
CREATE FUNCTION shop.position(integer) RETURNS integer LANGUAGE internal IMMUTABLE AS 'int4abs';
CREATE FUNCTION shop.compiled() RETURNS trigger LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE PROCEDURE shop.work(a integer) LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
CREATE AGGREGATE shop.total(value integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE CAST (shop.mood AS integer) WITH INOUT AS ASSIGNMENT;
CREATE FUNCTION shop.from_mood(shop.mood) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (shop.mood AS bigint) WITH FUNCTION shop.from_mood(shop.mood);

CREATE TABLE shop.customer (
  id integer GENERATED ALWAYS AS IDENTITY (START WITH 3 INCREMENT BY 2) PRIMARY KEY,
  name character varying(40) NOT NULL DEFAULT 'nobody' CHECK (name <> '' AND length(name) >= 2),
  email text UNIQUE NULLS NOT DISTINCT COLLATE "C",
  mood shop.mood DEFAULT 'ok',
  kind text CHECK (kind IN ('new', 'old', 'lost')),
  born date, note text, tags text[], more jsonb DEFAULT '{}',
  upper_name text GENERATED ALWAYS AS (upper(name)) STORED,
  since timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT names UNIQUE (name, born) DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 80);
ALTER TABLE shop.customer ALTER note SET STORAGE EXTERNAL, ALTER note SET COMPRESSION pglz, ALTER kind SET STATISTICS 200, ALTER born SET (n_distinct = -0.5), CLUSTER ON customer_pkey, ENABLE ROW LEVEL SECURITY;
CREATE TABLE shop."order" (
  id bigserial, customer integer REFERENCES shop.customer ON DELETE CASCADE, referrer integer, place integer NOT NULL UNIQUE,
  price numeric(10, 2) CONSTRAINT price CHECK (price > 0) NO INHERIT, from_to tsrange, code shop.code,
  CONSTRAINT referrer FOREIGN KEY (referrer) REFERENCES shop.customer (id) ON UPDATE SET NULL DEFERRABLE NOT VALID,
  CONSTRAINT never_twice EXCLUDE USING gist (from_to WITH &&)
);
ALTER TABLE shop."order" ADD CONSTRAINT later CHECK (place > 0) NOT ENFORCED, REPLICA IDENTITY USING INDEX order_place_key, FORCE ROW LEVEL SECURITY;
CREATE TABLE shop.special (extra text) INHERITS (shop."order");
CREATE TABLE shop.typed OF shop.address;
CREATE UNLOGGED TABLE shop.quick (a integer);
CREATE TABLE shop.event (id integer, at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE shop.event_2020 PARTITION OF shop.event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE shop.archive (id integer, at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE shop.part (id integer PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE shop.part_1 PARTITION OF shop.part FOR VALUES FROM (0) TO (9);
CREATE TABLE shop.made_of (part integer REFERENCES shop.part) PARTITION BY RANGE (part);
CREATE TABLE shop.made_of_1 PARTITION OF shop.made_of FOR VALUES FROM (0) TO (9);
CREATE TABLE shop.two_columns (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE shop.pointing (a integer, b integer, FOREIGN KEY (a, b) REFERENCES shop.two_columns MATCH FULL);

CREATE INDEX by_born ON shop.customer (born DESC, name text_pattern_ops) INCLUDE (mood) WITH (fillfactor = 70) WHERE born IS NOT NULL;
CREATE UNIQUE INDEX by_lower ON shop.customer (lower(name)) NULLS NOT DISTINCT;
CREATE INDEX by_kind ON shop.customer (kind COLLATE "C");
CREATE INDEX by_tags ON shop.customer USING gin (tags);
CREATE INDEX by_place ON shop."order" (place);
CREATE INDEX by_what ON shop.event (what);
CREATE UNIQUE INDEX by_place_too ON shop."order" (place);
CREATE INDEX by_number ON shop."order" USING brin (referrer);
CREATE STATISTICS shop.together (ndistinct, dependencies) ON kind, mood FROM shop.customer;

CREATE VIEW shop.happy WITH (security_invoker = true) AS SELECT id, name, email FROM shop.customer WHERE mood = 'happy' ORDER BY name DESC;
ALTER VIEW shop.happy ALTER COLUMN name SET DEFAULT 'x';
CREATE MATERIALIZED VIEW shop.counted WITH (fillfactor = 90) AS SELECT kind, count(*) AS how_many, max(name) AS last FROM shop.customer GROUP BY kind;
ALTER MATERIALIZED VIEW shop.counted ALTER last SET STATISTICS 50, ALTER last SET STORAGE EXTERNAL, ALTER last SET (n_distinct = 5);
CREATE RULE no_delete AS ON DELETE TO shop.typed DO INSTEAD NOTHING;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON shop.customer FOR EACH ROW WHEN (NEW.name <> 'x') EXECUTE FUNCTION shop.touch('a');
CREATE TRIGGER after_event AFTER INSERT ON shop.event FOR EACH ROW EXECUTE FUNCTION shop.touch();
CREATE FUNCTION shop.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION shop.look() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE POLICY own ON shop.customer FOR UPDATE TO alice, bob USING (name = CURRENT_USER AND mood = 'ok') WITH CHECK (name = CURRENT_USER);
CREATE POLICY few ON shop.customer AS RESTRICTIVE FOR SELECT USING (true);

CREATE SERVER far TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere');
CREATE FOREIGN DATA WRAPPER other;
CREATE SERVER farther FOREIGN DATA WRAPPER other;
CREATE FOREIGN TABLE shop.remote (a integer OPTIONS (column_name 'A'), b text) SERVER far OPTIONS (table_name 't');
CREATE FOREIGN TABLE shop.remote_child () INHERITS (shop.quick) SERVER far;
CREATE PUBLICATION part FOR TABLE shop.customer (id, name) WHERE (id > 1) WITH (publish = 'insert, update');
CREATE PUBLICATION rest FOR TABLES IN SCHEMA public;
CREATE PUBLICATION whole FOR ALL TABLES;

ALTER TABLE shop.quick OWNER TO alice;
GRANT SELECT, UPDATE ON shop.customer TO alice WITH GRANT OPTION;
GRANT SELECT (email), UPDATE (email, name) ON shop.customer TO bob;
GRANT INSERT ON shop."order" TO bob;
GRANT USAGE ON SCHEMA shop TO alice, bob;
GRANT USAGE ON FOREIGN SERVER far TO alice;
REVOKE EXECUTE ON FUNCTION shop.series FROM PUBLIC;
GRANT USAGE ON TYPE shop.mood TO bob;
ALTER DEFAULT PRIVILEGES FOR ROLE alice IN SCHEMA shop GRANT SELECT ON TABLES TO bob;
ALTER DEFAULT PRIVILEGES FOR ROLE alice REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
COMMENT ON TABLE shop.customer IS 'who buys';
COMMENT ON COLUMN shop.customer.name IS 'as they say it';

CREATE OPERATOR shop.### (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4pl, COMMUTATOR = OPERATOR(shop.###));
CREATE TEXT SEARCH CONFIGURATION shop.german (COPY = german);
CREATE TEXT SEARCH DICTIONARY shop.short (TEMPLATE = simple, STOPWORDS = english);
CREATE USER MAPPING FOR alice SERVER far;
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION shop.watch();
