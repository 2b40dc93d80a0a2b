create table public.payslips (
  id bigint generated always as identity primary key,
  employee uuid not null references auth.users on delete cascade,
  month date not null,
  hours integer not null,
  rate numeric(10, 2) not null,
  amount numeric(10, 2) generated always as (hours * rate) stored,
  unique (employee, month)
);
alter table public.payslips enable row level security;
grant select on public.payslips to authenticated;
create policy own on public.payslips for select to authenticated using (employee = (select auth.uid()));
create view public.yearly with (security_invoker = true) as
  select employee, date_trunc('year', month) as year, sum(amount) as total from public.payslips group by 1, 2;
grant select on public.yearly to authenticated;
