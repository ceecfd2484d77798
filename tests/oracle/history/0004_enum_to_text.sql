CREATE TYPE "Plan" AS ENUM ('free', 'team');
ALTER TABLE "User" ADD COLUMN plan "Plan" NOT NULL DEFAULT 'free', ADD COLUMN "oldPlan" "Plan";
-- the default stays, and goes with the type
ALTER TABLE "User" ALTER COLUMN plan TYPE text, ALTER COLUMN "oldPlan" TYPE text;
ALTER TYPE "Plan" RENAME TO "Plan_old";
CREATE TYPE "Plan" AS ENUM ('free', 'team', 'large');
DROP TYPE "Plan_old" CASCADE;
DROP TYPE "Plan";
