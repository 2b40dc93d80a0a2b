CREATE TABLE parent (id integer PRIMARY KEY);
CREATE TABLE child (id integer PRIMARY KEY, p integer REFERENCES parent);
CREATE TABLE again (id integer PRIMARY KEY REFERENCES child, more integer REFERENCES again);
