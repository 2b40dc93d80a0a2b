CREATE UNLOGGED TABLE plain (a int);
CREATE TABLE filled (a text) WITH (autovacuum_enabled = true, fillfactor = 70, toast.autovacuum_vacuum_threshold = 9);
CREATE TABLE replicated (a int);
ALTER TABLE replicated REPLICA IDENTITY NOTHING;
CREATE TABLE "we""ird. Ñame $x$ %s \ 🐘" ("select" int, "we""ird. Ñame $x$ %s \ 🐘" text);
CREATE TABLE "Order Items" ("sixty_three_bytes_of_a_name_sixty_three_bytes_of_a_name_sixty_t" text);
CREATE TYPE pair AS (a int, b text);
CREATE TABLE typed (a int DEFAULT 5, b text NOT NULL);
