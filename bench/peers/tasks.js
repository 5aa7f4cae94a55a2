// What the children of the Node peers run.
'use strict';

const fs = require('fs');

const SPIN_MILLIS = 60_000;

let payload;

exports.same = (number) => number;

exports.length = (data) => data.length;

exports.pid = () => process.pid;

exports.held = () => {
  payload ??= Buffer.alloc(16 * 1024 * 1024, Uint8Array.from({ length: 256 }, (_, i) => i * 31));
  return payload;
};

exports.now = () => Number(process.hrtime.bigint());

// Once: a task that is run again has died long before.
function leave(mark) {
  if (fs.statSync(mark).size === 0) {
    fs.writeFileSync(mark, `${exports.now()} ${process.pid}`);
  }
}

exports.dieOfSignal = (mark) => {
  leave(mark);
  process.kill(process.pid, 'SIGKILL');
};

exports.dieOfExit = (mark) => {
  leave(mark);
  process.exit(1);
};

// As good as for ever; nobody has to find it if all else fails.
exports.spin = (mark) => {
  leave(mark);
  const end = performance.now() + SPIN_MILLIS;
  while (performance.now() < end);
};
