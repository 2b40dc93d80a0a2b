create table public.spaces (id uuid primary key default gen_random_uuid(), name text not null);
create table public.tenants (
  user_id uuid primary key references auth.users on delete cascade,
  space_id uuid not null references public.spaces on delete cascade
);
create table public.notes (
  id uuid primary key default gen_random_uuid(),
  space_id uuid not null references public.spaces on delete cascade,
  body text
);
alter table public.spaces enable row level security;
alter table public.tenants enable row level security;
alter table public.notes enable row level security;
grant select on public.spaces, public.tenants, public.notes to authenticated;
create policy own on public.tenants for select to authenticated using (user_id = (select auth.uid()));
create policy here on public.spaces for select to authenticated
  using (id = (select t.space_id from public.tenants t where t.user_id = (select auth.uid())));
create policy here on public.notes for select to authenticated
  using (space_id = (select t.space_id from public.tenants t where t.user_id = (select auth.uid())));
