CREATE SCHEMA extra;
CREATE EXTENSION citext SCHEMA extra;
CREATE EXTENSION hstore;
CREATE TABLE words (word extra.citext, more hstore);
