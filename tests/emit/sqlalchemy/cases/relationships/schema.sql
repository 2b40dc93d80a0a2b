-- Several keys to one table, to itself, composite, in circles, one to one, and names that are taken.
CREATE TABLE users (
    id int PRIMARY KEY, name text, "user" int REFERENCES users, created_by int REFERENCES users, user_id int REFERENCES users,
    users int, users_as_user int
);
CREATE TABLE posts (
    id int PRIMARY KEY, author_id int NOT NULL REFERENCES users ON DELETE CASCADE, editor_id int REFERENCES users ON DELETE SET NULL,
    user_id int REFERENCES users, metadata_id int REFERENCES users, class_id int REFERENCES users, author text, list text
);
CREATE TABLE settings (user_id int PRIMARY KEY REFERENCES users ON DELETE CASCADE, theme text);
CREATE TABLE badges (id int PRIMARY KEY, user_id int REFERENCES users, kind int, UNIQUE (user_id, kind));
CREATE TABLE licences (id int PRIMARY KEY, holder_id int NOT NULL REFERENCES users);
CREATE UNIQUE INDEX licences_holder ON licences (holder_id);
CREATE TABLE passes (id int PRIMARY KEY, holder_id int REFERENCES users, valid bool);
CREATE UNIQUE INDEX passes_holder ON passes (holder_id) WHERE valid;
CREATE TABLE folders (id int PRIMARY KEY, parent_id int REFERENCES folders ON DELETE CASCADE, next_id int UNIQUE REFERENCES folders);
CREATE TABLE tenants (id int PRIMARY KEY);
CREATE TABLE members (
    tenant_id int REFERENCES tenants ON DELETE CASCADE, id int, boss_id int, deputy_id int, PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, boss_id) REFERENCES members, FOREIGN KEY (tenant_id, deputy_id) REFERENCES members
);
CREATE TABLE tasks (
    id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants ON DELETE CASCADE, owner_id int NOT NULL, reviewer_id int,
    FOREIGN KEY (tenant_id, owner_id) REFERENCES members ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, reviewer_id) REFERENCES members
);
CREATE TABLE teams (id int PRIMARY KEY, captain_id int);
CREATE TABLE players (id int PRIMARY KEY, team_id int NOT NULL REFERENCES teams);
ALTER TABLE teams ADD FOREIGN KEY (captain_id) REFERENCES players;
CREATE TABLE ring1 (id int PRIMARY KEY, next int NOT NULL);
CREATE TABLE ring2 (id int PRIMARY KEY, next int NOT NULL);
CREATE TABLE ring3 (id int PRIMARY KEY, next int NOT NULL REFERENCES ring1, other int REFERENCES ring2);
ALTER TABLE ring1 ADD FOREIGN KEY (next) REFERENCES ring2;
ALTER TABLE ring2 ADD FOREIGN KEY (next) REFERENCES ring3;
CREATE TABLE keyless (user_id int REFERENCES users, n int UNIQUE);
CREATE TABLE to_keyless (id int PRIMARY KEY, n int REFERENCES keyless (n));
CREATE TABLE doubles (id int PRIMARY KEY, other int NOT NULL UNIQUE, a int, b int, UNIQUE (a, b), UNIQUE (b, id));
CREATE TABLE doubled (
    id int PRIMARY KEY, d int, e int, FOREIGN KEY (d) REFERENCES doubles (id), FOREIGN KEY (d) REFERENCES doubles (other),
    FOREIGN KEY (d, e) REFERENCES doubles (a, b), FOREIGN KEY (e, d) REFERENCES doubles (b, id)
);
CREATE TABLE idle (id int PRIMARY KEY REFERENCES idle, cls int REFERENCES idle);
CREATE TABLE notes (id int PRIMARY KEY, member_tenant int, member_id int, FOREIGN KEY (member_tenant, member_id) REFERENCES members);
