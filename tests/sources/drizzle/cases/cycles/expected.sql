CREATE TABLE "parent" (
	"id" integer PRIMARY KEY NOT NULL,
	"kind" text DEFAULT 'late',
	"child" integer
);
CREATE TABLE "child" (
	"id" integer PRIMARY KEY NOT NULL,
	"parent" integer,
	"name" text DEFAULT 'hoisted'
);
ALTER TABLE "parent" ADD CONSTRAINT "parent_child_child_id_fk" FOREIGN KEY ("child") REFERENCES "public"."child"("id") ON DELETE no action ON UPDATE no action;
ALTER TABLE "child" ADD CONSTRAINT "child_parent_parent_id_fk" FOREIGN KEY ("parent") REFERENCES "public"."parent"("id") ON DELETE no action ON UPDATE no action;
