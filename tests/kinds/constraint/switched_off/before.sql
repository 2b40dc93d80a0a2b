CREATE TABLE a (id integer PRIMARY KEY, code integer UNIQUE DEFERRABLE);
CREATE TABLE b (id integer PRIMARY KEY, a integer CONSTRAINT "to A" REFERENCES a, other integer CONSTRAINT other REFERENCES a);
