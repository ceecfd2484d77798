CREATE TEMP TABLE moved AS SELECT id, buyer_id FROM purchase;
CREATE VIEW moved_by AS SELECT buyer_id FROM moved;
UPDATE purchase SET note = 'moved' WHERE buyer_id IN (SELECT buyer_id FROM moved_by);
DROP VIEW moved_by;
DROP TABLE moved;
CREATE VIEW buyers AS SELECT u.id, count(*) AS purchases FROM "User" u JOIN purchase p ON p.buyer_id = u.id GROUP BY u.id;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.note := 'touched'; RETURN NEW; END$$;
CREATE TRIGGER touched BEFORE UPDATE ON purchase FOR EACH ROW EXECUTE FUNCTION touch();
