create table public.staff (id bigint primary key, name text not null);
create table public.letters (
  no bigint generated always as identity primary key,
  sender bigint not null references public.staff (id),
  content text not null
);
create function public.my_id() returns bigint language sql stable as
  $$ select nullif(current_setting('app.user', true), '')::bigint $$;
revoke all on all functions in schema public from public;
grant usage on schema public to shop_worker;
grant execute on function public.my_id() to shop_worker;
alter table public.staff enable row level security;
alter table public.letters enable row level security;
grant insert (sender, content) on public.letters to shop_worker;
create policy put_in on public.letters for insert to shop_worker with check (sender = public.my_id());
