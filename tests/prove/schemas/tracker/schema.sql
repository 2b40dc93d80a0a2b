create table public.accounts (
  id uuid primary key references auth.users (id) on delete cascade,
  name text not null,
  quota int not null default 10
);
create table public.teams (
  id serial primary key,
  slug text not null unique check (slug = lower(slug) and slug like '%-%'),
  created_by uuid not null references public.accounts (id)
);
create table public.team_members (
  id uuid primary key default gen_random_uuid(),
  team_id int not null references public.teams (id) on delete cascade,
  account_id uuid not null references public.accounts (id) on delete cascade,
  level int not null default 1 check (level between 1 and 3),
  unique (team_id, account_id)
);
create table public.boards (
  id serial primary key,
  team_id int not null references public.teams (id) on delete cascade,
  parent_id int references public.boards (id) on delete cascade,
  title text not null,
  archived boolean not null default false
);
create table public.issues (
  id bigserial primary key,
  board_id int not null references public.boards (id),
  reporter uuid not null references public.accounts (id),
  assignee uuid references public.accounts (id),
  title text not null,
  state text not null default 'open',
  points int,
  started_on date,
  ended_on date,
  constraint known check (state = any (array['open', 'doing', 'done'])),
  constraint in_order check (ended_on is null or (started_on is not null and ended_on >= started_on))
);
create table public.comments (
  id bigserial primary key,
  issue_id bigint not null references public.issues (id) on delete cascade,
  author uuid not null references public.accounts (id),
  body text not null
);
create function public.team_level(team int) returns int language sql stable security definer set search_path = '' as
$$ select coalesce(max(level), 0) from public.team_members where team_id = team and account_id = (select auth.uid()) $$;
create function public.rename_team(team int, new_slug text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if public.team_level(team) < 3 then
    raise exception 'not yours' using errcode = '42501';
  end if;
  update public.teams set slug = new_slug where id = team;
end $$;

revoke all on all tables in schema public from public, anon, authenticated;
revoke all on all sequences in schema public from public, anon, authenticated;
revoke all on all functions in schema public from public, anon, authenticated;
grant execute on function public.team_level(int), public.rename_team(int, text) to authenticated;
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke execute on functions from anon, authenticated;
alter table public.accounts enable row level security;
alter table public.teams enable row level security;
alter table public.team_members enable row level security;
alter table public.boards enable row level security;
alter table public.issues enable row level security;
alter table public.comments enable row level security;
grant select on all tables in schema public to authenticated;
grant update (name) on public.accounts to authenticated;
grant insert (team_id, account_id, level), update (level), delete on public.team_members to authenticated;
grant insert (team_id, title), update (title, archived), delete on public.boards to authenticated;
grant insert (board_id, reporter, title), update (title, state, points, assignee) on public.issues to authenticated;
grant insert (issue_id, author, body), update (body), delete on public.comments to authenticated;
grant usage on sequence public.boards_id_seq, public.issues_id_seq, public.comments_id_seq to authenticated;
create policy own on public.accounts for select to authenticated using (id = (select auth.uid()));
create policy own_update on public.accounts for update to authenticated using (id = (select auth.uid()));
create policy members on public.teams for select to authenticated using (public.team_level(id) >= 1);
create policy members on public.team_members for select to authenticated using (public.team_level(team_id) >= 1);
create policy leads_add on public.team_members for insert to authenticated with check (public.team_level(team_id) >= 3);
create policy leads_change on public.team_members for update to authenticated using (public.team_level(team_id) >= 3);
create policy leads_remove on public.team_members for delete to authenticated using (public.team_level(team_id) >= 3);
create policy members on public.boards for select to authenticated using (public.team_level(team_id) >= 1 and not archived);
create policy writers_add on public.boards for insert to authenticated with check (public.team_level(team_id) >= 2);
create policy writers_change on public.boards for update to authenticated using (public.team_level(team_id) >= 2);
create policy leads_remove on public.boards for delete to authenticated using (public.team_level(team_id) >= 3);
create policy members on public.issues for select to authenticated
  using (exists (select from public.boards b where b.id = board_id and public.team_level(b.team_id) >= 1));
create policy report on public.issues for insert to authenticated with check (
  reporter = (select auth.uid())
  and exists (select from public.boards b where b.id = board_id and public.team_level(b.team_id) >= 1)
);
create policy work on public.issues for update to authenticated
  using (exists (select from public.boards b where b.id = board_id and public.team_level(b.team_id) >= 2));
create policy members on public.comments for select to authenticated using (exists (
  select from public.issues i join public.boards b on b.id = i.board_id
  where i.id = issue_id and public.team_level(b.team_id) >= 1
));
create policy write on public.comments for insert to authenticated
  with check (author = (select auth.uid()) and exists (select from public.issues i where i.id = issue_id));
create policy edit on public.comments for update to authenticated using (author = (select auth.uid()));
create policy remove on public.comments for delete to authenticated using (author = (select auth.uid()));
