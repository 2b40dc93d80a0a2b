create table public.receipts (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users on delete cascade,
  note text
);
create table public.slips (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users on delete cascade,
  note text
);
alter table public.receipts enable row level security;
alter table public.slips enable row level security;
grant select, insert, delete on public.receipts to authenticated;
grant update (note) on public.receipts to authenticated;
grant select, insert, update, delete on public.slips to authenticated;
create policy own on public.receipts to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy own on public.slips to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
