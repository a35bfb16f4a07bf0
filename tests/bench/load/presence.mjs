// Members of one workspace who connect, and then come and go at their desks: what everybody hears, and what it costs.
import { connect as dial } from "node:net";
import { WebSocket } from "ws";

import { between, sample } from "./cpu.mjs";
import { perform, sleep, until } from "./task.mjs";

const AT_ONCE = 50;
const PATIENCE_S = 90;
const QUIET_S = 1.5;
const HEARD = '42["presence.changed"';

const heard = { events: 0, bytes: 0, at: 0 };

/** One device; `watch` are the people whose presence it shows, or null for everyone's. */
class Device {
  isReady = false;
  isClosed = false;
  state = "active";

  constructor(task, token, watch) {
    this.socket = new WebSocket(`${task.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`, { perMessageDeflate: false });
    this.socket.on("message", (data) => this.take(data, { task, token, watch }));
    this.socket.on("close", () => (this.isClosed = true));
  }

  take(data, { task, token, watch }) {
    const start = data.toString("latin1", 0, HEARD.length);
    if (start === HEARD) {
      heard.events += 1;
      heard.bytes += data.length;
      heard.at = performance.now();
    } else if (start === "2") this.socket.send("3");
    else if (start[0] === "0") this.socket.send(`40${JSON.stringify({ token })}`);
    else if (start.startsWith('42["ready"') && watch) this.ask(1, "presence.watch", { workspace_id: task.workspace_id, user_ids: watch });
    else if (start.startsWith('42["ready"') || start.startsWith("431")) this.isReady = true;
  }

  ask(id, name, payload) {
    this.socket.send(`42${id}${JSON.stringify([name, payload])}`);
  }

  /** Leave the desk, or come back to it. */
  turn() {
    this.state = this.state === "active" ? "away" : "active";
    this.ask(2, "presence.set", { state: this.state });
  }
}

async function connect(task) {
  const crowd = [];
  for (let start = 0; start < task.tokens.length; start += AT_ONCE) {
    const next = task.tokens.slice(start, start + AT_ONCE).map((token, i) => new Device(task, token, watched(task, start + i)));
    if (!(await until(() => next.every((device) => device.isReady), PATIENCE_S))) throw new Error("not all were connected");
    crowd.push(...next);
  }
  return crowd;
}

/** The neighbours of number `i` in the list of people, as a screen shows some of them. */
function watched({ watch, user_ids: all }, i) {
  if (!watch) return null;
  return Array.from({ length: Math.min(watch, all.length) }, (_, step) => all[(i + step) % all.length]);
}

const quiet = () => until(() => performance.now() - heard.at > QUIET_S * 1000, PATIENCE_S);

/** Let every member turn once in `task.turn_every_s`, evenly spread, for `task.seconds`. */
async function live(task, crowd) {
  const turns = Math.round((crowd.length * task.seconds) / task.turn_every_s);
  const began = performance.now();
  for (let i = 0; i < turns; i++) {
    const wait = began / 1000 + (i * task.seconds) / turns - performance.now() / 1000;
    if (wait > 0) await sleep(wait);
    crowd[i % crowd.length].turn();
  }
  await sleep(Math.max(0, began / 1000 + task.seconds - performance.now() / 1000));
}

/** What `work` cost: seconds, events and bytes heard, processor seconds by program, commands of Redis. */
async function measured(task, work) {
  const [before, commands, events, bytes] = [sample(task.pids), await redisCommands(task), heard.events, heard.bytes];
  const result = await work();
  const after = sample(task.pids);
  const { us, othersCores } = between(before, after);
  const cpu_s = Object.fromEntries(Object.entries(us).map(([name, value]) => [name, value / 1e6]));
  const spent = { seconds: (after.at - before.at) / 1000, cpu_s, others_cores: othersCores };
  return [result, { ...spent, events: heard.events - events, bytes: heard.bytes - bytes, commands: (await redisCommands(task)) - commands }];
}

/** How many commands Redis has processed, those of scripts included. */
function redisCommands({ redis_port: port }) {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = dial(port, "127.0.0.1", () => socket.write("INFO stats\r\n"));
    socket.on("error", reject).on("data", (data) => {
      text += data;
      const found = /total_commands_processed:(\d+)\r/.exec(text);
      if (found) {
        socket.destroy();
        resolve(Number(found[1]));
      }
    });
  });
}

await perform(async (task) => {
  let ready_s = 0;
  const began = performance.now();
  const [crowd, connecting] = await measured(task, async () => {
    const all = await connect(task);
    ready_s = (performance.now() - began) / 1000;
    await quiet();
    return all;
  });
  const [, idle] = await measured(task, () => sleep(task.seconds));
  const [, living] = await measured(task, () => live(task, crowd));
  const closed = crowd.filter((device) => device.isClosed).length;
  return { ready_s, connecting, idle, living, faults: closed ? [`${closed} sockets were closed`] : [] };
});
