create table public.mails (
  id uuid primary key default gen_random_uuid(),
  sender uuid not null default auth.uid() references auth.users on delete cascade,
  recipient uuid not null references auth.users on delete cascade,
  body text not null check (length(body) between 1 and 2000),
  seen boolean not null default false
);
alter table public.mails enable row level security;
grant select, insert (sender, recipient, body), update (seen), delete on public.mails to authenticated;
create policy see on public.mails for select to authenticated using ((select auth.uid()) in (sender, recipient));
create policy send on public.mails for insert to authenticated with check (sender = (select auth.uid()));
create policy mark on public.mails for update to authenticated using (recipient = (select auth.uid()));
create policy withdraw on public.mails for delete to authenticated
  using (sender = (select auth.uid()) and not seen);
