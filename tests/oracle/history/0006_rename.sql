ALTER TABLE "Order" RENAME TO purchase;
ALTER TABLE purchase RENAME COLUMN "userId" TO buyer_id;
ALTER TABLE purchase RENAME CONSTRAINT "Order_userId_fkey" TO purchase_buyer_id_fkey;
ALTER INDEX "Order_userId_idx" RENAME TO purchase_buyer_id_idx;
ALTER SEQUENCE "Order_id_seq" RENAME TO purchase_id_seq;
ALTER TABLE purchase DROP COLUMN currency, ALTER COLUMN id TYPE bigint;
