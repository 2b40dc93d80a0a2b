CREATE TABLE a_table_with_a_name_of_sixty_three_bytes_which_is_all_that_it_m (
    id bigint PRIMARY KEY,
    a_column_with_a_long_name_too date NOT NULL,
    "übergrößenträger_mit_öffnungszeiten_ä" date NOT NULL
);
