CREATE DOMAIN plain AS int;
