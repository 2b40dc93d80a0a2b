CREATE TABLE note (
    made timestamp NOT NULL,
    id serial PRIMARY KEY,
    title varchar(80) DEFAULT 'none' NOT NULL,
    body varchar(200) NOT NULL,
    size integer NOT NULL REFERENCES note,
    seen timestamp(3),
    pages bigint DEFAULT 1 NOT NULL,
    parent integer REFERENCES note ON DELETE CASCADE,
    weight numeric(6, 2) DEFAULT 0 NOT NULL
);
COMMENT ON COLUMN note.title IS 'what it is about';
