// Processor time by process, and what others on this machine took meanwhile. Linux: proc(5).
import { readFileSync } from "node:fs";

const TICK_US = 10_000;

/** Take the processor time of `pids` ({name: [pid]}), of this process and of the machine. */
export function sample(pids) {
  const named = Object.entries(pids).map(([name, numbers]) => [name, sum(numbers.map(processUs))]);
  const own = process.cpuUsage();
  return { at: performance.now(), us: { ...Object.fromEntries(named), node: own.user + own.system }, machine: machineUs() };
}

/** Return the microseconds each took between two samples, and the cores that all others kept busy. */
export function between(before, after) {
  const us = Object.fromEntries(Object.keys(after.us).map((name) => [name, Math.max(0, after.us[name] - before.us[name])]));
  const elapsedUs = (after.at - before.at) * 1000;
  const others = after.machine - before.machine - sum(Object.values(us));
  return { us, othersCores: Math.max(0, others / elapsedUs) };
}

/** What a process has used so far; nothing if it ended, as short-lived helpers of servers do. */
function processUs(pid) {
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return 0;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

function machineUs() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync("/proc/stat", "utf8")
    .split("\n", 1)[0].split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) * TICK_US;
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
