'use strict';

const path = require('path');
const workerpool = require('workerpool');
const { main } = require('./measure.js');
const { version } = require('workerpool/package.json');

main(version, (workers, advanced) => {
  const pool = workerpool.pool(path.join(__dirname, 'workerpool-child.js'), {
    workerType: 'process',
    minWorkers: workers,
    maxWorkers: workers,
    forkOpts: advanced ? { serialization: 'advanced' } : {},
  });
  return {
    call: (name, ...values) => pool.exec(name, values),
    limited: (millis, name, ...values) => pool.exec(name, values).timeout(millis),
    close: () => pool.terminate(),
  };
});
