'use strict';

const path = require('path');
const { Worker } = require('jest-worker');
const { main } = require('./measure.js');
const { version } = require('jest-worker/package.json');

// The structured clone is its default.
main(version, (workers) => {
  const pool = new Worker(path.join(__dirname, 'tasks.js'), {
    numWorkers: workers,
    exposedMethods: Object.keys(require('./tasks.js')),
    enableWorkerThreads: false,
  });
  return {
    call: (name, ...values) => pool[name](...values),
    close: () => pool.end(),
  };
});
