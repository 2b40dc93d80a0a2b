CREATE TABLE note (
    made timestamp NOT NULL,
    id serial PRIMARY KEY,
    title varchar(80) DEFAULT 'none' NOT NULL,
    body varchar(200) NOT NULL,
    size bigint NOT NULL,
    pages integer DEFAULT 1 NOT NULL
);
COMMENT ON COLUMN note.title IS 'what it is about';
