
CREATE SCHEMA app;

CREATE TABLE app.purchases (id serial PRIMARY KEY, total numeric(10,2) NOT NULL CHECK (total >= 0));
CREATE INDEX orders_total ON app.purchases (total);
CREATE VIEW big_orders AS SELECT id FROM app.purchases WHERE total > 100;
