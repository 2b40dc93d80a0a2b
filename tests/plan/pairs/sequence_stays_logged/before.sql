CREATE TABLE logged (id serial PRIMARY KEY);
