
CREATE DOMAIN email AS text DEFAULT 'n@n' NOT NULL CONSTRAINT has_at CHECK (VALUE LIKE '%_@_%');
CREATE TABLE a (id int PRIMARY KEY, e email NOT NULL, l email[]);
