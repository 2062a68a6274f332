#!/usr/bin/env node
import { start } from '../../../deploy/programs.mjs';

await start('parley', process.argv.slice(2));
