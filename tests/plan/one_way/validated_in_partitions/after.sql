CREATE TABLE sold (id int, shop text, price int) PARTITION BY LIST (shop);
ALTER TABLE sold ADD CONSTRAINT priced CHECK (price > 1), ADD CONSTRAINT known CHECK (id > 0);
CREATE TABLE sold_here PARTITION OF sold FOR VALUES IN ('here');
