-- Functions: what keeps rows true, whoever writes them.
--
-- Every function runs with an empty search_path and so names its tables in full: nobody can slip in a table of their own
-- (https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY). Only the sign-up
-- functions run with their owner's rights, because Supabase Auth has none in `public`.


-- Sign-up -------------------------------------------------------------------------------------------------------------

-- The text that sign-up metadata holds under a key, or null where there is none. Metadata is whatever a client or an
-- identity provider sent: not even an object for certain, and its values of any type.
create or replace function public.metadata_text(metadata jsonb, key text) returns text
language sql immutable parallel safe
set search_path = ''
as $$
  select case jsonb_typeof(metadata -> key) when 'string' then nullif(btrim(metadata ->> key), '') end
$$;
--> statement-breakpoint
-- An e-mail address as profiles can hold it. One that is too long is left out: cut short, it would be somebody else's.
create or replace function public.profile_email(address text) returns text
language sql immutable parallel safe
set search_path = ''
as $$
  select case when char_length(address) <= 255 then nullif(address, '') end
$$;
--> statement-breakpoint
-- Gives a user of Supabase Auth what every user has: a profile, a credit account with the free credits, and notification
-- preferences. What is there already stays as it is, so calling it again is safe: for users who signed up before this
-- schema was deployed, or after one of the warnings below.
--
-- It never fails: what goes wrong with one part is undone and reported as a warning, and keeps neither the sign-up nor
-- the other parts from happening. Returns whether the user has everything.
create or replace function public.provision_user(newcomer uuid, address text, metadata jsonb) returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
  free_credits constant integer := 100;
  name text;
  picture text;
  account uuid;
  complete boolean := true;
begin
  begin
    name := left(coalesce(public.metadata_text(metadata, 'full_name'), public.metadata_text(metadata, 'name')), 100);
    picture := coalesce(public.metadata_text(metadata, 'avatar_url'), public.metadata_text(metadata, 'picture'));
    insert into public.profiles (id, email, full_name, avatar_url)
    values (newcomer, public.profile_email(address), name, picture)
    on conflict do nothing;
    if not found and not exists (select from public.profiles where id = newcomer) then
      -- Supabase Auth lets single sign-on users share an address. Here it is unique: whoever came first keeps it.
      insert into public.profiles (id, full_name, avatar_url) values (newcomer, name, picture);
      raise warning 'the profile of user % has no e-mail: another profile bears the address', newcomer;
    end if;
  exception when others then
    raise warning 'user % has no profile: % (%)', newcomer, sqlerrm, sqlstate;
    return false;
  end;

  begin
    insert into public.credit_accounts (user_id) values (newcomer)
    on conflict do nothing
    returning id into account;
    if found then
      insert into public.credit_transactions (account_id, user_id, type, description, amount)
      values (account, newcomer, 'bonus', 'Free credits for signing up', free_credits);
    end if;
  exception when others then
    complete := false;
    raise warning 'user % has no credit account: % (%)', newcomer, sqlerrm, sqlstate;
  end;

  begin
    insert into public.notification_preferences (user_id) values (newcomer)
    on conflict do nothing;
  exception when others then
    complete := false;
    raise warning 'user % has no notification preferences: % (%)', newcomer, sqlerrm, sqlstate;
  end;

  return complete;
end
$$;
--> statement-breakpoint
create or replace function public.handle_new_user() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform public.provision_user(new.id, new.email, new.raw_user_meta_data);
  return null;
exception when others then
  raise warning 'user % is not provisioned: % (%)', new.id, sqlerrm, sqlstate;
  return null;
end
$$;
--> statement-breakpoint
-- Carries a changed e-mail address to the profile. Where another profile bears the address, this one is left without:
-- better none than one that is out of date.
create or replace function public.handle_user_email_change() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  begin
    update public.profiles set email = public.profile_email(new.email) where id = new.id;
  exception when unique_violation then
    update public.profiles set email = null where id = new.id;
    raise warning 'the profile of user % has no e-mail: another profile bears the address', new.id;
  end;
  return null;
exception when others then
  raise warning 'the e-mail of user % is not carried to the profile: % (%)', new.id, sqlerrm, sqlstate;
  return null;
end
$$;
--> statement-breakpoint
-- Time of the last change ---------------------------------------------------------------------------------------------

create or replace function public.handle_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- now() stands still within a transaction; a change moves the time even in the transaction that made the row.
  new.updated_at := clock_timestamp();
  return new;
end
$$;
--> statement-breakpoint
-- Chunks of a crawl job -----------------------------------------------------------------------------------------------
--
-- A job's task_ids name its chunks, and the place of a name in that list says how far the chunk is: the completed come
-- first, then the failed, the active, the waiting, each as many as the job's counter says. So no name is lost, and a
-- chunk that is reported twice is recognised.
--
-- The functions lock the job's row, so that workers take turns, and change list and counters in one statement: a worker
-- that is killed leaves everything as it was before its call. Images of the job can be inserted meanwhile. Workers call
-- queue_chunks, start_chunk, complete_chunk and fail_chunk as service_role.

-- Adds chunks to a job; names that it has already are left alone. Returns how many are new.
create or replace function public.queue_chunks(job_id integer, new_task_ids text[]) returns integer
language plpgsql
set search_path = ''
as $$
declare
  known jsonb;
  added jsonb;
begin
  select task_ids into known from public.crawl_jobs where id = job_id for no key update;
  if not found then
    raise no_data_found using message = format('there is no crawl job %s', job_id);
  end if;

  select coalesce(jsonb_agg(name order by place), '[]') into added
  from (
    select name, min(place) as place
    from unnest(new_task_ids) with ordinality as given (name, place)
    where name is not null and not known ? name
    group by name
  ) as distinct_names;

  update public.crawl_jobs
  set task_ids = known || added,
      total_chunks = greatest(total_chunks, jsonb_array_length(known || added))
  where id = job_id;
  return jsonb_array_length(added);
end
$$;
--> statement-breakpoint
-- Moves one chunk to `state` (active, completed or failed), and the counters with it. Returns whether the caller may go
-- on as if the chunk were its own to start or to finish: false for one that was finished before.
create or replace function public.move_chunk(
  job_id integer, task_id text, state text, downloaded integer default 0, valid integer default 0
) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  job public.crawl_jobs;
  place integer;
  was text;
begin
  if state not in ('active', 'completed', 'failed') or downloaded < 0 or valid < 0 then
    raise invalid_parameter_value using
      message = format('no chunk becomes %s with %s images, %s of them valid', state, downloaded, valid);
  end if;
  select * into job from public.crawl_jobs where id = job_id for no key update;
  if not found then
    raise no_data_found using message = format('there is no crawl job %s', job_id);
  end if;
  if state = 'active' and job.status = 'cancelled' then
    return false;
  end if;

  select min(task.place) - 1 into place
  from jsonb_array_elements_text(job.task_ids) with ordinality as task (name, place)
  where task.name = task_id;
  if place is null then
    -- A job may know how many chunks it has before it knows their names.
    place := jsonb_array_length(job.task_ids);
    if task_id is null or place >= job.total_chunks then
      raise no_data_found using message = format('crawl job %s has no chunk %s', job_id, task_id);
    end if;
    job.task_ids := job.task_ids || to_jsonb(task_id);
  end if;

  was := case
    when place < job.completed_chunks then 'completed'
    when place < job.completed_chunks + job.failed_chunks then 'failed'
    when place < job.completed_chunks + job.failed_chunks + job.active_chunks then 'active'
    else 'waiting'
  end;
  if was = 'completed' or was = 'failed' and state <> 'active' then
    return false;
  end if;

  job.completed_chunks := job.completed_chunks + (state = 'completed')::integer;
  job.failed_chunks := job.failed_chunks + (state = 'failed')::integer - (was = 'failed')::integer;
  job.active_chunks := job.active_chunks + (state = 'active')::integer - (was = 'active')::integer;
  place := case state
    when 'completed' then job.completed_chunks
    when 'failed' then job.completed_chunks + job.failed_chunks
    else job.completed_chunks + job.failed_chunks + job.active_chunks
  end - 1;

  update public.crawl_jobs
  set task_ids = jsonb_insert(job.task_ids - task_id, array[place::text], to_jsonb(task_id)),
      completed_chunks = job.completed_chunks,
      failed_chunks = job.failed_chunks,
      active_chunks = job.active_chunks,
      downloaded_images = downloaded_images + downloaded,
      valid_images = valid_images + valid,
      status = case when state = 'active' then 'running' else status end
  where id = job_id;
  return true;
end
$$;
--> statement-breakpoint
-- A worker takes a chunk: a waiting one, a failed one to try it again, or one whose worker is gone. False when there is
-- nothing to do: the chunk is completed, or the job cancelled.
create or replace function public.start_chunk(job_id integer, task_id text) returns boolean
language sql
set search_path = ''
as $$
  select public.move_chunk(job_id, task_id, 'active')
$$;
--> statement-breakpoint
-- A worker has finished a chunk, and these are the images that it brought. False when that was counted before.
create or replace function public.complete_chunk(
  job_id integer, task_id text, downloaded integer default 0, valid integer default 0
) returns boolean
language sql
set search_path = ''
as $$
  select public.move_chunk(job_id, task_id, 'completed', downloaded, valid)
$$;
--> statement-breakpoint
-- A worker gives a chunk up. False when it was finished before.
create or replace function public.fail_chunk(job_id integer, task_id text) returns boolean
language sql
set search_path = ''
as $$
  select public.move_chunk(job_id, task_id, 'failed')
$$;
--> statement-breakpoint
-- Keeps a job's progress, status and times in step with its chunks, however the counters are changed, and lets users
-- (who may write the status, to start, cancel or retry) claim no result.
create or replace function public.follow_chunks() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  finished constant integer := new.completed_chunks + new.failed_chunks;
begin
  if current_user in ('anon', 'authenticated') and new.status <> old.status
    and (old.status, new.status) not in (
      ('pending', 'running'), ('pending', 'cancelled'), ('running', 'cancelled'), ('cancelled', 'pending'),
      ('failed', 'pending'))
  then
    raise insufficient_privilege using
      message = format('a job that is %s cannot be made %s by its user', old.status, new.status);
  end if;

  if (new.total_chunks, new.active_chunks, new.completed_chunks, new.failed_chunks)
    is distinct from (old.total_chunks, old.active_chunks, old.completed_chunks, old.failed_chunks)
    and new.total_chunks > 0
  then
    new.progress := finished * 100::bigint / new.total_chunks;
    if new.status = 'pending' and finished + new.active_chunks > 0 then
      new.status := 'running';
    end if;
    if new.status = 'running' and finished >= new.total_chunks then
      new.status := case when new.completed_chunks > 0 then 'completed' else 'failed' end;
    end if;
  end if;

  if new.status <> old.status then
    if new.status = 'running' then
      new.started_at := coalesce(new.started_at, now());
    end if;
    if new.status in ('pending', 'running') then
      new.completed_at := null;
    else
      new.completed_at := coalesce(new.completed_at, now());
    end if;
  end if;
  return new;
end
$$;
--> statement-breakpoint
-- Credits -------------------------------------------------------------------------------------------------------------
--
-- The ledger is the truth and the balance its running sum: a completed transaction moves the balance in the statement
-- that inserts it, and nothing else does.

-- Locks the account, refuses what it cannot pay, moves its balance and writes balance_after.
create or replace function public.apply_credit_transaction() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  balance integer;
begin
  select current_balance into balance
  from public.credit_accounts
  where id = new.account_id and user_id = new.user_id
  for no key update;
  if not found then
    raise foreign_key_violation using
      message = format('user %s has no credit account %s', new.user_id, new.account_id);
  end if;

  new.balance_after := balance;
  -- The row may be there already: then this insert ends in an error, or in nothing (ON CONFLICT DO NOTHING), and nothing
  -- is paid. Asked under the account's lock: of two inserts of one transaction the second sees the first.
  if new.status = 'completed' and not exists (select from public.credit_transactions where id = new.id) then
    new.balance_after := balance + new.amount;
    if new.balance_after < 0 then
      raise check_violation using
        message = format('a balance of %s credits does not cover %s', balance, -new.amount::bigint),
        table = 'credit_accounts', constraint = 'ck_credit_accounts_balance_positive';
    end if;
    update public.credit_accounts
    set current_balance = new.balance_after,
        monthly_usage = monthly_usage + case new.type when 'usage' then -new.amount else 0 end
    where id = new.account_id;
  end if;
  return new;
end
$$;
--> statement-breakpoint
-- The ledger is append-only. Its rows go only with their account or user, and then whole.
create or replace function public.keep_credit_transactions() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- A cascade has deleted the parent row by the time it comes here.
  if tg_op = 'DELETE' and not exists (
    select from public.credit_accounts where id = old.account_id and user_id = old.user_id
      and exists (select from public.profiles where id = old.user_id)
  ) then
    return old;
  end if;
  raise insufficient_privilege using
    message = format('credit_transactions is a ledger: no %s', tg_op),
    hint = 'Insert a transaction that corrects the balance.';
end
$$;
--> statement-breakpoint
-- Keeps the balance to the ledger, an account to its user, and the usage to its month.
create or replace function public.keep_credit_account() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  today constant timestamp := now() at time zone 'utc';
begin
  if (new.id, new.user_id) is distinct from (old.id, old.user_id) then
    raise insufficient_privilege using message = 'a credit account stays with its user';
  end if;
  -- Called from the ledger's trigger, this one is the second in depth.
  if new.current_balance <> old.current_balance and pg_trigger_depth() < 2 then
    raise insufficient_privilege using
      message = 'the balance of a credit account follows its ledger',
      hint = 'Insert a row into credit_transactions.';
  end if;

  -- Every change comes here and moves updated_at, so that a new month is noticed by whichever change is its first.
  if date_trunc('month', old.updated_at at time zone 'utc') < date_trunc('month', today) then
    new.monthly_usage := new.monthly_usage - least(new.monthly_usage, old.monthly_usage);
  end if;
  if new.monthly_usage <> old.monthly_usage then
    new.average_daily_usage := round(new.monthly_usage::numeric / extract(day from today), 2);
  end if;
  return new;
end
$$;
--> statement-breakpoint
-- An account that is opened with a balance gets the ledger row that explains it.
create or replace function public.explain_opening_balance() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  update public.credit_accounts set current_balance = 0 where id = new.id;
  insert into public.credit_transactions (account_id, user_id, type, description, amount)
  values (new.id, new.user_id, 'bonus', 'Opening balance', new.current_balance);
  return null;
end
$$;
--> statement-breakpoint
-- Triggers: when the functions run.
--
-- `create or replace` leaves a trigger that is there in place, which matters on auth.users: this role may create triggers
-- there but not drop them.

create or replace trigger on_auth_user_created
  after insert on auth.users
  for each row execute function public.handle_new_user();
--> statement-breakpoint
create or replace trigger on_auth_user_email_changed
  after update of email on auth.users
  for each row when (old.email is distinct from new.email)
  execute function public.handle_user_email_change();
--> statement-breakpoint
create or replace trigger handle_updated_at
  before update on public.profiles
  for each row execute function public.handle_updated_at();
--> statement-breakpoint
create or replace trigger handle_updated_at
  before update on public.projects
  for each row execute function public.handle_updated_at();
--> statement-breakpoint
create or replace trigger handle_updated_at
  before update on public.crawl_jobs
  for each row execute function public.handle_updated_at();
--> statement-breakpoint
create or replace trigger handle_updated_at
  before update on public.api_keys
  for each row execute function public.handle_updated_at();
--> statement-breakpoint
create or replace trigger handle_updated_at
  before update on public.credit_accounts
  for each row execute function public.handle_updated_at();
--> statement-breakpoint
create or replace trigger handle_updated_at
  before update on public.notification_preferences
  for each row execute function public.handle_updated_at();
--> statement-breakpoint
create or replace trigger follow_chunks
  before update on public.crawl_jobs
  for each row execute function public.follow_chunks();
--> statement-breakpoint
create or replace trigger apply_credit_transaction
  before insert on public.credit_transactions
  for each row execute function public.apply_credit_transaction();
--> statement-breakpoint
create or replace trigger keep_credit_transactions
  before update or delete on public.credit_transactions
  for each row execute function public.keep_credit_transactions();
--> statement-breakpoint
-- TRUNCATE fires no row triggers.
create or replace trigger keep_credit_transactions_whole
  before truncate on public.credit_transactions
  for each statement execute function public.keep_credit_transactions();
--> statement-breakpoint
create or replace trigger keep_credit_account
  before update on public.credit_accounts
  for each row execute function public.keep_credit_account();
--> statement-breakpoint
create or replace trigger explain_opening_balance
  after insert on public.credit_accounts
  for each row when (new.current_balance <> 0)
  execute function public.explain_opening_balance();
--> statement-breakpoint
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
--> statement-breakpoint
revoke all on sequence
  public.projects_id_seq,
  public.crawl_jobs_id_seq,
  public.images_id_seq,
  public.activity_logs_id_seq,
  public.notifications_id_seq
from public, anon, authenticated;
--> statement-breakpoint
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
--> statement-breakpoint
grant all on sequence
  public.projects_id_seq,
  public.crawl_jobs_id_seq,
  public.images_id_seq,
  public.activity_logs_id_seq,
  public.notifications_id_seq
to service_role;
--> statement-breakpoint
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
--> statement-breakpoint
grant update (full_name, avatar_url, onboarding_completed, onboarding_completed_at)
  on table public.profiles to authenticated;
--> statement-breakpoint
grant insert (name, description, status, user_id) on table public.projects to authenticated;
--> statement-breakpoint
grant update (name, description, status) on table public.projects to authenticated;
--> statement-breakpoint
grant delete on table public.projects to authenticated;
--> statement-breakpoint
grant usage on sequence public.projects_id_seq to authenticated;
--> statement-breakpoint
grant insert (project_id, name, keywords, max_images) on table public.crawl_jobs to authenticated;
--> statement-breakpoint
grant update (name, keywords, max_images, status) on table public.crawl_jobs to authenticated;
--> statement-breakpoint
grant delete on table public.crawl_jobs to authenticated;
--> statement-breakpoint
grant usage on sequence public.crawl_jobs_id_seq to authenticated;
--> statement-breakpoint
grant insert (user_id, name, key_hash, key_prefix, permissions, expires_at) on table public.api_keys to authenticated;
--> statement-breakpoint
grant update (name, status, expires_at) on table public.api_keys to authenticated;
--> statement-breakpoint
grant delete on table public.api_keys to authenticated;
--> statement-breakpoint
grant update (auto_refill_enabled, refill_threshold, refill_amount, monthly_limit)
  on table public.credit_accounts to authenticated;
--> statement-breakpoint
grant update (is_read, read_at) on table public.notifications to authenticated;
--> statement-breakpoint
grant delete on table public.notifications to authenticated;
--> statement-breakpoint
grant insert (
  user_id, email_enabled, push_enabled, sms_enabled, crawl_jobs_enabled, datasets_enabled, billing_enabled,
  security_enabled, marketing_enabled, product_updates_enabled, digest_frequency, quiet_hours_start, quiet_hours_end
) on table public.notification_preferences to authenticated;
--> statement-breakpoint
grant update (
  email_enabled, push_enabled, sms_enabled, crawl_jobs_enabled, datasets_enabled, billing_enabled,
  security_enabled, marketing_enabled, product_updates_enabled, digest_frequency, quiet_hours_start, quiet_hours_end
) on table public.notification_preferences to authenticated;
--> statement-breakpoint
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
--> statement-breakpoint
grant execute on function
  public.queue_chunks(integer, text[]),
  public.move_chunk(integer, text, text, integer, integer),
  public.start_chunk(integer, text),
  public.complete_chunk(integer, text, integer, integer),
  public.fail_chunk(integer, text)
to service_role;
--> statement-breakpoint
-- What is created later -----------------------------------------------------------------------------------------------
--
-- Tables, sequences and functions that postgres adds to this schema start out closed to users; a migration that adds one
-- grants what is meant. EXECUTE for everybody is PostgreSQL's own default, and can only be taken back for all schemas
-- (https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html).

alter default privileges for role postgres in schema public revoke all on tables from anon, authenticated;
--> statement-breakpoint
alter default privileges for role postgres in schema public revoke all on sequences from anon, authenticated;
--> statement-breakpoint
alter default privileges for role postgres in schema public revoke all on functions from anon, authenticated;
--> statement-breakpoint
alter default privileges for role postgres revoke execute on functions from public;
--> statement-breakpoint
alter default privileges for role postgres in schema public grant all on tables to service_role;
--> statement-breakpoint
alter default privileges for role postgres in schema public grant all on sequences to service_role;
--> statement-breakpoint
alter default privileges for role postgres in schema public grant all on functions to service_role;
