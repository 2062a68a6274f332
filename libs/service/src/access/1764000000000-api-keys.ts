import type { MigrationInterface, QueryRunner } from 'typeorm';

/** API keys, shared by all services of an installation. */
export class ApiKeys1764000000000 implements MigrationInterface {
  readonly name = 'ApiKeys1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE "access"."api_key" (
        key_id text PRIMARY KEY,
        business_id text NOT NULL,
        token_hash text NOT NULL,
        scopes text NOT NULL,
        name text NOT NULL,
        created_at bigint NOT NULL,
        revoked_at bigint
      )`);
    await queryRunner.query(`CREATE INDEX api_key_business ON "access"."api_key" (business_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "access"."api_key"`);
  }
}
