-- What people read: a small shop, as the golden models show it.
CREATE TYPE order_status AS ENUM ('open', 'paid', 'sent');
CREATE TABLE customers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email varchar(255) NOT NULL CONSTRAINT customers_email_key UNIQUE,
    name text,
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE customers IS 'People who have bought something';
COMMENT ON COLUMN customers.settings IS 'What the customer has chosen';
CREATE TABLE products (
    id serial PRIMARY KEY,
    parent_id integer REFERENCES products ON DELETE SET NULL,
    title varchar(200) NOT NULL,
    price numeric(10, 2) NOT NULL CONSTRAINT ck_products_price CHECK (price >= 0),
    tags text[] NOT NULL DEFAULT '{}',
    kind varchar(20) NOT NULL DEFAULT 'goods' CONSTRAINT ck_products_kind CHECK (kind IN ('goods', 'service')),
    metadata jsonb
);
CREATE INDEX ix_products_title ON products (lower(title) varchar_pattern_ops);
CREATE INDEX ix_products_tags ON products USING gin (tags);
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers ON DELETE CASCADE,
    recommended_by uuid REFERENCES customers ON DELETE SET NULL,
    status order_status NOT NULL DEFAULT 'open',
    placed_at timestamptz NOT NULL DEFAULT now(),
    sent_on date,
    CONSTRAINT ck_orders_sent_after_placed CHECK (sent_on IS NULL OR sent_on >= (placed_at AT TIME ZONE 'UTC')::date)
);
CREATE INDEX ix_orders_customer_newest ON orders (customer_id, placed_at DESC);
CREATE INDEX ix_orders_open ON orders (placed_at) WHERE status = 'open';
CREATE TABLE order_items (
    order_id bigint REFERENCES orders ON DELETE CASCADE,
    product_id integer REFERENCES products,
    quantity integer NOT NULL CHECK (quantity > 0),
    unit_price numeric(10, 2) NOT NULL,
    total numeric(12, 2) GENERATED ALWAYS AS (quantity * unit_price) STORED,
    PRIMARY KEY (order_id, product_id)
);
CREATE TABLE addresses (
    customer_id uuid PRIMARY KEY REFERENCES customers ON DELETE CASCADE,
    street text NOT NULL
);
CREATE TABLE visits (at timestamptz NOT NULL DEFAULT now(), path text);
