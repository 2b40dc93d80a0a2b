


CREATE TABLE orders (id serial PRIMARY KEY, total numeric(10,2) NOT NULL CHECK (total >= 0));
CREATE INDEX orders_total ON orders (total);
CREATE VIEW big_orders AS SELECT id FROM orders WHERE total > 100;
