CREATE TABLE plain (a int);
CREATE TABLE filled (a text) WITH (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_enabled = no);
CREATE TABLE replicated (a int);
ALTER TABLE replicated REPLICA IDENTITY FULL;
CREATE TABLE nothing ();
CREATE TABLE "we""ird. Ñame $x$ %s \ 🐘" ("select" int, "we""ird. Ñame $x$ %s \ 🐘" text);
CREATE TABLE "sixty_three_bytes_of_a_name_sixty_three_bytes_of_a_name_sixty_t" ("sixty_three_bytes_of_a_name_sixty_three_bytes_of_a_name_sixty_t" text);
CREATE TYPE pair AS (a int, b text);
CREATE TABLE typed OF pair (a DEFAULT 5, b NOT NULL);
