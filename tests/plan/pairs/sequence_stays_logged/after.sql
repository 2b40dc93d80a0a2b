CREATE SEQUENCE logged_id_seq AS int;
CREATE UNLOGGED TABLE logged (id int PRIMARY KEY DEFAULT nextval('logged_id_seq'));
ALTER SEQUENCE logged_id_seq OWNED BY logged.id;
