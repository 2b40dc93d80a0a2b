create type public.room_kind as enum ('direct', 'group');
create table public.people (
  id uuid primary key references auth.users (id) on delete cascade,
  handle text not null unique check (handle ~ '^[a-z0-9_]{3,20}$'),
  about text,
  banned boolean not null default false
);
create table public.rooms (
  id uuid primary key default gen_random_uuid(),
  kind public.room_kind not null default 'group',
  topic text not null,
  last_message_id bigint
);
create table public.participants (
  room_id uuid not null references public.rooms (id) on delete cascade,
  person_id uuid not null references public.people (id) on delete cascade,
  moderator boolean not null default false,
  joined_at timestamptz not null default now(),
  primary key (room_id, person_id)
);
create table public.messages (
  id bigserial primary key,
  room_id uuid not null references public.rooms (id) on delete cascade,
  sender_id uuid not null references public.people (id),
  body text not null check (char_length(body) <= 4000),
  reply_to bigint references public.messages (id) on delete set null,
  deleted boolean not null default false,
  sent_at timestamptz not null default now()
);
alter table public.rooms add foreign key (last_message_id) references public.messages (id) deferrable initially deferred;
create table public.reads (
  message_id bigint not null references public.messages (id) on delete cascade,
  person_id uuid not null references public.people (id) on delete cascade,
  read_at timestamptz not null default now(),
  primary key (message_id, person_id)
);
create schema private;
create function private.my_rooms() returns setof uuid language sql stable security definer set search_path = '' as
$$ select room_id from public.participants where person_id = (select auth.uid()) $$;
create function private.moderates(room uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.participants where room_id = room and person_id = (select auth.uid()) and moderator) $$;
grant usage on schema private to authenticated;

revoke all on all tables in schema public from public, anon, authenticated;
revoke all on all sequences in schema public from public, anon, authenticated;
revoke all on all functions in schema private from public, anon;
grant execute on all functions in schema private to authenticated;
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke execute on functions from anon, authenticated;
alter table public.people enable row level security;
alter table public.rooms enable row level security;
alter table public.participants enable row level security;
alter table public.messages enable row level security;
alter table public.reads enable row level security;
grant select on public.people, public.rooms, public.participants, public.messages, public.reads to authenticated;
grant update (handle, about) on public.people to authenticated;
grant update (topic) on public.rooms to authenticated;
grant delete on public.participants to authenticated;
grant insert (room_id, sender_id, body, reply_to), update (body, deleted), delete on public.messages to authenticated;
grant insert (message_id, person_id) on public.reads to authenticated;
grant usage on sequence public.messages_id_seq to authenticated;

create policy everybody on public.people for select to authenticated using (not banned);
create policy own on public.people for update to authenticated using (id = (select auth.uid()) and not banned);
create policy mine on public.rooms for select to authenticated using (id = any (array(select private.my_rooms())));
create policy moderated on public.rooms for update to authenticated using (private.moderates(id));
create policy mine on public.participants for select to authenticated using (room_id = any (array(select private.my_rooms())));
create policy leave on public.participants for delete to authenticated
  using (person_id = (select auth.uid()) or private.moderates(room_id));
create policy mine on public.messages for select to authenticated
  using (room_id = any (array(select private.my_rooms())) and not deleted);
create policy send on public.messages for insert to authenticated
  with check (sender_id = (select auth.uid()) and room_id = any (array(select private.my_rooms())));
create policy edit on public.messages for update to authenticated using (sender_id = (select auth.uid()));
create policy remove on public.messages for delete to authenticated using (sender_id = (select auth.uid()));
create policy mine on public.reads for select to authenticated using (person_id = (select auth.uid()));
create policy mark on public.reads for insert to authenticated with check (
  person_id = (select auth.uid()) and exists (select from public.messages m where m.id = message_id)
);
alter publication supabase_realtime add table public.messages;
