'use strict';

const path = require('path');
const { pathToFileURL } = require('url');
const { main } = require('./measure.js');

// An ES module, which NODE_PATH alone does not find.
async function run() {
  const { Tinypool } = await import(pathToFileURL(require.resolve('tinypool')).href);
  const { version } = require('tinypool/package.json');
  await main(version, (workers, advanced) => {
    const pool = new Tinypool({
      filename: pathToFileURL(path.join(__dirname, 'tasks.js')).href,
      runtime: 'child_process',
      minThreads: workers,
      maxThreads: workers,
      ...(advanced ? { serialization: 'advanced' } : {}),
    });
    return {
      call: (name, value) => pool.run(value, { name }),
      close: () => pool.destroy(),
    };
  });
}

run().catch((failure) => {
  console.error(failure);
  process.exit(1);
});
