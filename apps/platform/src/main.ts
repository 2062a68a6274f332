// Nothing is imported before the version is known: an older Node fails on the imports, and says nothing that helps.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Parley needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer one from https://nodejs.org, or with nvm: nvm install 22\n`);
  process.exit(1);
}
const { run } = await import('./run.js');
await run();
