CREATE SCHEMA "appSchema";
CREATE TYPE "public"."userRole" AS ENUM('a', 'b');
CREATE TABLE "userAccounts" (
	"userId" integer PRIMARY KEY NOT NULL,
	"firstName" text NOT NULL,
	"urlPath" text,
	"explicitName" text,
	"userRole" "userRole",
	"iso2Code" text,
	"managerId" integer,
	"createdAt" timestamp DEFAULT now(),
	"fullName" text GENERATED ALWAYS AS (first_name || 'x') STORED,
	CONSTRAINT "userAccounts_first_name_unique" UNIQUE("firstName"),
	CONSTRAINT "userAccounts_explicitName_unique" UNIQUE("explicitName"),
	CONSTRAINT "userAccounts_first_name_URLPath_unique" UNIQUE("firstName","urlPath"),
	CONSTRAINT "check" CHECK ("userAccounts"."iso2Code" <> '')
);
ALTER TABLE "userAccounts" ENABLE ROW LEVEL SECURITY;
CREATE TABLE "appSchema"."userPosts" (
	"postId" integer,
	"accountId" integer,
	"identity" integer GENERATED ALWAYS AS IDENTITY (sequence name "appSchema"."userPosts_identity_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"otherId" integer,
	CONSTRAINT "userPosts_postId_accountId_pk" PRIMARY KEY("postId","accountId")
);
ALTER TABLE "userAccounts" ADD CONSTRAINT "userAccounts_managerId_userAccounts_userId_fk" FOREIGN KEY ("managerId") REFERENCES "public"."userAccounts"("userId") ON DELETE no action ON UPDATE no action;
ALTER TABLE "appSchema"."userPosts" ADD CONSTRAINT "userPosts_accountId_userAccounts_userId_fk" FOREIGN KEY ("accountId") REFERENCES "public"."userAccounts"("userId") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "appSchema"."userPosts" ADD CONSTRAINT "userPosts_otherId_userAccounts_userId_fk" FOREIGN KEY ("otherId") REFERENCES "public"."userAccounts"("userId") ON DELETE no action ON UPDATE no action;
CREATE INDEX "userAccounts_firstName_explicitName_index" ON "userAccounts" USING btree ("firstName","explicitName");
CREATE UNIQUE INDEX "named" ON "userAccounts" USING btree ("createdAt" DESC NULLS LAST) WHERE "userAccounts"."firstName" = "userAccounts"."urlPath";
CREATE INDEX "expression" ON "userAccounts" USING btree (lower("firstName"));
CREATE POLICY "p" ON "userAccounts" AS PERMISSIVE FOR ALL TO public USING ("userAccounts"."userId" = 1);
