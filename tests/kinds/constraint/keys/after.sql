CREATE TABLE a (x int PRIMARY KEY, y int UNIQUE, z int, CONSTRAINT "we""ird. Ñame $x$ %s \ 🐘" UNIQUE (z, y));
CREATE TABLE b (x int, y int, PRIMARY KEY (x, y) DEFERRABLE, UNIQUE (y) DEFERRABLE INITIALLY DEFERRED, UNIQUE (x) INCLUDE (y), UNIQUE (x, y));
CREATE TABLE c (x int, y int REFERENCES a (y) ON DELETE RESTRICT, z int, w int, FOREIGN KEY (z, w) REFERENCES b (x, y) MATCH SIMPLE ON UPDATE SET NULL ON DELETE SET DEFAULT (z, w));
ALTER TABLE c ADD FOREIGN KEY (x) REFERENCES a NOT VALID;
CREATE TABLE "Self ""x"". $y$ %s \" ("we""ird. Ñame $x$ %s \ 🐘" int CONSTRAINT "sixty_three_bytes_of_a_name_sixty_three_bytes_of_a_name_sixty_t" REFERENCES a, self int, PRIMARY KEY ("we""ird. Ñame $x$ %s \ 🐘"), CONSTRAINT "select" FOREIGN KEY (self) REFERENCES "Self ""x"". $y$ %s \" ON DELETE CASCADE);
CREATE TABLE first (id int PRIMARY KEY, other int);
CREATE TABLE second (id int PRIMARY KEY, other int REFERENCES first);
CREATE TABLE options (a int PRIMARY KEY WITH (fillfactor = 61), b int NOT NULL UNIQUE WITH (deduplicate_items = off));
ALTER TABLE options CLUSTER ON options_b_key, REPLICA IDENTITY USING INDEX options_pkey;
