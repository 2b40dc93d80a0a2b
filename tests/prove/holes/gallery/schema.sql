insert into storage.buckets (id, name, public) values ('pictures', 'pictures', false), ('icons', 'icons', true);
create policy "see pictures" on storage.objects for select to authenticated
  using (bucket_id = 'pictures' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "add pictures" on storage.objects for insert to authenticated
  with check (bucket_id = 'pictures' and (storage.foldername(name))[1] = (select auth.uid())::text);
