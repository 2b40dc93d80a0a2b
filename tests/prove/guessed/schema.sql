-- What guesses about who is who have to get right: a level below members, votes that make nobody a member, rows that
-- refer to two others that must differ, and a table of users of which everybody is something.
create type public.crew as enum ('captain', 'member', 'guest');
create type public.trade as enum ('keeper', 'clerk');
create table public.staff (
  id uuid primary key references auth.users on delete cascade,
  role public.trade not null default 'clerk',
  name text
);
create table public.boats (id uuid primary key default gen_random_uuid(), name text not null);
create table public.hands (
  boat_id uuid not null references public.boats on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  role public.crew not null default 'guest',
  primary key (boat_id, user_id)
);
create table public.ports (
  id uuid primary key default gen_random_uuid(),
  boat_id uuid not null references public.boats on delete cascade,
  found_by uuid not null references auth.users on delete cascade,
  kept_by uuid references auth.users on delete set null
);
create table public.routes (
  id uuid primary key default gen_random_uuid(),
  start_id uuid not null references public.ports on delete cascade,
  end_id uuid not null references public.ports on delete cascade,
  check (start_id <> end_id)
);
create table public.votes (
  port_id uuid not null references public.ports on delete cascade,
  voter_id uuid not null references auth.users on delete cascade,
  primary key (port_id, voter_id)
);
create function public.count_votes(port uuid) returns bigint language sql stable security definer set search_path = ''
as $$ select count(*) from public.votes v where v.port_id = port and v.voter_id is not null $$;
create function public.role_in(boat uuid) returns public.crew language sql stable security definer set search_path = ''
as $$ select h.role from public.hands h where h.boat_id = boat and h.user_id = auth.uid() $$;
create function public.keeps() returns boolean language sql stable security definer set search_path = ''
as $$ select exists (select from public.staff s where s.id = auth.uid() and s.role = 'keeper') $$;

alter table public.staff enable row level security;
alter table public.boats enable row level security;
alter table public.hands enable row level security;
alter table public.ports enable row level security;
alter table public.routes enable row level security;
alter table public.votes enable row level security;
grant select, insert on all tables in schema public to authenticated;
create policy see on public.staff for select to authenticated using (id = (select auth.uid()) or public.keeps());
create policy hire on public.staff for insert to authenticated with check (public.keeps());
create policy see on public.boats for select to authenticated using (public.role_in(id) is not null);
create policy own on public.hands for select to authenticated using (user_id = (select auth.uid()));
create policy see on public.ports for select to authenticated
  using (public.role_in(boat_id) is not null or (select auth.uid()) in (found_by, kept_by));
create policy add on public.ports for insert to authenticated
  with check (public.role_in(boat_id) in ('captain', 'member') and found_by = (select auth.uid()));
create policy see on public.routes for select to authenticated using (exists (
  select from public.ports p where p.id = start_id and (select auth.uid()) in (p.found_by, p.kept_by)));
create policy add on public.routes for insert to authenticated with check (exists (
  select from public.ports p where p.id = start_id and p.found_by = (select auth.uid())));
create policy own on public.votes to authenticated using (voter_id = (select auth.uid()));
