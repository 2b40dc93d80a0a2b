CREATE TABLE "more" (
	"perhaps" text DEFAULT 'perhaps',
	"trailed" integer DEFAULT 3,
	"tagged3" text DEFAULT 'tagged3',
	"imported" boolean DEFAULT true
);
CREATE TABLE "users" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" text DEFAULT 'satisfied',
	"first" text DEFAULT 'first',
	"counted" integer DEFAULT 1,
	"tagged" text DEFAULT 'tagged',
	"tagged2" text DEFAULT 'tagged2',
	"regex" boolean DEFAULT true,
	"big" integer DEFAULT 100,
	"parent" integer,
	"over" text DEFAULT '5',
	"method" text DEFAULT '1first'
);
ALTER TABLE "users" ADD CONSTRAINT "users_parent_users_id_fk" FOREIGN KEY ("parent") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;
