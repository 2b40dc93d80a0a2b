create table public.wallets (
  user_id uuid primary key references auth.users on delete cascade,
  nickname text,
  balance integer not null default 0 check (balance >= 0)
);
alter table public.wallets enable row level security;
grant select, update (nickname) on public.wallets to authenticated;
create policy see on public.wallets for select to authenticated using (user_id = (select auth.uid()));
create policy change on public.wallets for update to authenticated using (user_id = (select auth.uid()));
