CREATE TABLE products (
    id serial PRIMARY KEY,
    name varchar(80) NOT NULL,
    price numeric(12, 2) NOT NULL DEFAULT 1,
    stock bigint NOT NULL DEFAULT 0,
    code text,
    made timestamptz DEFAULT now(),
    label text NOT NULL DEFAULT 'none',
    tags text[] NOT NULL DEFAULT '{}',
    seen_at timestamptz
);
COMMENT ON COLUMN products.name IS 'On the "label"';
