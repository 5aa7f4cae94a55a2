// How the Node peers recover: runs for measure.js. The contract is in RecoveryProgram.java.
//
// Times are those of CLOCK_MONOTONIC, which is one for all processes of a machine.
'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const { now } = require('./tasks.js');

const TASK_LIMIT_MILLIS = 200;

// What a task tells although its process dies.
function newMark() {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'mark')), 'mark');
  const words = () => fs.readFileSync(file, 'utf8').split(' ').map(Number);
  return {
    file,
    clear: () => fs.writeFileSync(file, ''),
    time: () => words()[0],
    awaitPid: async () => {
      while (words().length < 2) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return words()[1];
    },
    remove: () => fs.rmSync(path.dirname(file), { recursive: true }),
  };
}

// The value, the time of the rejection, or neither within the limit.
function settled(promise, limitMillis) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({}), limitMillis);
    const settle = (how) => {
      clearTimeout(timer);
      resolve(how);
    };
    promise.then(
      (value) => settle({ value }),
      () => settle({ failed: now() }),
    );
  });
}

async function warmUp(pool) {
  for (let i = 0; i < 5; i++) {
    await pool.call('same', i);
  }
}

// trial(pool, mark) answers milliseconds, `none` where the pool cannot do it, or undefined for never; after that the
// pool is of no use.
async function series(open, trials, trial) {
  const mark = newMark();
  const values = [];
  let pool = open(1, false);
  for (let i = 0; i < trials; i++) {
    await warmUp(pool);
    mark.clear();
    const millis = await trial(pool, mark);
    values.push(millis === undefined ? 'never' : millis);
    if (millis === undefined) {
      await pool.close();
      pool = open(1, false);
    }
  }
  await pool.close();
  mark.remove();
  return values.join(' ');
}

function crashes(task) {
  return (open, trials, limit) =>
    series(open, trials, async (pool, mark) => {
      const { failed } = await settled(pool.call(task, mark.file), limit);
      return failed && (failed - mark.time()) / 1e6;
    });
}

// when(victim, call) calls the next task, before or after it awaits the end of the one whose child is killed.
function nextTask(when) {
  return (open, trials, limit) =>
    series(open, trials, async (pool, mark) => {
      const victim = pool.call('spin', mark.file).catch(() => {});
      const pid = await mark.awaitPid();
      const next = when(victim, () => pool.call('now'));
      const start = now();
      process.kill(pid, 'SIGKILL');
      const { value } = await settled(next, limit);
      return value && (value - start) / 1e6;
    });
}

exports.runs = {
  crash_killed: crashes('dieOfSignal'),

  crash_exited: crashes('dieOfExit'),

  next_queued: nextTask(async (victim, call) => call()),

  next_submitted: nextTask(async (victim, call) => {
    await victim;
    return call();
  }),

  next_spare: async (open, trials) => Array(trials).fill('none').join(' '),

  timeout: (open, trials, limit) =>
    series(open, trials, async (pool, mark) => {
      if (!pool.limited) {
        return 'none';
      }
      const start = now();
      const { failed } = await settled(pool.limited(TASK_LIMIT_MILLIS, 'spin', mark.file), limit);
      return failed && (failed - start) / 1e6 - TASK_LIMIT_MILLIS;
    }),

  // Ends when it is killed.
  async orphans(open) {
    const pool = open(2, false);
    const marks = [newMark(), newMark()];
    marks.forEach((mark) => {
      mark.clear();
      pool.call('spin', mark.file).catch(() => {});
    });
    const pids = await Promise.all(marks.map((mark) => mark.awaitPid()));
    marks.forEach((mark) => mark.remove());
    console.log(`children ${pids.join(' ')}`);
    await new Promise(() => {});
  },
};
