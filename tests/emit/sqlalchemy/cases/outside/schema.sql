-- Keys to tables of others.
CREATE TABLE users (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, name text);
CREATE TABLE posts (
    id int PRIMARY KEY, user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE, odd int REFERENCES auth.users ("Odd Name"),
    k int REFERENCES auth.users (keys), a int, b int, level auth.level, FOREIGN KEY (a, b) REFERENCES auth.users (a, b)
);
CREATE TABLE log (user_id uuid REFERENCES auth.users, auth_users text);
