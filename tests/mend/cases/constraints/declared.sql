CREATE TABLE teams (
    id serial PRIMARY KEY,
    name varchar(50) NOT NULL,
    slug varchar(50) NOT NULL CONSTRAINT slug_is_unique UNIQUE
);
CREATE INDEX by_name ON teams (lower(name));
CREATE TABLE members (
    id serial PRIMARY KEY,
    team_id int NOT NULL REFERENCES teams ON DELETE CASCADE,
    boss_id int NOT NULL REFERENCES members ON DELETE SET NULL DEFERRABLE,
    email varchar(80) NOT NULL,
    other_team int CONSTRAINT to_other REFERENCES teams,
    CONSTRAINT mail CHECK (email LIKE '%@%.%'),
    CONSTRAINT one_boss UNIQUE (team_id, boss_id)
);
CREATE INDEX by_mail ON members (email DESC) WHERE email IS NOT NULL;
CREATE INDEX ix_members_boss_id ON members (boss_id);
COMMENT ON TABLE members IS 'those of a team';
