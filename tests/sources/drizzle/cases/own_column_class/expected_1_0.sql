CREATE TABLE "checked" (
	"truetruefalse" text
);
CREATE TABLE "owners" (
	"tag" varchar(8) PRIMARY KEY
);
CREATE TABLE "things" (
	"id" integer PRIMARY KEY,
	"tag" varchar(8) NOT NULL UNIQUE,
	"long" varchar(200) DEFAULT 'none',
	"owner" varchar(8),
	"more" jsonb NOT NULL
);
ALTER TABLE "things" ADD CONSTRAINT "things_owner_owners_tag_fkey" FOREIGN KEY ("owner") REFERENCES "owners"("tag");
