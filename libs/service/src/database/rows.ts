import { TypeormLink, viewerSettings } from '@parley/bus-postgres';
import type { Database, Identity } from '@parley/bus-postgres';
import type { DataSource, EntityManager } from 'typeorm';

/**
 * On whose behalf HTTP reads and writes rows: a business (its Caller; `*` is the operator), a contact (its device's caller), or whoever shows
 * credentials, of whom nothing is known yet but their ids.
 */
export type Viewer = { readonly businessId: string } | { readonly contactId: string } | { readonly credentials: readonly string[] };

/**
 * The rows of a schema as HTTP may have them. There is no way to them but this: row-level security shows what is the viewer's, whatever a
 * query forgets to say.
 */
export class Rows {
  private readonly link: TypeormLink;

  /** @param role the schema's role for HTTP. */
  constructor(
    private readonly database: Database,
    private readonly dataSource: DataSource,
    private readonly role: string,
  ) {
    const link = links.get(dataSource);
    if (link === undefined) throw new Error('this data source was not made by serviceDataSource');
    this.link = link;
  }

  /** Runs `work` in one transaction on behalf of the viewer. `work` asks nobody else: on PGlite no other transaction runs meanwhile. */
  for<T>(viewer: Viewer, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.as({ role: this.role, settings: settingsOf(viewer) }).transaction(async (transaction) => {
      const runner = this.dataSource.createQueryRunner();
      try {
        await this.link.hand(transaction, () => runner.connect());
        return await work(runner.manager);
      } finally {
        await runner.release();
      }
    });
  }
}

/** Once a data source has its link, its connections are handed out by Rows alone. */
export const links = new WeakMap<DataSource, TypeormLink>();

function settingsOf(viewer: Viewer): NonNullable<Identity['settings']> {
  if ('businessId' in viewer) return { [viewerSettings.business]: viewer.businessId };
  if ('contactId' in viewer) return { [viewerSettings.contact]: viewer.contactId };
  if (viewer.credentials.some((id) => id.includes(','))) throw new RangeError('not the id of a credential');
  return { [viewerSettings.credential]: viewer.credentials.join(',') };
}
