CREATE SCHEMA "appSchema";
CREATE TYPE "public"."userRole" AS ENUM('a', 'b');
CREATE TABLE "userAccounts" (
	"user_id" integer PRIMARY KEY NOT NULL,
	"first_name" text NOT NULL,
	"url_path" text,
	"explicitName" text,
	"user_role" "userRole",
	"iso2_code" text,
	"manager_id" integer,
	"created_at" timestamp DEFAULT now(),
	"full_name" text GENERATED ALWAYS AS (first_name || 'x') STORED,
	CONSTRAINT "userAccounts_firstName_unique" UNIQUE("first_name"),
	CONSTRAINT "userAccounts_explicitName_unique" UNIQUE("explicitName"),
	CONSTRAINT "userAccounts_firstName_URLPath_unique" UNIQUE("first_name","url_path"),
	CONSTRAINT "check" CHECK ("userAccounts"."iso2_code" <> '')
);
ALTER TABLE "userAccounts" ENABLE ROW LEVEL SECURITY;
CREATE TABLE "appSchema"."userPosts" (
	"post_id" integer,
	"account_id" integer,
	"identity" integer GENERATED ALWAYS AS IDENTITY (sequence name "appSchema"."userPosts_identity_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"otherId" integer,
	CONSTRAINT "userPosts_post_id_account_id_pk" PRIMARY KEY("post_id","account_id")
);
ALTER TABLE "userAccounts" ADD CONSTRAINT "userAccounts_manager_id_userAccounts_user_id_fk" FOREIGN KEY ("manager_id") REFERENCES "public"."userAccounts"("user_id") ON DELETE no action ON UPDATE no action;
ALTER TABLE "appSchema"."userPosts" ADD CONSTRAINT "userPosts_account_id_userAccounts_user_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."userAccounts"("user_id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "appSchema"."userPosts" ADD CONSTRAINT "userPosts_otherId_userAccounts_user_id_fk" FOREIGN KEY ("otherId") REFERENCES "public"."userAccounts"("user_id") ON DELETE no action ON UPDATE no action;
CREATE INDEX "userAccounts_first_name_explicitName_index" ON "userAccounts" USING btree ("first_name","explicitName");
CREATE UNIQUE INDEX "named" ON "userAccounts" USING btree ("created_at" DESC NULLS LAST) WHERE "userAccounts"."first_name" = "userAccounts"."url_path";
CREATE INDEX "expression" ON "userAccounts" USING btree (lower("first_name"));
CREATE POLICY "p" ON "userAccounts" AS PERMISSIVE FOR ALL TO public USING ("userAccounts"."user_id" = 1);
