CREATE TABLE "a" (
	"id" integer PRIMARY KEY NOT NULL
);
CREATE TABLE "b" (
	"id" integer
);
ALTER TABLE "b" ADD CONSTRAINT "b_id_a_id_fk" FOREIGN KEY ("id") REFERENCES "public"."a"("id") ON DELETE no action ON UPDATE no action;
