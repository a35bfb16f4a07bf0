// A crowd of plain websockets that speak just enough Socket.IO: the official client would be the bottleneck here.
import { readFileSync } from "node:fs";
import { WebSocket } from "ws";

import { between, sample } from "./cpu.mjs";
import { perform, sleep, until } from "./task.mjs";

const AT_ONCE = 50;
const PATIENCE_S = 60;
const QUIET_S = 1;
const HEARD = '42["message.sent"';
const TEXT = "The quick brown fox jumps over the lazy dog, sixty letters.".padEnd(60, ".");

/** When anybody last heard anything but a ping: connecting announces everyone's presence to everyone. */
let lastPacketAt = 0;

/** One connection: `heard` counts the messages it got. */
class Listener {
  heard = 0;
  heardBytes = 0;
  isReady = false;
  isClosed = false;

  constructor(task, auth) {
    this.ready = task.ready === "connect" ? "40" : `42["${task.ready}"`;
    this.socket = new WebSocket(`${task.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`, { perMessageDeflate: false });
    this.socket.on("message", (data) => this.take(data, auth));
    this.socket.on("close", () => (this.isClosed = true));
  }

  take(data, auth) {
    const start = data.toString("latin1", 0, HEARD.length);
    if (start === "2") return this.socket.send("3");
    lastPacketAt = performance.now();
    if (start.startsWith(HEARD)) {
      this.heard += 1;
      this.heardBytes += data.length;
    } else if (start[0] === "0") this.socket.send(`40${JSON.stringify(auth)}`);
    else if (start.startsWith("43")) this.acknowledged?.(data.toString());
    else if (start.startsWith(this.ready)) this.isReady = true;
  }
}

async function connect(task, auths) {
  const crowd = [];
  for (let start = 0; start < auths.length; start += AT_ONCE) {
    const next = auths.slice(start, start + AT_ONCE).map((auth) => new Listener(task, auth));
    if (!(await until(() => next.every((listener) => listener.isReady), PATIENCE_S))) throw new Error("not all were connected");
    crowd.push(...next);
  }
  return crowd;
}

const quiet = () => until(() => performance.now() - lastPacketAt > QUIET_S * 1000, PATIENCE_S);

/** Let the first of the crowd send `task.messages` with a window, and time until everybody has them all. */
async function fanOut(task, crowd) {
  const [sender] = crowd;
  let sent = 0;
  const refused = [];
  const send = () => {
    if (sent === task.messages) return;
    const message = { channel_id: task.channel_id, text: TEXT, client_id: `${process.pid}-${performance.now()}-${sent}` };
    sender.socket.send(`42${sent++}${JSON.stringify([task.event, message])}`);
  };
  sender.acknowledged = (packet) => {
    if (packet.includes('"ok":false')) refused.push(packet);
    send();
  };
  const before = sample(task.pids);
  for (let i = 0; i < task.window; i++) send();
  const whole = await until(() => crowd.every((listener) => listener.heard === task.messages), PATIENCE_S);
  const after = sample(task.pids);
  const { us, othersCores } = between(before, after);
  const seconds = (after.at - before.at) / 1000;
  const deliveries = crowd.reduce((total, listener) => total + listener.heard, 0);
  return {
    deliveries_per_s: deliveries / seconds,
    bytes_per_delivery: crowd.reduce((total, listener) => total + listener.heardBytes, 0) / deliveries,
    cores: Object.fromEntries(Object.entries(us).map(([name, value]) => [name, value / seconds / 1e6])),
    others_cores: othersCores,
    faults: whole && !refused.length ? [] : ["not everybody heard every message once", ...refused],
  };
}

const residentBytes = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;

/** Connect the rest of the crowd, and see by how much the server has grown once all were idle for a while. */
async function idle(task, first) {
  const rest = task.auths.slice(first.length);
  const before = residentBytes(task.pid);
  const began = performance.now();
  const crowd = [...first, ...(await connect(task, rest))];
  const connect_s = (performance.now() - began) / 1000;
  await quiet();
  await sleep(task.idle_s);
  const closed = crowd.filter((listener) => listener.isClosed).length;
  return {
    connect_s,
    bytes_per_socket: (residentBytes(task.pid) - before) / rest.length,
    faults: closed ? [`${closed} sockets were closed`] : [],
  };
}

await perform(async (task) => {
  const began = performance.now();
  const crowd = await connect(task, task.auths.slice(0, task.first));
  const connect_s = (performance.now() - began) / 1000;
  await quiet();
  return task.messages ? { connect_s, ...(await fanOut(task, crowd)) } : idle(task, crowd);
});
