// `npm start` and its siblings: prepares the checkout, then becomes the program.
import { start } from './programs.mjs';

const [name = 'platform', ...args] = process.argv.slice(2);
await start(name, args);
