-- Grants: which columns a user may write; the policies in schema.ts decide in which rows.
--
-- The platform's default privileges hand new tables to every API role, TRUNCATE included, which row-level security does
-- not cover. So each table is first taken from everybody. Taking a privilege from a table takes it from its columns too
-- (https://www.postgresql.org/docs/current/sql-revoke.html), and a column is closed by never granting it: revoking one
-- column of a granted table changes nothing.
--
-- anon: nothing. service_role: everything. authenticated: what stands here.

revoke all on table
  public.profiles,
  public.projects,
  public.crawl_jobs,
  public.images,
  public.activity_logs,
  public.api_keys,
  public.credit_accounts,
  public.credit_transactions,
  public.notifications,
  public.notification_preferences,
  public.usage_metrics
from public, anon, authenticated;

revoke all on sequence
  public.projects_id_seq,
  public.crawl_jobs_id_seq,
  public.images_id_seq,
  public.activity_logs_id_seq,
  public.notifications_id_seq
from public, anon, authenticated;

grant all on table
  public.profiles,
  public.projects,
  public.crawl_jobs,
  public.images,
  public.activity_logs,
  public.api_keys,
  public.credit_accounts,
  public.credit_transactions,
  public.notifications,
  public.notification_preferences,
  public.usage_metrics
to service_role;

grant all on sequence
  public.projects_id_seq,
  public.crawl_jobs_id_seq,
  public.images_id_seq,
  public.activity_logs_id_seq,
  public.notifications_id_seq
to service_role;


-- What a signed-in user may do ----------------------------------------------------------------------------------------

grant select on table
  public.profiles,
  public.projects,
  public.crawl_jobs,
  public.images,
  public.activity_logs,
  public.api_keys,
  public.credit_accounts,
  public.credit_transactions,
  public.notifications,
  public.notification_preferences,
  public.usage_metrics
to authenticated;

grant update (full_name, avatar_url, onboarding_completed, onboarding_completed_at)
  on table public.profiles to authenticated;

grant insert (name, description, status, user_id) on table public.projects to authenticated;
grant update (name, description, status) on table public.projects to authenticated;
grant delete on table public.projects to authenticated;
grant usage on sequence public.projects_id_seq to authenticated;

grant insert (project_id, name, keywords, max_images) on table public.crawl_jobs to authenticated;
grant update (name, keywords, max_images, status) on table public.crawl_jobs to authenticated;
grant delete on table public.crawl_jobs to authenticated;
grant usage on sequence public.crawl_jobs_id_seq to authenticated;

grant insert (user_id, name, key_hash, key_prefix, permissions, expires_at) on table public.api_keys to authenticated;
grant update (name, status, expires_at) on table public.api_keys to authenticated;
grant delete on table public.api_keys to authenticated;

grant update (auto_refill_enabled, refill_threshold, refill_amount, monthly_limit)
  on table public.credit_accounts to authenticated;

grant update (is_read, read_at) on table public.notifications to authenticated;
grant delete on table public.notifications to authenticated;

grant insert (
  user_id, email_enabled, push_enabled, sms_enabled, crawl_jobs_enabled, datasets_enabled, billing_enabled,
  security_enabled, marketing_enabled, product_updates_enabled, digest_frequency, quiet_hours_start, quiet_hours_end
) on table public.notification_preferences to authenticated;
grant update (
  email_enabled, push_enabled, sms_enabled, crawl_jobs_enabled, datasets_enabled, billing_enabled,
  security_enabled, marketing_enabled, product_updates_enabled, digest_frequency, quiet_hours_start, quiet_hours_end
) on table public.notification_preferences to authenticated;


-- Functions -----------------------------------------------------------------------------------------------------------
--
-- A new function can be executed by everybody until that is revoked. A trigger needs no privilege to run its function.

revoke all on function
  public.metadata_text(jsonb, text),
  public.profile_email(text),
  public.provision_user(uuid, text, jsonb),
  public.handle_new_user(),
  public.handle_user_email_change(),
  public.handle_updated_at(),
  public.queue_chunks(integer, text[]),
  public.move_chunk(integer, text, text, integer, integer),
  public.start_chunk(integer, text),
  public.complete_chunk(integer, text, integer, integer),
  public.fail_chunk(integer, text),
  public.follow_chunks(),
  public.apply_credit_transaction(),
  public.keep_credit_transactions(),
  public.keep_credit_account(),
  public.explain_opening_balance()
from public, anon, authenticated, service_role;

grant execute on function
  public.queue_chunks(integer, text[]),
  public.move_chunk(integer, text, text, integer, integer),
  public.start_chunk(integer, text),
  public.complete_chunk(integer, text, integer, integer),
  public.fail_chunk(integer, text)
to service_role;


-- What is created later -----------------------------------------------------------------------------------------------
--
-- Tables, sequences and functions that postgres adds to this schema start out closed to users; a migration that adds one
-- grants what is meant. EXECUTE for everybody is PostgreSQL's own default, and can only be taken back for all schemas
-- (https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html).

alter default privileges for role postgres in schema public revoke all on tables from anon, authenticated;
alter default privileges for role postgres in schema public revoke all on sequences from anon, authenticated;
alter default privileges for role postgres in schema public revoke all on functions from anon, authenticated;
alter default privileges for role postgres revoke execute on functions from public;

alter default privileges for role postgres in schema public grant all on tables to service_role;
alter default privileges for role postgres in schema public grant all on sequences to service_role;
alter default privileges for role postgres in schema public grant all on functions to service_role;
