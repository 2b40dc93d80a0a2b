CREATE TABLE "activity_logs" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"user_id" uuid,
	"action" text NOT NULL,
	"resource_type" varchar(50),
	"resource_id" varchar(50),
	"metadata" jsonb,
	"timestamp" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "activity_logs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"name" varchar(200) NOT NULL,
	"key_hash" varchar(255) NOT NULL,
	"key_prefix" varchar(20) NOT NULL,
	"status" varchar(20) DEFAULT 'active' NOT NULL,
	"permissions" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"rate_limit" integer DEFAULT 1000 NOT NULL,
	"usage_count" integer DEFAULT 0 NOT NULL,
	"last_used_at" timestamp with time zone,
	"last_used_ip" varchar(45),
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ix_api_keys_key_hash" UNIQUE("key_hash"),
	CONSTRAINT "ck_api_keys_permissions_array" CHECK (jsonb_typeof("api_keys"."permissions") = 'array'),
	CONSTRAINT "ck_api_keys_rate_limit_positive" CHECK ("api_keys"."rate_limit" > 0),
	CONSTRAINT "ck_api_keys_status_valid" CHECK ("api_keys"."status"::text in ('active', 'revoked', 'expired')),
	CONSTRAINT "ck_api_keys_usage_count_positive" CHECK ("api_keys"."usage_count" >= 0)
);
--> statement-breakpoint
ALTER TABLE "api_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "crawl_jobs" (
	"id" serial PRIMARY KEY NOT NULL,
	"project_id" integer NOT NULL,
	"name" varchar(100) NOT NULL,
	"keywords" jsonb NOT NULL,
	"max_images" integer DEFAULT 1000 NOT NULL,
	"status" varchar(20) DEFAULT 'pending' NOT NULL,
	"progress" integer DEFAULT 0 NOT NULL,
	"total_images" integer DEFAULT 0 NOT NULL,
	"downloaded_images" integer DEFAULT 0 NOT NULL,
	"valid_images" integer DEFAULT 0 NOT NULL,
	"total_chunks" integer DEFAULT 0 NOT NULL,
	"active_chunks" integer DEFAULT 0 NOT NULL,
	"completed_chunks" integer DEFAULT 0 NOT NULL,
	"failed_chunks" integer DEFAULT 0 NOT NULL,
	"task_ids" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"started_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ck_crawl_jobs_keywords_array" CHECK (jsonb_typeof("crawl_jobs"."keywords") = 'array'),
	CONSTRAINT "ck_crawl_jobs_task_ids_array" CHECK (jsonb_typeof("crawl_jobs"."task_ids") = 'array'),
	CONSTRAINT "ck_crawl_jobs_max_images_positive" CHECK ("crawl_jobs"."max_images" > 0),
	CONSTRAINT "ck_crawl_jobs_status_valid" CHECK ("crawl_jobs"."status"::text in ('pending', 'running', 'completed', 'failed', 'cancelled')),
	CONSTRAINT "ck_crawl_jobs_progress_percent" CHECK ("crawl_jobs"."progress" between 0 and 100),
	CONSTRAINT "ck_crawl_jobs_total_images_not_negative" CHECK ("crawl_jobs"."total_images" >= 0),
	CONSTRAINT "ck_crawl_jobs_downloaded_images_not_negative" CHECK ("crawl_jobs"."downloaded_images" >= 0),
	CONSTRAINT "ck_crawl_jobs_valid_images_not_negative" CHECK ("crawl_jobs"."valid_images" >= 0),
	CONSTRAINT "ck_crawl_jobs_valid_images_downloaded" CHECK ("crawl_jobs"."valid_images" <= "crawl_jobs"."downloaded_images"),
	CONSTRAINT "ck_crawl_jobs_total_chunks_not_negative" CHECK ("crawl_jobs"."total_chunks" >= 0),
	CONSTRAINT "ck_crawl_jobs_active_chunks_not_negative" CHECK ("crawl_jobs"."active_chunks" >= 0),
	CONSTRAINT "ck_crawl_jobs_completed_chunks_not_negative" CHECK ("crawl_jobs"."completed_chunks" >= 0),
	CONSTRAINT "ck_crawl_jobs_failed_chunks_not_negative" CHECK ("crawl_jobs"."failed_chunks" >= 0),
	CONSTRAINT "ck_crawl_jobs_chunks_within_total" CHECK ("crawl_jobs"."active_chunks" + "crawl_jobs"."completed_chunks" + "crawl_jobs"."failed_chunks" <= "crawl_jobs"."total_chunks")
);
--> statement-breakpoint
ALTER TABLE "crawl_jobs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "credit_accounts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"current_balance" integer DEFAULT 0 NOT NULL,
	"monthly_usage" integer DEFAULT 0 NOT NULL,
	"average_daily_usage" numeric(10, 2) DEFAULT '0.00' NOT NULL,
	"auto_refill_enabled" boolean DEFAULT false NOT NULL,
	"refill_threshold" integer DEFAULT 100 NOT NULL,
	"refill_amount" integer DEFAULT 500 NOT NULL,
	"monthly_limit" integer DEFAULT 2000 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ix_credit_accounts_user_id" UNIQUE("user_id"),
	CONSTRAINT "ck_credit_accounts_balance_positive" CHECK ("credit_accounts"."current_balance" >= 0),
	CONSTRAINT "ck_credit_accounts_monthly_usage_not_negative" CHECK ("credit_accounts"."monthly_usage" >= 0),
	CONSTRAINT "ck_credit_accounts_average_daily_usage_not_negative" CHECK ("credit_accounts"."average_daily_usage" >= 0),
	CONSTRAINT "ck_credit_accounts_refill_threshold_not_negative" CHECK ("credit_accounts"."refill_threshold" >= 0),
	CONSTRAINT "ck_credit_accounts_refill_amount_positive" CHECK ("credit_accounts"."refill_amount" > 0),
	CONSTRAINT "ck_credit_accounts_monthly_limit_not_negative" CHECK ("credit_accounts"."monthly_limit" >= 0)
);
--> statement-breakpoint
ALTER TABLE "credit_accounts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "credit_transactions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"type" varchar(20) NOT NULL,
	"description" text NOT NULL,
	"amount" integer NOT NULL,
	"balance_after" integer NOT NULL,
	"status" varchar(20) DEFAULT 'completed' NOT NULL,
	"metadata" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ck_credit_transactions_type_valid" CHECK ("credit_transactions"."type"::text in ('purchase', 'usage', 'refund', 'bonus')),
	CONSTRAINT "ck_credit_transactions_status_valid" CHECK ("credit_transactions"."status"::text in ('completed', 'pending', 'failed', 'cancelled')),
	CONSTRAINT "ck_credit_transactions_balance_after_not_negative" CHECK ("credit_transactions"."balance_after" >= 0),
	CONSTRAINT "ck_credit_transactions_amount_sign" CHECK (case "credit_transactions"."type"::text
        when 'usage' then "credit_transactions"."amount" < 0
        when 'refund' then "credit_transactions"."amount" <> 0
        else "credit_transactions"."amount" > 0
      end)
);
--> statement-breakpoint
ALTER TABLE "credit_transactions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "images" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"crawl_job_id" integer NOT NULL,
	"original_url" text NOT NULL,
	"filename" varchar(255) NOT NULL,
	"storage_url" text,
	"width" integer,
	"height" integer,
	"file_size" integer,
	"format" varchar(10),
	"hash" varchar(64),
	"is_valid" boolean DEFAULT true NOT NULL,
	"is_duplicate" boolean DEFAULT false NOT NULL,
	"labels" jsonb,
	"metadata" jsonb,
	"downloaded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ck_images_width_positive" CHECK ("images"."width" > 0),
	CONSTRAINT "ck_images_height_positive" CHECK ("images"."height" > 0),
	CONSTRAINT "ck_images_file_size_positive" CHECK ("images"."file_size" > 0)
);
--> statement-breakpoint
ALTER TABLE "images" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "notification_preferences" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"email_enabled" boolean DEFAULT true NOT NULL,
	"push_enabled" boolean DEFAULT false NOT NULL,
	"sms_enabled" boolean DEFAULT false NOT NULL,
	"crawl_jobs_enabled" boolean DEFAULT true NOT NULL,
	"datasets_enabled" boolean DEFAULT true NOT NULL,
	"billing_enabled" boolean DEFAULT true NOT NULL,
	"security_enabled" boolean DEFAULT true NOT NULL,
	"marketing_enabled" boolean DEFAULT false NOT NULL,
	"product_updates_enabled" boolean DEFAULT true NOT NULL,
	"digest_frequency" varchar(20) DEFAULT 'daily' NOT NULL,
	"quiet_hours_start" time,
	"quiet_hours_end" time,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ix_notification_preferences_user_id" UNIQUE("user_id"),
	CONSTRAINT "ck_notification_preferences_digest_frequency_valid" CHECK ("notification_preferences"."digest_frequency"::text in ('realtime', 'hourly', 'daily', 'weekly', 'never'))
);
--> statement-breakpoint
ALTER TABLE "notification_preferences" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" serial PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"type" varchar(50) NOT NULL,
	"category" varchar(50),
	"title" varchar(255) NOT NULL,
	"message" text NOT NULL,
	"icon" varchar(50),
	"color" varchar(20),
	"action_url" text,
	"action_label" varchar(100),
	"metadata" jsonb,
	"is_read" boolean DEFAULT false NOT NULL,
	"read_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ck_notifications_type_valid" CHECK ("notifications"."type"::text in ('success', 'info', 'warning', 'error'))
);
--> statement-breakpoint
ALTER TABLE "notifications" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "profiles" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" varchar(255),
	"full_name" varchar(100),
	"avatar_url" text,
	"role" varchar(20) DEFAULT 'user' NOT NULL,
	"onboarding_completed" boolean DEFAULT false NOT NULL,
	"onboarding_completed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ix_profiles_email" UNIQUE("email"),
	CONSTRAINT "ck_profiles_role_valid" CHECK ("profiles"."role"::text in ('user', 'admin'))
);
--> statement-breakpoint
ALTER TABLE "profiles" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "projects" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" varchar(100) NOT NULL,
	"description" text,
	"user_id" uuid NOT NULL,
	"status" varchar(20) DEFAULT 'active' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ck_projects_status_valid" CHECK ("projects"."status"::text in ('active', 'archived', 'deleted'))
);
--> statement-breakpoint
ALTER TABLE "projects" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "usage_metrics" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"metric_date" date NOT NULL,
	"images_processed" integer DEFAULT 0 NOT NULL,
	"images_limit" integer DEFAULT 10000 NOT NULL,
	"storage_used_gb" numeric(10, 2) DEFAULT '0.00' NOT NULL,
	"storage_limit_gb" numeric(10, 2) DEFAULT '100.00' NOT NULL,
	"api_calls" integer DEFAULT 0 NOT NULL,
	"api_calls_limit" integer DEFAULT 50000 NOT NULL,
	"bandwidth_used_gb" numeric(10, 2) DEFAULT '0.00' NOT NULL,
	"bandwidth_limit_gb" numeric(10, 2) DEFAULT '500.00' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "uq_usage_metrics_user_date" UNIQUE("user_id","metric_date"),
	CONSTRAINT "ck_usage_metrics_images_processed_not_negative" CHECK ("usage_metrics"."images_processed" >= 0),
	CONSTRAINT "ck_usage_metrics_images_limit_not_negative" CHECK ("usage_metrics"."images_limit" >= 0),
	CONSTRAINT "ck_usage_metrics_storage_used_gb_not_negative" CHECK ("usage_metrics"."storage_used_gb" >= 0),
	CONSTRAINT "ck_usage_metrics_storage_limit_gb_not_negative" CHECK ("usage_metrics"."storage_limit_gb" >= 0),
	CONSTRAINT "ck_usage_metrics_api_calls_not_negative" CHECK ("usage_metrics"."api_calls" >= 0),
	CONSTRAINT "ck_usage_metrics_api_calls_limit_not_negative" CHECK ("usage_metrics"."api_calls_limit" >= 0),
	CONSTRAINT "ck_usage_metrics_bandwidth_used_gb_not_negative" CHECK ("usage_metrics"."bandwidth_used_gb" >= 0),
	CONSTRAINT "ck_usage_metrics_bandwidth_limit_gb_not_negative" CHECK ("usage_metrics"."bandwidth_limit_gb" >= 0)
);
--> statement-breakpoint
ALTER TABLE "usage_metrics" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "activity_logs" ADD CONSTRAINT "activity_logs_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."profiles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."profiles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "crawl_jobs" ADD CONSTRAINT "crawl_jobs_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_accounts" ADD CONSTRAINT "credit_accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."profiles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_transactions" ADD CONSTRAINT "credit_transactions_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "public"."credit_accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_transactions" ADD CONSTRAINT "credit_transactions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."profiles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "images" ADD CONSTRAINT "images_crawl_job_id_fkey" FOREIGN KEY ("crawl_job_id") REFERENCES "public"."crawl_jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_preferences" ADD CONSTRAINT "notification_preferences_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."profiles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."profiles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_id_fkey" FOREIGN KEY ("id") REFERENCES "auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."profiles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_metrics" ADD CONSTRAINT "usage_metrics_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."profiles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "ix_activity_logs_resource" ON "activity_logs" USING btree ("resource_type","resource_id");--> statement-breakpoint
CREATE INDEX "ix_activity_logs_timestamp" ON "activity_logs" USING btree ("timestamp");--> statement-breakpoint
CREATE INDEX "ix_activity_logs_user_id" ON "activity_logs" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "ix_activity_logs_user_timestamp" ON "activity_logs" USING btree ("user_id","timestamp");--> statement-breakpoint
CREATE INDEX "ix_api_keys_status" ON "api_keys" USING btree ("status");--> statement-breakpoint
CREATE INDEX "ix_api_keys_user_id" ON "api_keys" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "ix_crawl_jobs_created_at" ON "crawl_jobs" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "ix_crawl_jobs_project_id" ON "crawl_jobs" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "ix_crawl_jobs_project_status" ON "crawl_jobs" USING btree ("project_id","status");--> statement-breakpoint
CREATE INDEX "ix_crawl_jobs_status" ON "crawl_jobs" USING btree ("status");--> statement-breakpoint
CREATE INDEX "ix_credit_transactions_account_id" ON "credit_transactions" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "ix_credit_transactions_created_at" ON "credit_transactions" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "ix_credit_transactions_user_id" ON "credit_transactions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "ix_images_crawl_job_id" ON "images" USING btree ("crawl_job_id");--> statement-breakpoint
CREATE INDEX "ix_images_created_at" ON "images" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "ix_images_hash" ON "images" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "ix_notifications_created_at" ON "notifications" USING btree ("created_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "ix_notifications_is_read" ON "notifications" USING btree ("is_read");--> statement-breakpoint
CREATE INDEX "ix_notifications_user_id" ON "notifications" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "ix_notifications_user_unread" ON "notifications" USING btree ("user_id","is_read") WHERE "notifications"."is_read" = false;--> statement-breakpoint
CREATE INDEX "ix_profiles_role" ON "profiles" USING btree ("role");--> statement-breakpoint
CREATE INDEX "ix_projects_status" ON "projects" USING btree ("status");--> statement-breakpoint
CREATE INDEX "ix_projects_user_id" ON "projects" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "ix_usage_metrics_user_id" ON "usage_metrics" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "ix_usage_metrics_metric_date" ON "usage_metrics" USING btree ("metric_date");--> statement-breakpoint
CREATE POLICY "Users read their own activity" ON "activity_logs" AS PERMISSIVE FOR SELECT TO "authenticated" USING ("activity_logs"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users read their own API keys" ON "api_keys" AS PERMISSIVE FOR SELECT TO "authenticated" USING ("api_keys"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users create their own API keys" ON "api_keys" AS PERMISSIVE FOR INSERT TO "authenticated" WITH CHECK ("api_keys"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users change their own API keys" ON "api_keys" AS PERMISSIVE FOR UPDATE TO "authenticated" USING ("api_keys"."user_id" = (select auth.uid())) WITH CHECK ("api_keys"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users delete their own API keys" ON "api_keys" AS PERMISSIVE FOR DELETE TO "authenticated" USING ("api_keys"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users read jobs in their projects" ON "crawl_jobs" AS PERMISSIVE FOR SELECT TO "authenticated" USING ("crawl_jobs"."project_id" = any (array(select "projects"."id" from "projects")));--> statement-breakpoint
CREATE POLICY "Users create jobs in their projects" ON "crawl_jobs" AS PERMISSIVE FOR INSERT TO "authenticated" WITH CHECK ("crawl_jobs"."project_id" = any (array(select "projects"."id" from "projects")));--> statement-breakpoint
CREATE POLICY "Users change jobs in their projects" ON "crawl_jobs" AS PERMISSIVE FOR UPDATE TO "authenticated" USING ("crawl_jobs"."project_id" = any (array(select "projects"."id" from "projects"))) WITH CHECK ("crawl_jobs"."project_id" = any (array(select "projects"."id" from "projects")));--> statement-breakpoint
CREATE POLICY "Users delete jobs in their projects" ON "crawl_jobs" AS PERMISSIVE FOR DELETE TO "authenticated" USING ("crawl_jobs"."project_id" = any (array(select "projects"."id" from "projects")));--> statement-breakpoint
CREATE POLICY "Users read their own credit account" ON "credit_accounts" AS PERMISSIVE FOR SELECT TO "authenticated" USING ("credit_accounts"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users change the refill of their own credit account" ON "credit_accounts" AS PERMISSIVE FOR UPDATE TO "authenticated" USING ("credit_accounts"."user_id" = (select auth.uid())) WITH CHECK ("credit_accounts"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users read their own credit transactions" ON "credit_transactions" AS PERMISSIVE FOR SELECT TO "authenticated" USING ("credit_transactions"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users read images of their jobs" ON "images" AS PERMISSIVE FOR SELECT TO "authenticated" USING ("images"."crawl_job_id" = any (array(select "crawl_jobs"."id" from "crawl_jobs")) and "images"."crawl_job_id" between -(select 2147483647) - 1 and (select 2147483647));--> statement-breakpoint
CREATE POLICY "Users read their own notification preferences" ON "notification_preferences" AS PERMISSIVE FOR SELECT TO "authenticated" USING ("notification_preferences"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users create their own notification preferences" ON "notification_preferences" AS PERMISSIVE FOR INSERT TO "authenticated" WITH CHECK ("notification_preferences"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users change their own notification preferences" ON "notification_preferences" AS PERMISSIVE FOR UPDATE TO "authenticated" USING ("notification_preferences"."user_id" = (select auth.uid())) WITH CHECK ("notification_preferences"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users read their own notifications" ON "notifications" AS PERMISSIVE FOR SELECT TO "authenticated" USING ("notifications"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users mark their own notifications" ON "notifications" AS PERMISSIVE FOR UPDATE TO "authenticated" USING ("notifications"."user_id" = (select auth.uid())) WITH CHECK ("notifications"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users delete their own notifications" ON "notifications" AS PERMISSIVE FOR DELETE TO "authenticated" USING ("notifications"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users read their own profile" ON "profiles" AS PERMISSIVE FOR SELECT TO "authenticated" USING ("profiles"."id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users change their own profile" ON "profiles" AS PERMISSIVE FOR UPDATE TO "authenticated" USING ("profiles"."id" = (select auth.uid())) WITH CHECK ("profiles"."id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users read their own projects" ON "projects" AS PERMISSIVE FOR SELECT TO "authenticated" USING ("projects"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users create their own projects" ON "projects" AS PERMISSIVE FOR INSERT TO "authenticated" WITH CHECK ("projects"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users change their own projects" ON "projects" AS PERMISSIVE FOR UPDATE TO "authenticated" USING ("projects"."user_id" = (select auth.uid())) WITH CHECK ("projects"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users delete their own projects" ON "projects" AS PERMISSIVE FOR DELETE TO "authenticated" USING ("projects"."user_id" = (select auth.uid()));--> statement-breakpoint
CREATE POLICY "Users read their own usage" ON "usage_metrics" AS PERMISSIVE FOR SELECT TO "authenticated" USING ("usage_metrics"."user_id" = (select auth.uid()));