
CREATE TABLE accounts (id bigserial PRIMARY KEY, full_name text NOT NULL DEFAULT '', email text UNIQUE);
CREATE TABLE posts (id serial PRIMARY KEY, user_id bigint REFERENCES accounts);
CREATE VIEW v AS SELECT u.full_name FROM accounts u JOIN posts p ON p.user_id = u.id;
