CREATE TABLE users (
    id serial PRIMARY KEY,
    name varchar(40),
    mail text NOT NULL,
    CONSTRAINT one_mail UNIQUE (mail)
);
CREATE TABLE posts (
    id serial PRIMARY KEY,
    user_id int NOT NULL REFERENCES users ON DELETE CASCADE
);
CREATE INDEX by_user ON posts (user_id);
CREATE TABLE tags (post int NOT NULL REFERENCES posts, tag text NOT NULL, PRIMARY KEY (post, tag));
