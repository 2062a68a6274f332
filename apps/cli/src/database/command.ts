import { exampleHelp, jsonOption, type AddCommand } from '../command.js';
import { Failure } from '../terminal/failure.js';

interface Flags {
  readonly url?: string;
  readonly logins?: string;
  readonly newPasswords?: boolean;
  readonly print?: boolean;
  readonly json?: boolean;
}

const about = `
On a PostgreSQL server, once, and again after an update: it changes only what is not so already. Every service gets a login, a schema and a role for
its HTTP, none of which can look past row-level security; services refuse to start with one that can. In a folder (npm start without
PARLEY_DATABASE_URL) the platform does this by itself. A password can be left out of --url where PGPASSWORD holds it.`;

const examples = [
  'parley database --url postgres://postgres@127.0.0.1:5432/parley',
  'parley database --url postgres://postgres@127.0.0.1:5432/parley --logins .parley/logins.json',
  'parley database --print | psql --single-transaction …',
];

export const addDatabase: AddCommand = (root, { terminal }, ends) => {
  root
    .command('database')
    .description('Makes roles, schemas and logins on a PostgreSQL server, as its administrator.')
    .option('--url <address>', 'the database, with an administrator’s login: postgres://user:password@host:5432/database')
    .option('--logins <file>', 'keeps the address of each service there (JSON, for your eyes only), and takes passwords from it')
    .option('--new-passwords', 'replaces the passwords that there are')
    .option('--print', 'only prints the SQL that does it')
    .addOption(jsonOption())
    .addHelpText('after', about + exampleHelp(examples))
    .action(async ({ url, logins: file, newPasswords = false, print = false, json = false }: Flags) => {
      const logins = file ?? null;
      const { systemRandom: random } = await import('@parley/crypto');
      const { administrate, printSql } = await import('./administrate.js');
      const { serviceNames: services } = await import('../lanes/services.js');
      if (print) return ends(printSql({ services, logins, random }, terminal));
      if (url === undefined) throw new Failure('It is not said which database.', 'give --url postgres://user:password@host:5432/database with an administrator’s login.', 2);
      return ends(await administrate({ services, url, logins, newPasswords, json, random }, terminal));
    });
};
