DROP TRIGGER touched ON purchase;
DROP FUNCTION touch();
DROP VIEW buyers;
ALTER TABLE purchase DROP CONSTRAINT purchase_buyer_id_fkey;
DROP TABLE "User" CASCADE;
DROP TYPE "OrderState" CASCADE;
