create extension if not exists btree_gist with schema extensions;
create domain public.sku as text check (value ~ '^[A-Z]{3}-[0-9]{4}$');
create table public.customers (
  id uuid primary key references auth.users (id) on delete cascade,
  email text not null,
  role text not null default 'customer' check (role in ('customer', 'clerk')),
  credit numeric(10, 2) not null default 0 check (credit >= 0)
);
create table public.products (
  id int generated always as identity primary key,
  sku public.sku not null unique,
  name text not null,
  price numeric(8, 2) not null check (price > 0),
  cost numeric(8, 2) not null,
  published boolean not null default false,
  constraint margin check (cost <= price)
);
create table public.orders (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null default auth.uid() references public.customers (id),
  status text not null default 'cart' check (status in ('cart', 'paid', 'sent')),
  total numeric(10, 2) not null default 0,
  note text,
  period daterange,
  constraint calm exclude using gist (customer_id with =, period with &&)
);
create table public.order_lines (
  order_id uuid not null references public.orders (id) on delete cascade,
  line smallint not null,
  product_id int not null references public.products (id),
  quantity int not null check (quantity between 1 and 99),
  charged numeric(10, 2) generated always as (quantity * 1.0) stored,
  primary key (order_id, line)
);
create table public.reviews (
  id bigserial primary key,
  product_id int not null references public.products (id) on delete cascade,
  customer_id uuid references public.customers (id) on delete set null,
  stars int not null check (stars >= 1 and stars <= 5),
  body text,
  visible boolean not null default true,
  unique (product_id, customer_id)
);
create function public.is_clerk() returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.customers where id = (select auth.uid()) and role = 'clerk') $$;

revoke all on all tables in schema public from public, anon, authenticated;
revoke all on all sequences in schema public from public, anon, authenticated;
revoke all on function public.is_clerk() from public, anon;
grant execute on function public.is_clerk() to authenticated;
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke execute on functions from anon, authenticated;
alter table public.customers enable row level security;
alter table public.products enable row level security;
alter table public.orders enable row level security;
alter table public.order_lines enable row level security;
alter table public.reviews enable row level security;
grant select on public.customers, public.orders, public.order_lines, public.reviews to authenticated;
grant select (id, sku, name, price, published) on public.products to anon, authenticated;
grant update (email) on public.customers to authenticated;
grant insert (customer_id, note), update (note), delete on public.orders to authenticated;
grant insert (order_id, line, product_id, quantity), update (quantity), delete on public.order_lines to authenticated;
grant insert (product_id, customer_id, stars, body), update (stars, body), delete on public.reviews to authenticated;
grant select on public.reviews to anon;
grant usage on sequence public.reviews_id_seq to authenticated;
create policy own on public.customers for select to authenticated using (id = (select auth.uid()) or (select public.is_clerk()));
create policy own_update on public.customers for update to authenticated using (id = (select auth.uid()));
create policy catalogue on public.products for select to anon, authenticated using (published);
create policy own on public.orders for select to authenticated
  using (customer_id = (select auth.uid()) or (select public.is_clerk()));
create policy own_insert on public.orders for insert to authenticated with check (customer_id = (select auth.uid()));
create policy own_update on public.orders for update to authenticated using (customer_id = (select auth.uid()) and status = 'cart');
create policy own_delete on public.orders for delete to authenticated using (customer_id = (select auth.uid()) and status = 'cart');
create policy own on public.order_lines for all to authenticated
  using (exists (select from public.orders o where o.id = order_id and o.customer_id = (select auth.uid())));
create policy visible on public.reviews for select to anon, authenticated using (visible);
create policy own_insert on public.reviews for insert to authenticated with check (customer_id = (select auth.uid()));
create policy own_update on public.reviews for update to authenticated using (customer_id = (select auth.uid()));
create policy own_delete on public.reviews for delete to authenticated using (customer_id = (select auth.uid()));
create policy not_locked on public.orders as restrictive for all to authenticated using (note is distinct from 'locked');
