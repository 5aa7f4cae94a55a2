// What the Node peers share. The contract is in Program.java, that of the recovery in RecoveryProgram.java.
//
// pool(workers, advanced) opens a pool with call(name, ...arguments), close() and, where there are timeouts,
// limited(millis, name, ...arguments); `advanced` asks for the structured clone between processes, which is the only
// one that takes a Buffer well.
'use strict';

const fs = require('fs');
const recovery = require('./recovery.js');

const MIB = 1024 * 1024;

function say(measure, value) {
  console.log(`${measure} ${value}`);
}

function ensureSame(expected, answered) {
  if (expected !== answered) {
    throw new Error(`answer must be ${expected}, was ${answered}`);
  }
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1];
}

async function burst(pool, tasks) {
  const answers = [];
  for (let i = 0; i < tasks; i++) {
    answers.push(pool.call('same', i));
  }
  (await Promise.all(answers)).forEach((answer, i) => ensureSame(i, answer));
}

async function roundTrips(pool, calls) {
  const micros = [];
  for (let i = 0; i < calls; i++) {
    const start = performance.now();
    ensureSame(i, await pool.call('same', i));
    micros.push((performance.now() - start) * 1e3);
  }
  return micros.sort((a, b) => a - b);
}

const runs = {
  async throughput(open, tasks) {
    const pool = open(2, false);
    await burst(pool, tasks);
    const start = performance.now();
    await burst(pool, tasks);
    say('tasks_per_second', (tasks / (performance.now() - start)) * 1e3);
    await pool.close();
  },

  async round_trip(open, calls) {
    const pool = open(1, false);
    await roundTrips(pool, calls / 2);
    const micros = await roundTrips(pool, calls);
    say('round_trip_p50', micros[Math.ceil(calls * 0.5) - 1]);
    say('round_trip_p99', micros[Math.ceil(calls * 0.99) - 1]);
    await pool.close();
  },

  async cold(open) {
    for (const measure of ['cold_first', 'cold_second']) {
      const start = performance.now();
      const pool = open(1, false);
      ensureSame(7, await pool.call('same', 7));
      say(measure, performance.now() - start);
      await pool.close();
    }
  },

  async payload(open, transfers) {
    const { held } = require('./tasks.js');
    const bytes = held();
    const pool = open(1, true);
    await pool.call('same', 0);
    const there = [];
    const back = [];
    for (let i = 0; i < transfers; i++) {
      const start = performance.now();
      ensureSame(bytes.length, await pool.call('length', bytes));
      const middle = performance.now();
      ensureSame(bytes.length, (await pool.call('held')).length);
      there.push(middle - start);
      back.push(performance.now() - middle);
    }
    say('payload_argument', (bytes.length / MIB / median(there)) * 1e3);
    say('payload_result', (bytes.length / MIB / median(back)) * 1e3);
    await pool.close();
  },

  async memory(open) {
    const pool = open(1, false);
    const pid = await pool.call('pid');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    say('idle_child', Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024);
    await pool.close();
  },
};

exports.main = async function main(version, open) {
  const [run, size, limit] = process.argv.slice(2);
  if (run === 'version') {
    say('version', `${version} on Node ${process.versions.node}`);
  } else if (run in recovery.runs) {
    say(run, await recovery.runs[run](open, Number(size), Number(limit)));
    process.exit(); // whatever a pool that has lost a child still waits for
  } else {
    await runs[run](open, Number(size));
  }
};
