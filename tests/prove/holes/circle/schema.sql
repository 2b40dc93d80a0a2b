create table public.clubs (id uuid primary key default gen_random_uuid(), name text not null);
create table public.seats (
  club_id uuid not null references public.clubs on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  primary key (club_id, user_id)
);
create schema private;
create function private.my_clubs() returns setof uuid language sql stable security definer set search_path = ''
as $$ select s.club_id from public.seats s where s.user_id = auth.uid() $$;
alter table public.clubs enable row level security;
alter table public.seats enable row level security;
grant select on public.clubs, public.seats to authenticated;
create policy mine on public.clubs for select to authenticated using (id in (select private.my_clubs()));
create policy mine on public.seats for select to authenticated using (club_id in (select private.my_clubs()));
