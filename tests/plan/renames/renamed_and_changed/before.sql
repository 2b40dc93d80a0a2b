
CREATE TABLE users (id serial PRIMARY KEY, name varchar(50), email text UNIQUE);
CREATE TABLE posts (id serial PRIMARY KEY, user_id int REFERENCES users);
CREATE VIEW v AS SELECT u.name FROM users u JOIN posts p ON p.user_id = u.id;
