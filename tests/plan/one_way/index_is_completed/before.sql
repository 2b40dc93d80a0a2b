CREATE TABLE measured (id int, place text) PARTITION BY LIST (place);
CREATE TABLE measured_here PARTITION OF measured FOR VALUES IN ('here');
CREATE TABLE measured_there PARTITION OF measured FOR VALUES IN ('there');
CREATE INDEX by_id ON ONLY measured (id);
CREATE INDEX here_by_id ON measured_here (id);
ALTER INDEX by_id ATTACH PARTITION here_by_id;
