create type public.rank as enum ('viewer', 'editor', 'manager');
create table public.people (
  id uuid primary key references auth.users (id) on delete cascade,
  handle text not null,
  is_staff boolean not null default false
);
create table public.workspaces (
  id bigint generated always as identity primary key,
  title text not null check (length(title) > 0),
  seats int not null default 3 check (seats between 1 and 500)
);
create table public.memberships (
  workspace_id bigint not null references public.workspaces (id) on delete cascade,
  person_id uuid not null references public.people (id) on delete cascade,
  rank public.rank not null default 'viewer',
  joined_at timestamptz not null default now(),
  primary key (workspace_id, person_id)
);
create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  workspace_id bigint not null references public.workspaces (id) on delete cascade,
  email text not null check (email like '%@%'),
  rank public.rank not null default 'viewer',
  invited_by uuid not null references public.people (id)
);
create table public.papers (
  workspace_id bigint not null references public.workspaces (id) on delete cascade,
  number int not null,
  author_id uuid not null references public.people (id),
  title text not null,
  content text,
  visibility text not null default 'workspace' check (visibility in ('private', 'workspace', 'public')),
  removed_at timestamptz,
  primary key (workspace_id, number)
);
create table public.shares (
  workspace_id bigint not null,
  number int not null,
  person_id uuid not null references public.people (id) on delete cascade,
  primary key (workspace_id, number, person_id),
  foreign key (workspace_id, number) references public.papers (workspace_id, number) on delete cascade
);
create table public.announcements (
  id int generated always as identity primary key,
  body text not null,
  live boolean not null default false
);

create function public.my_workspaces(minimum public.rank) returns setof bigint
language sql stable security definer set search_path = '' as $$
  select m.workspace_id from public.memberships m where m.person_id = (select auth.uid()) and m.rank >= minimum
$$;
create function public.is_staff() returns boolean language plpgsql stable security definer set search_path = '' as $$
declare
  found_staff boolean;
begin
  select p.is_staff into found_staff from public.people p where p.id = auth.uid();
  return coalesce(found_staff, false);
end $$;
create function public.me() returns uuid language sql stable security invoker set search_path = '' as
$$ select auth.uid() $$;
create function public.is_shared(workspace bigint, paper int) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.shares s where s.workspace_id = workspace and s.number = paper and s.person_id = auth.uid()
  )
$$;
create function public.paper_count(workspace bigint) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from public.papers p
  where p.workspace_id = workspace and workspace in (select public.my_workspaces('viewer'))
$$;
create function public.register() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.people (id, handle) values (new.id, coalesce(new.raw_user_meta_data ->> 'user_name', 'somebody'));
  return new;
end $$;
create trigger register after insert on auth.users for each row execute function public.register();

revoke all on all tables in schema public from public, anon, authenticated;
revoke all on all sequences in schema public from public, anon, authenticated;
revoke all on all functions in schema public from public, anon, authenticated;
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke execute on functions from anon, authenticated;
grant execute on function public.my_workspaces(public.rank), public.is_staff(), public.me(),
  public.is_shared(bigint, int), public.paper_count(bigint) to authenticated;

alter table public.people enable row level security;
alter table public.workspaces enable row level security;
alter table public.memberships enable row level security;
alter table public.invitations enable row level security;
alter table public.papers enable row level security;
alter table public.shares enable row level security;
alter table public.announcements enable row level security;

grant select on public.people, public.workspaces, public.memberships, public.invitations, public.papers, public.shares
  to authenticated;
grant select on public.announcements to anon, authenticated;
grant update (handle) on public.people to authenticated;
grant update (title) on public.workspaces to authenticated;
grant insert (workspace_id, person_id, rank), update (rank), delete on public.memberships to authenticated;
grant insert (workspace_id, email, rank, invited_by), delete on public.invitations to authenticated;
grant insert (workspace_id, number, author_id, title, content, visibility),
  update (title, content, visibility, removed_at) on public.papers to authenticated;
grant insert, delete on public.shares to authenticated;

create policy oneself on public.people for select to authenticated using (id = public.me() or public.is_staff());
create policy rename on public.people for update to authenticated using (id = public.me()) with check (id = public.me());
create policy inside on public.workspaces for select to authenticated
  using (id = any (array(select public.my_workspaces('viewer'))));
create policy manage on public.workspaces for update to authenticated
  using (id = any (array(select public.my_workspaces('manager'))));
create policy inside on public.memberships for select to authenticated
  using (workspace_id = any (array(select public.my_workspaces('viewer'))));
create policy manage_add on public.memberships for insert to authenticated
  with check (workspace_id = any (array(select public.my_workspaces('manager'))));
create policy manage_rank on public.memberships for update to authenticated
  using (workspace_id = any (array(select public.my_workspaces('manager'))));
create policy leave on public.memberships for delete to authenticated
  using (person_id = (select auth.uid()) or workspace_id = any (array(select public.my_workspaces('manager'))));
create policy manage on public.invitations for select to authenticated
  using (workspace_id in (select public.my_workspaces('manager')));
create policy manage_add on public.invitations for insert to authenticated
  with check (invited_by = (select auth.uid()) and workspace_id in (select public.my_workspaces('manager')));
create policy manage_remove on public.invitations for delete to authenticated
  using (workspace_id in (select public.my_workspaces('manager')));
create policy readers on public.papers for select to authenticated using (
  removed_at is null and (
    author_id = (select auth.uid())
    or visibility = 'public'
    or (visibility = 'workspace' and workspace_id in (select public.my_workspaces('viewer')))
    or public.is_shared(workspace_id, number)
  )
);
create policy writers on public.papers for insert to authenticated with check (
  author_id = (select auth.uid()) and workspace_id in (select public.my_workspaces('editor'))
);
create policy authors on public.papers for update to authenticated
  using (author_id = (select auth.uid()) and workspace_id in (select public.my_workspaces('editor')));
create policy involved on public.shares for select to authenticated using (
  person_id = (select auth.uid())
  or exists (
    select from public.papers p
    where p.workspace_id = shares.workspace_id and p.number = shares.number and p.author_id = (select auth.uid())
  )
);
create policy author_shares on public.shares for insert to authenticated with check (
  exists (
    select from public.papers p
    where p.workspace_id = shares.workspace_id and p.number = shares.number and p.author_id = (select auth.uid())
  )
);
create policy author_unshares on public.shares for delete to authenticated using (
  exists (
    select from public.papers p
    where p.workspace_id = shares.workspace_id and p.number = shares.number and p.author_id = (select auth.uid())
  )
);
create policy everybody on public.announcements for select to anon, authenticated using (live);

create view public.live_papers with (security_invoker = true) as
  select workspace_id, number, author_id, title from public.papers where removed_at is null;
create view public.workspace_names as select id, title from public.workspaces where id in (select public.my_workspaces('viewer'));
revoke all on public.live_papers, public.workspace_names from public, anon, authenticated;
grant select on public.live_papers, public.workspace_names to authenticated;

insert into storage.buckets (id, name) values ('papers', 'papers');
create policy workspace_files on storage.objects for select to authenticated using (
  bucket_id = 'papers' and (storage.foldername(name))[1] in (select w::text from public.my_workspaces('viewer') w)
);
