CREATE TABLE parent (id uuid PRIMARY KEY, name text NOT NULL, note text, more text);
CREATE TABLE child (PRIMARY KEY (id), CONSTRAINT noted NOT NULL note, CONSTRAINT more_here NOT NULL more NO INHERIT)
    INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child);
