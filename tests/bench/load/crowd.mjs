// A crowd of plain websockets that speak just enough Socket.IO: the official client would be the bottleneck here.
import { readFileSync } from "node:fs";
import { WebSocket } from "ws";

import { perform, sleep, until } from "./task.mjs";

const AT_ONCE = 50;
const PATIENCE_S = 60;
const HEARD = '42["message.sent"';
const TEXT = "The quick brown fox jumps over the lazy dog, sixty letters.".padEnd(60, ".");

/** One connection: `heard` counts the messages it got. */
class Listener {
  heard = 0;
  isReady = false;

  constructor(task, auth) {
    this.ready = task.ready === "connect" ? "40" : `42["${task.ready}"`;
    this.socket = new WebSocket(`${task.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`, { perMessageDeflate: false });
    this.socket.on("message", (data) => this.take(data.toString(), auth));
  }

  take(packet, auth) {
    if (packet.startsWith(HEARD)) this.heard += 1;
    else if (packet[0] === "0") this.socket.send(`40${JSON.stringify(auth)}`);
    else if (packet === "2") this.socket.send("3");
    else if (packet.startsWith("43")) this.acknowledged?.(packet);
    if (packet.startsWith(this.ready)) this.isReady = true;
  }
}

async function connect(task) {
  const crowd = [];
  for (let start = 0; start < task.auths.length; start += AT_ONCE) {
    const next = task.auths.slice(start, start + AT_ONCE).map((auth) => new Listener(task, auth));
    if (!(await until(() => next.every((listener) => listener.isReady), PATIENCE_S))) throw new Error("not all were connected");
    crowd.push(...next);
  }
  return crowd;
}

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
  const already = crowd.map((listener) => listener.heard);
  const began = performance.now();
  for (let i = 0; i < task.window; i++) send();
  const whole = await until(() => crowd.every((listener, i) => listener.heard - already[i] === task.messages), PATIENCE_S);
  const seconds = (performance.now() - began) / 1000;
  return { deliveries_per_s: (crowd.length * task.messages) / seconds, faults: whole && !refused.length ? [] : ["not everybody heard every message", ...refused] };
}

const residentBytes = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;

await perform(async (task) => {
  const before = residentBytes(task.pid);
  const began = performance.now();
  const crowd = await connect(task);
  const connect_s = (performance.now() - began) / 1000;
  await sleep(2);
  const grown = residentBytes(task.pid) - before;
  const found = { connect_s, bytes_per_socket: grown / crowd.length, faults: [] };
  return task.messages ? { ...found, ...(await fanOut(task, crowd)) } : found;
});
