CREATE TABLE "checked" (
	"truetruefalse" text
);
CREATE TABLE "owners" (
	"tag" varchar(8) PRIMARY KEY NOT NULL
);
CREATE TABLE "things" (
	"id" integer PRIMARY KEY NOT NULL,
	"tag" varchar(8) NOT NULL,
	"long" varchar(200) DEFAULT 'none',
	"owner" varchar(8),
	"more" jsonb NOT NULL,
	CONSTRAINT "things_tag_unique" UNIQUE("tag")
);
ALTER TABLE "things" ADD CONSTRAINT "things_owner_owners_tag_fk" FOREIGN KEY ("owner") REFERENCES "public"."owners"("tag") ON DELETE no action ON UPDATE no action;
