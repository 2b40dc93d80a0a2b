create table public.libraries (id uuid primary key default gen_random_uuid(), name text not null);
create table public.readers (
  library_id uuid references public.libraries on delete cascade,
  user_id uuid references auth.users on delete cascade,
  primary key (library_id, user_id)
);
create table public.books (
  id uuid primary key default gen_random_uuid(),
  library_id uuid not null references public.libraries on delete cascade,
  title text not null
);
create function public.reads_in(library uuid) returns boolean language sql stable security definer set search_path = ''
as $$ select exists (select from public.readers r where r.library_id = library and r.user_id = auth.uid()) $$;

alter table public.libraries enable row level security;
alter table public.readers enable row level security;
alter table public.books enable row level security;
grant select on public.libraries, public.readers to authenticated;
grant select, insert, update, delete on public.books to authenticated;
create policy read on public.libraries for select to authenticated using (public.reads_in(id));
create policy own on public.readers for select to authenticated using (user_id = (select auth.uid()));
create policy read on public.books for select to authenticated using (public.reads_in(library_id));
create policy add on public.books for insert to authenticated with check (public.reads_in(library_id));
create policy change on public.books for update to authenticated
  using (public.reads_in(library_id)) with check (public.reads_in(library_id));
create policy remove on public.books for delete to authenticated using (public.reads_in(library_id));
