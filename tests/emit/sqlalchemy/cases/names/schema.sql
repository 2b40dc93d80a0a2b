-- Names that Python, SQLAlchemy or another name has taken.
CREATE TABLE "Weird ""Table x" (
    "a b" int PRIMARY KEY, "class" text, "metadata" text, registry int, "2fa" text, "my col" text, "my-col" text,
    "__x" int, "__tablename__" int, "_sa_x" int, "text" text DEFAULT now()::text, "date" date DEFAULT CURRENT_DATE,
    "str" varchar(3) NOT NULL DEFAULT 'a', "list" text[], "datetime" timestamp, "uuid" uuid, relationship text,
    mapped_column text, "Index" int, "UPPER" int, "ﬁ" int, "ñ" int, "None" int
);
CREATE INDEX "odd ""ix" ON "Weird ""Table x" ("my col" DESC, "UPPER", lower("my-col"));
CREATE TABLE "order" (id int PRIMARY KEY, "select" int REFERENCES "Weird ""Table x" ("a b"), "from" int NOT NULL);
CREATE TABLE foo_bars (id int PRIMARY KEY);
CREATE TABLE "fooBars" (id int PRIMARY KEY);
CREATE TABLE foo_bar (id int PRIMARY KEY);
CREATE TABLE texts (id int PRIMARY KEY, text text);
CREATE TABLE bases (id int PRIMARY KEY);
CREATE TABLE integers (id int PRIMARY KEY, integer_id int REFERENCES texts);
CREATE TABLE "None" (id int PRIMARY KEY);
CREATE TABLE "123" (id int PRIMARY KEY);
CREATE TABLE "!!" (id int PRIMARY KEY);
CREATE TABLE "été" (id int PRIMARY KEY, "ñ" int REFERENCES "!!");
CREATE TABLE "T" ("Select" int, "from" int, PRIMARY KEY ("Select", "from"));
CREATE TABLE "U" (id int PRIMARY KEY, a int, b int, "T" int, FOREIGN KEY (a, b) REFERENCES "T");
CREATE TABLE mapped (id int PRIMARY KEY); CREATE TABLE tables (id int PRIMARY KEY); CREATE TABLE event (at date);
CREATE TABLE literals (id int PRIMARY KEY); CREATE TABLE anies (id int PRIMARY KEY, j jsonb NOT NULL);
CREATE TYPE "Mood" AS ENUM ('it''s "ok"', 'happy: yes', '100%', 'a\b', '');
CREATE TYPE literal AS ENUM ('x');
CREATE TABLE moods (id int PRIMARY KEY, mood "Mood" NOT NULL, literal literal, "Mood" int);
CREATE TABLE a_very_long_table_name_that_is_nearly_sixty_three_bytes_longgg (
    id serial PRIMARY KEY,
    another_very_long_column_name_that_is_nearly_sixty_three_bytes_ int UNIQUE REFERENCES texts
);
CREATE TABLE "表" (id int PRIMARY KEY, "表" int REFERENCES "None", "None" int REFERENCES "表", "None_" int);
