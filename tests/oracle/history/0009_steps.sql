ALTER TABLE purchase ADD CONSTRAINT purchase_note_check CHECK (note IS NOT NULL) NOT VALID;
ALTER TABLE purchase VALIDATE CONSTRAINT purchase_note_check;
ALTER TABLE purchase ALTER COLUMN note SET NOT NULL;
ALTER TABLE purchase DROP CONSTRAINT purchase_note_check;
CREATE UNIQUE INDEX CONCURRENTLY purchase_buyer_note ON purchase (buyer_id, note);
ALTER TABLE purchase ADD CONSTRAINT purchase_buyer_note UNIQUE USING INDEX purchase_buyer_note;
