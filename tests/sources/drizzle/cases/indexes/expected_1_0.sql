CREATE SCHEMA "s";
CREATE TABLE "docs" (
	"id" serial PRIMARY KEY,
	"title" text NOT NULL,
	"body" text,
	"rank" integer,
	"hidden" boolean,
	"data" jsonb,
	"at" timestamp,
	"embedding" vector(3),
	"keyName" text
);
CREATE TABLE "s"."in_schema" (
	"id" serial,
	"a" integer
);
CREATE INDEX "docs_title_index" ON "docs" ("title");
CREATE INDEX "named" ON "docs" ("title","rank");
CREATE UNIQUE INDEX "docs_rank_hidden_index" ON "docs" ("rank","hidden");
CREATE UNIQUE INDEX "u_named" ON "docs" ("title");
CREATE INDEX "desc" ON "docs" ("rank" DESC NULLS LAST);
CREATE INDEX "asc" ON "docs" ("rank");
CREATE INDEX "nulls" ON "docs" ("rank" DESC,"at" NULLS FIRST,"title","hidden" DESC NULLS LAST);
CREATE INDEX "opclass" ON "docs" ("title" text_pattern_ops);
CREATE INDEX "opclass_desc" ON "docs" ("title" text_pattern_ops DESC NULLS LAST);
CREATE INDEX "partial" ON "docs" ("title") WHERE "hidden" is not true;
CREATE INDEX "partial_2" ON "docs" ("title") WHERE ("body" is null);
CREATE UNIQUE INDEX "partial_3" ON "docs" ("title") WHERE ("body" is not null);
CREATE INDEX "gin" ON "docs" USING gin ("data");
CREATE INDEX "gin_op" ON "docs" USING gin ("data" jsonb_path_ops);
CREATE INDEX "hash" ON "docs" USING hash ("title");
CREATE INDEX "brin" ON "docs" USING brin ("at") WITH (pages_per_range=32, autosummarize=true);
CREATE INDEX "hnsw" ON "docs" USING hnsw ("embedding" vector_cosine_ops) WITH (m=16, ef_construction=64);
CREATE INDEX "expression" ON "docs" (lower("title"));
CREATE INDEX "expression_2" ON "docs" USING gin (to_tsvector('english', "title" || ' ' || "body"));
CREATE INDEX "expression_3" ON "docs" ("at" DESC,"rank");
CREATE UNIQUE INDEX "expression_4" ON "docs" (lower("title"),"rank" DESC NULLS LAST);
CREATE INDEX CONCURRENTLY "concurrent" ON "docs" ("title");
CREATE UNIQUE INDEX CONCURRENTLY "concurrent_2" ON "docs" ("title");
CREATE INDEX "only" ON "docs" ("title");
CREATE INDEX "docs_keyName_index" ON "docs" ("keyName");
CREATE INDEX "named" ON "s"."in_schema" ("a");
CREATE UNIQUE INDEX "in_schema_a_id_index" ON "s"."in_schema" ("a","id");
