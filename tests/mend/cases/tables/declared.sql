CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TABLE kept (id serial PRIMARY KEY, made_by text NOT NULL);
CREATE TABLE fresh (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kept_id int NOT NULL REFERENCES kept ON DELETE CASCADE,
    mood mood NOT NULL DEFAULT 'happy',
    data jsonb,
    CONSTRAINT one_mood UNIQUE (kept_id, mood)
);
CREATE INDEX moods ON fresh (mood) WHERE data IS NULL;
COMMENT ON TABLE fresh IS 'new';
