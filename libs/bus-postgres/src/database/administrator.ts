import { sqlState, type Queryable } from './database.js';
import { administratorSql, type Installation } from './roles.js';

const tries = 5;
/** Somebody else made the same role, or granted it, at the same moment: roles are the whole server's, whatever the database. */
const meanwhile = new Set(['23505', '42710', 'XX000', '40001', '40P01']);

/** Does what `administratorSql` says, as an administrator's login. */
export async function administer(database: Queryable, installation: Installation): Promise<void> {
  const sql = administratorSql(installation);
  for (let left = tries; ; left -= 1) {
    try {
      await database.query(sql);
      return;
    } catch (error) {
      if (left === 1 || !meanwhile.has(sqlState(error) ?? '')) throw error;
    }
  }
}
