CREATE TABLE counted (id serial PRIMARY KEY, other serial);
ALTER TABLE counted OWNER TO gen_reader;
ALTER SEQUENCE counted_id_seq OWNED BY NONE;
