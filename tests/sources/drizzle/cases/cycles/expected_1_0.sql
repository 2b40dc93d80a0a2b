CREATE TABLE "parent" (
	"id" integer PRIMARY KEY,
	"kind" text DEFAULT 'late',
	"child" integer
);
CREATE TABLE "child" (
	"id" integer PRIMARY KEY,
	"parent" integer,
	"name" text DEFAULT 'hoisted'
);
ALTER TABLE "parent" ADD CONSTRAINT "parent_child_child_id_fkey" FOREIGN KEY ("child") REFERENCES "child"("id");
ALTER TABLE "child" ADD CONSTRAINT "child_parent_parent_id_fkey" FOREIGN KEY ("parent") REFERENCES "parent"("id");
