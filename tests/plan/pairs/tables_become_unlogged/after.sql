CREATE UNLOGGED TABLE parent (id integer PRIMARY KEY);
CREATE UNLOGGED TABLE child (id integer PRIMARY KEY, p integer REFERENCES parent);
CREATE UNLOGGED TABLE again (id integer PRIMARY KEY REFERENCES child, more integer REFERENCES again);
