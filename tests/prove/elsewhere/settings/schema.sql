create table public.tenants (code text primary key check (code ~ '^[a-z0-9]{3,20}$'), title text not null);
create table public.staff (
  id bigint primary key,
  tenant text not null references public.tenants (code),
  name text not null,
  chief boolean not null default false
);
create table public.orders (
  tenant text not null references public.tenants (code),
  no bigint not null,
  taken_by bigint not null references public.staff (id),
  total numeric(10, 2) not null default 0 check (total >= 0),
  gone_at timestamptz,
  primary key (tenant, no)
);
create table public.order_lines (
  tenant text not null,
  no bigint not null,
  line smallint not null,
  article text not null,
  primary key (tenant, no, line),
  foreign key (tenant, no) references public.orders (tenant, no) on delete cascade
);
create function public.my_tenant() returns text language sql stable as
  $$ select nullif(current_setting('app.tenant', true), '') $$;
create function public.my_id() returns bigint language plpgsql stable as $$
declare
  told text := current_setting('app.user', true);
begin
  if told is null or told = '' then
    return null;
  end if;
  return told::bigint;
end $$;
create function public.is_chief() returns boolean language sql stable security definer set search_path = '' as
  $$ select exists (select from public.staff s where s.id = public.my_id() and s.tenant = public.my_tenant() and s.chief) $$;
revoke all on all functions in schema public from public;
grant usage on schema public to shop_worker;
grant execute on function public.my_tenant(), public.my_id(), public.is_chief() to shop_worker;
alter table public.tenants enable row level security;
alter table public.staff enable row level security;
alter table public.orders enable row level security;
alter table public.order_lines enable row level security;
grant select on public.tenants, public.staff, public.orders, public.order_lines to shop_worker;
grant insert (tenant, no, taken_by, total), update (total, gone_at) on public.orders to shop_worker;
grant insert, delete on public.order_lines to shop_worker;
create policy own on public.tenants for select to shop_worker using (code = public.my_tenant());
create policy colleagues on public.staff for select to shop_worker using (tenant = public.my_tenant());
create policy look on public.orders for select to shop_worker using (tenant = public.my_tenant() and gone_at is null);
create policy take on public.orders for insert to shop_worker
  with check (tenant = public.my_tenant() and taken_by = public.my_id());
create policy change on public.orders for update to shop_worker
  using (tenant = public.my_tenant() and (taken_by = public.my_id() or public.is_chief()));
create policy look on public.order_lines for select to shop_worker using (tenant = public.my_tenant());
create policy take on public.order_lines for insert to shop_worker with check (tenant = public.my_tenant());
create policy remove on public.order_lines for delete to shop_worker using (tenant = public.my_tenant() and public.is_chief());
