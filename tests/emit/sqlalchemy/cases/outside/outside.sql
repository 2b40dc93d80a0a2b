CREATE SCHEMA auth;
CREATE TYPE auth.level AS ENUM ('one', 'two');
CREATE TABLE auth.users (id uuid PRIMARY KEY, "Odd Name" int UNIQUE, keys int UNIQUE, a int, b int, UNIQUE (a, b));
