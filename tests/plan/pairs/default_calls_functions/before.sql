CREATE TABLE download (id bigint PRIMARY KEY);
