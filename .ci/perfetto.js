// Loads a trace into Perfetto's own trace processor and asks it questions.
//
// usage: node perfetto.js FOLDER TRACE QUERY…     FOLDER as .ci/wheel perfetto prints it
//
// Each query is SQL over Perfetto's tables (perfetto.dev/docs/analysis); its rows are printed as one
// line of JSON. Perfetto's counts of what it could not take are in the table stats.
"use strict";
const fs = require("fs");
const path = require("path");

const [folder, trace, ...queries] = process.argv.slice(2);

// --- The engine: written to be a browser's worker, which is all that it is told of where it runs.

class FileRequest {
  open(_method, address) { this.address = address; }
  setRequestHeader() {}
  send() {
    const bytes = fs.readFileSync(path.join(folder, path.basename(this.address)));
    this.response = new Uint8Array(bytes).buffer;
    this.status = 200;
    this.onload?.();
  }
}

const scope = { location: { href: "file:///engine_bundle.js" } };
const globals = {
  self: scope, location: scope.location, XMLHttpRequest: FileRequest, importScripts() {},
  WorkerGlobalScope: class {}, process: undefined, require: undefined, window: undefined,
  document: undefined, console: { ...console, log() {}, warn() {} },
};
Object.assign(scope, globals, { performance, crypto: globalThis.crypto });
new Function(...Object.keys(globals), fs.readFileSync(path.join(folder, "engine_bundle.js"), "utf8"))(
  ...Object.values(globals));

let replies = [];
const port = { postMessage(bytes) { replies.push(Buffer.from(bytes)); } };
scope.onmessage({ data: port });

// --- Protocol buffers, as far as trace_processor.proto needs them.

function varint(number) {
  const bytes = [];
  for (let rest = BigInt(number); ; ) {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest ? low | 128 : low);
    if (!rest) return Buffer.from(bytes);
  }
}

const number = (key, value) => Buffer.concat([varint(key * 8), varint(value)]);
const bytes = (key, value) =>
  Buffer.concat([varint(key * 8 + 2), varint(value.length), Buffer.from(value)]);

/** The fields of a message: key and value, a BigInt or bytes. */
function fields(message) {
  const found = [];
  let at = 0;
  const read = () => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = count => message.subarray(at, at += count);
  while (at < message.length) {
    const head = Number(read());
    const value = { 0: read, 1: () => take(8), 2: () => take(Number(read())), 5: () => take(4) }[head & 7]();
    found.push([head >> 3, value]);
  }
  return found;
}

const all = (message, key) => fields(message).filter(field => field[0] === key).map(field => field[1]);

function varints(packed) {
  const found = [];
  let [value, shift] = [0n, 0n];
  for (const byte of packed) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte < 128) {
      found.push(Number(BigInt.asIntN(64, value)));
      [value, shift] = [0n, 0n];
    }
  }
  return found;
}

// --- Calls.

let sequence = 0;

/** Makes a request; gives the answers' arguments of one kind. */
function call(method, argument, answer) {
  replies = [];
  const request = Buffer.concat([number(1, sequence++), number(2, method), argument]);
  port.onmessage({ data: new Uint8Array(bytes(1, request)) });
  return all(Buffer.concat(replies), 1).flatMap(message => {
    for (const error of all(message, 5)) throw new Error(error.toString());
    return all(message, answer);
  });
}

function load(data) {
  for (let at = 0; at < data.length; at += 1 << 20) {
    const answers = call(1, bytes(101, data.subarray(at, at + (1 << 20))), 201);
    for (const error of answers.flatMap(answer => all(answer, 2))) throw new Error(error.toString());
  }
  call(2, Buffer.alloc(0), 0);
}

function query(sql) {
  const columns = [];
  const cells = [];
  for (const result of call(3, bytes(103, bytes(1, sql)), 203)) {
    for (const error of all(result, 2)) throw new Error(`${sql}: ${error}`);
    columns.push(...all(result, 1).map(String));
    for (const batch of all(result, 3)) {
      const numbers = all(batch, 2).flatMap(varints);
      const texts = all(batch, 5).flatMap(text => text.toString().split("\0"));
      const doubles = all(batch, 3).flatMap(
        packed => Array.from({ length: packed.length / 8 }, (_, i) => packed.readDoubleLE(i * 8)));
      const take = { 1: () => null, 2: () => numbers.shift(), 3: () => doubles.shift(), 4: () => texts.shift() };
      for (const kind of all(batch, 1).flatMap(varints)) cells.push(take[kind]());
    }
  }
  const rows = [];
  for (let at = 0; at < cells.length; at += columns.length)
    rows.push(Object.fromEntries(columns.map((column, i) => [column, cells[at + i]])));
  return rows;
}

// The engine has compiled itself when the queue of events is empty.
setTimeout(() => {
  load(fs.readFileSync(trace));
  for (const sql of queries) console.log(JSON.stringify(query(sql)));
});
