create table public.judges (user_id uuid primary key references auth.users on delete cascade);
create table public.badges (user_id uuid primary key references auth.users on delete cascade, label text);
alter table public.judges enable row level security;
alter table public.badges enable row level security;
grant select on public.judges to authenticated;
grant select, insert, update on public.badges to authenticated;
create policy own on public.judges for select to authenticated using (user_id = (select auth.uid()));
create policy see on public.badges for select to authenticated using (user_id = (select auth.uid()));
create policy change on public.badges for update to authenticated using (user_id = (select auth.uid()));
create policy make on public.badges for insert to authenticated
  with check (exists (select from public.judges j where j.user_id = (select auth.uid())));
