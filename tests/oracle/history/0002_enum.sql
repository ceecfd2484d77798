ALTER TYPE "OrderState" ADD VALUE 'draft' BEFORE 'open';
ALTER TYPE "OrderState" ADD VALUE 'late' AFTER 'open';
ALTER TYPE "OrderState" ADD VALUE IF NOT EXISTS 'paid';
