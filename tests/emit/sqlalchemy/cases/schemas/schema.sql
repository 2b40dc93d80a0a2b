-- More than one schema, and the names of one that need not be said.
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TYPE app.mood AS ENUM ('c', 'd');
CREATE SEQUENCE app.counter;
CREATE TABLE users (id int PRIMARY KEY, mood mood NOT NULL DEFAULT 'a', code text DEFAULT nano(), CHECK (code <> nano()));
CREATE TABLE app.users (
    id bigserial PRIMARY KEY, other_id int REFERENCES users, mood app.mood NOT NULL DEFAULT 'd', n serial,
    code text DEFAULT app.nano('x'), c int DEFAULT nextval('app.counter'), CHECK (code <> app.nano(public.nano()))
);
CREATE INDEX users_code ON app.users (app.nano(code), public.nano(), id DESC) WHERE public.nano() <> '';
CREATE TABLE app.orders (id int PRIMARY KEY, user_id bigint NOT NULL REFERENCES app.users ON DELETE CASCADE);
CREATE TABLE "odd schema"."order" (id int PRIMARY KEY, up int NOT NULL UNIQUE REFERENCES "odd schema"."order", u int REFERENCES users);
CREATE TABLE typed (
    id int PRIMARY KEY, e email NOT NULL DEFAULT 'a@b', es email[], c app.code, p pair,
    t text COLLATE pg_catalog."C", v varchar(3) COLLATE app.plain, w varchar COLLATE app.plain, x text COLLATE app.plain, s text DEFAULT 'public.x', r regclass DEFAULT 'pg_class'::regclass
);
COMMENT ON TABLE app.orders IS 'orders';
