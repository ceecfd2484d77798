CREATE TYPE "OrderState" AS ENUM ('open', 'paid');
CREATE TABLE "User" (id uuid PRIMARY KEY DEFAULT md5(random()::text)::uuid, email text NOT NULL, "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE UNIQUE INDEX "User_email_key" ON "User" (email);
CREATE TABLE "Order" (id serial PRIMARY KEY, "userId" uuid NOT NULL, state "OrderState" NOT NULL DEFAULT 'open', total numeric(10, 2), CONSTRAINT "Order_total_check" CHECK (total >= 0));
ALTER TABLE "Order" ADD CONSTRAINT "Order_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" (id) ON DELETE CASCADE;
CREATE INDEX "Order_userId_idx" ON "Order" ("userId", state DESC);
