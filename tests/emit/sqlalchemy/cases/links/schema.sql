-- Tables that join two others: by their key, with more columns, without a key, with themselves, in other schemas, oddly named.
CREATE TABLE posts (id int PRIMARY KEY, title text);
CREATE TABLE tags (id int PRIMARY KEY, name text);
CREATE TABLE post_tags (
    post_id int REFERENCES posts ON DELETE CASCADE, tag_id int REFERENCES tags ON DELETE CASCADE,
    added_at timestamptz DEFAULT now(), PRIMARY KEY (post_id, tag_id)
);
CREATE TABLE suggestions (tag_id int REFERENCES tags, post_id int REFERENCES posts, PRIMARY KEY (tag_id, post_id));
CREATE TABLE plain (post_id int NOT NULL REFERENCES posts ON DELETE CASCADE, tag_id int NOT NULL REFERENCES tags);
CREATE TABLE plain_with_more (post_id int NOT NULL REFERENCES posts, tag_id int NOT NULL REFERENCES tags, more int);
CREATE TABLE "odd one" ("the post" int REFERENCES posts, class int REFERENCES tags, PRIMARY KEY ("the post", class));
CREATE TABLE people (id int PRIMARY KEY, people int);
CREATE TABLE follows (
    follower_id int REFERENCES people ON DELETE CASCADE, followed_id int REFERENCES people ON DELETE CASCADE,
    PRIMARY KEY (follower_id, followed_id)
);
CREATE TABLE friends (one int REFERENCES people, other int REFERENCES people);
CREATE TABLE shop.rooms (house int, number int, PRIMARY KEY (house, number));
CREATE TABLE shop.guests (
    person_id int REFERENCES people, house int, number int, host_id int REFERENCES people,
    PRIMARY KEY (person_id, house, number), FOREIGN KEY (house, number) REFERENCES shop.rooms
);
CREATE TABLE three (a int REFERENCES posts, b int REFERENCES tags, c int REFERENCES people, PRIMARY KEY (a, b, c));
CREATE TABLE overlapping (
    house int, number int, other int, PRIMARY KEY (house, number, other),
    FOREIGN KEY (house, number) REFERENCES shop.rooms, FOREIGN KEY (house, other) REFERENCES shop.rooms
);
