CREATE TABLE sold (id int, shop text, price int) PARTITION BY LIST (shop);
ALTER TABLE sold ADD CONSTRAINT priced CHECK (price > 0);
CREATE TABLE sold_here PARTITION OF sold FOR VALUES IN ('here');
