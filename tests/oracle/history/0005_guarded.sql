DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'Order' AND column_name = 'note') THEN
    ALTER TABLE "Order" ADD COLUMN note integer;
    ALTER TABLE "Order" RENAME COLUMN note TO remark;
    ALTER TABLE "Order" ADD COLUMN note text DEFAULT '';
  END IF;
END $$;
ALTER TABLE "Order" ALTER COLUMN remark TYPE bigint;
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'Order_userId_idx') THEN
    EXECUTE 'ALTER INDEX "Order_userId_idx" RENAME TO "Order_user_idx"';
  END IF;
  ALTER TABLE "User" ADD CONSTRAINT "User_name_check" CHECK (name <> '');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
DROP INDEX "Order_user_idx";
CREATE INDEX "Order_userId_idx" ON "Order" ("userId");
