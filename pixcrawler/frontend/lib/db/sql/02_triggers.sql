-- Triggers: when the functions run.
--
-- `create or replace` leaves a trigger that is there in place, which matters on auth.users: this role may create triggers
-- there but not drop them.

create or replace trigger on_auth_user_created
  after insert on auth.users
  for each row execute function public.handle_new_user();

create or replace trigger on_auth_user_email_changed
  after update of email on auth.users
  for each row when (old.email is distinct from new.email)
  execute function public.handle_user_email_change();


create or replace trigger handle_updated_at
  before update on public.profiles
  for each row execute function public.handle_updated_at();

create or replace trigger handle_updated_at
  before update on public.projects
  for each row execute function public.handle_updated_at();

create or replace trigger handle_updated_at
  before update on public.crawl_jobs
  for each row execute function public.handle_updated_at();

create or replace trigger handle_updated_at
  before update on public.api_keys
  for each row execute function public.handle_updated_at();

create or replace trigger handle_updated_at
  before update on public.credit_accounts
  for each row execute function public.handle_updated_at();

create or replace trigger handle_updated_at
  before update on public.notification_preferences
  for each row execute function public.handle_updated_at();


create or replace trigger follow_chunks
  before update on public.crawl_jobs
  for each row execute function public.follow_chunks();


create or replace trigger apply_credit_transaction
  before insert on public.credit_transactions
  for each row execute function public.apply_credit_transaction();

create or replace trigger keep_credit_transactions
  before update or delete on public.credit_transactions
  for each row execute function public.keep_credit_transactions();

-- TRUNCATE fires no row triggers.
create or replace trigger keep_credit_transactions_whole
  before truncate on public.credit_transactions
  for each statement execute function public.keep_credit_transactions();

create or replace trigger keep_credit_account
  before update on public.credit_accounts
  for each row execute function public.keep_credit_account();

create or replace trigger explain_opening_balance
  after insert on public.credit_accounts
  for each row when (new.current_balance <> 0)
  execute function public.explain_opening_balance();
