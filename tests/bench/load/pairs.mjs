// Pairs of official clients in direct channels: one of each pair sends, with a window of unacknowledged messages.
import { io } from "socket.io-client";

import { between, sample } from "./cpu.mjs";
import { perform, sleep, until } from "./task.mjs";

const PATIENCE_S = 20;
/** Client ids of this run: those of an earlier one would be answered with its messages. */
const RUN = Date.now().toString(36);
const TEXT = "The quick brown fox jumps over the lazy dog, sixty letters.".padEnd(60, ".");

/** Both ends of a channel. `event` is acknowledged; with `heard`, both also get `message.sent`. */
class Pair {
  acked = 0;
  waiting = 0;
  firstSeq = Infinity;
  lastSeq = 0;
  refusals = [];

  constructor(load, { channel_id, tokens }) {
    this.load = load;
    this.channelId = channel_id;
    this.ends = tokens.map((token) => new End(load.task.url, token, channel_id));
  }

  connected() {
    return Promise.all(this.ends.map((end) => end.connected(this.load.task.ready)));
  }

  start() {
    for (let i = 0; i < this.load.task.window; i++) this.send();
  }

  send() {
    const sentAt = performance.now();
    const message = { channel_id: this.channelId, text: TEXT, client_id: `${RUN}-${this.channelId}-${sentAt}-${this.waiting}` };
    this.waiting += 1;
    this.ends[0].socket.emit(this.load.task.event, message, (answer) => this.acknowledged(answer, sentAt));
  }

  acknowledged(answer, sentAt) {
    this.waiting -= 1;
    if (answer.ok === false) return this.refusals.push(answer.error);
    this.acked += 1;
    if (answer.message) {
      this.firstSeq = Math.min(this.firstSeq, answer.message.seq);
      this.lastSeq = Math.max(this.lastSeq, answer.message.seq);
    }
    this.load.count(sentAt);
    if (this.load.running) this.send();
  }

  /** What went wrong: refusals, and what an end did not hear exactly once and in order. */
  faults() {
    const unheard = this.load.task.heard ? this.ends.flatMap((end) => end.faults(this)) : [];
    return [...this.refusals.map((error) => `refused: ${error.code}`), ...unheard];
  }

  drained() {
    return this.waiting === 0 && (!this.load.task.heard || this.ends.every((end) => end.heard >= this.acked));
  }
}

class End {
  heard = 0;
  firstSeq = 0;
  lastSeq = 0;
  disorder = 0;

  constructor(url, token, channelId) {
    const options = { transports: ["websocket"], forceNew: true, reconnection: false };
    this.socket = io(url, { ...options, auth: { token, channel_id: channelId } });
    this.socket.on("message.sent", ({ message }) => this.hear(message.seq));
  }

  connected(event) {
    return new Promise((resolve, reject) => {
      this.socket.once(event, resolve);
      this.socket.once("connect_error", reject);
    });
  }

  hear(seq) {
    if (this.heard === 0) this.firstSeq = seq;
    else if (seq !== this.lastSeq + 1) this.disorder += 1;
    this.lastSeq = seq;
    this.heard += 1;
  }

  faults({ acked, firstSeq, lastSeq }) {
    const whole = this.heard === acked && this.firstSeq === firstSeq && this.lastSeq === lastSeq;
    if (whole && !this.disorder) return [];
    return [`heard ${this.heard} of ${acked} (${this.firstSeq}–${this.lastSeq}, not ${firstSeq}–${lastSeq}), ${this.disorder} out of order`];
  }
}

class Load {
  running = true;
  measuring = false;
  latencies = [];

  constructor(task) {
    this.task = task;
    this.pairs = task.pairs.map((pair) => new Pair(this, pair));
  }

  count(sentAt) {
    if (this.measuring) this.latencies.push(performance.now() - sentAt);
  }

  async run() {
    await Promise.all(this.pairs.map((pair) => pair.connected()));
    this.pairs.forEach((pair) => pair.start());
    await sleep(this.task.warmup_s);
    const found = await this.measure();
    this.running = false;
    await until(() => this.pairs.every((pair) => pair.drained()), PATIENCE_S);
    const unanswered = this.pairs.reduce((total, pair) => total + pair.waiting, 0);
    const faults = this.pairs.flatMap((pair) => pair.faults());
    return { ...found, faults: unanswered ? [`${unanswered} messages were not answered`, ...faults] : faults };
  }

  async measure() {
    const before = sample(this.task.pids);
    this.measuring = true;
    await sleep(this.task.seconds);
    this.measuring = false;
    const after = sample(this.task.pids);
    const sorted = Float64Array.from(this.latencies).sort();
    const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
    const { us, othersCores } = between(before, after);
    return {
      messages_per_s: (sorted.length / (after.at - before.at)) * 1000,
      p50_ms: at(0.5),
      p99_ms: at(0.99),
      us_per_message: Object.fromEntries(Object.entries(us).map(([name, value]) => [name, value / sorted.length])),
      others_cores: othersCores,
    };
  }
}

await perform((task) => new Load(task).run());
