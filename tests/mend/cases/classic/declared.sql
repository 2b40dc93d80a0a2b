CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number varchar(12) NOT NULL UNIQUE,
    note text NOT NULL DEFAULT '',
    paid boolean,
    total numeric(8, 2) NOT NULL,
    double numeric GENERATED ALWAYS AS (total * 2) STORED,
    CHECK (total > 0)
);
