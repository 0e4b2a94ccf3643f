// The best we know to do with sqs-consumer and pg: a process a core, many consumers in each that take ten
// messages at a time, one INSERT from arrays for all that has gathered while the previous one ran, batch deletes.
//
//   load.mjs CONSUMERS   so many in each of two processes

import cluster from "node:cluster";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";

import { SQSClient } from "@aws-sdk/client-sqs";
import pg from "pg";
import { Consumer } from "sqs-consumer";

const processes = 2; // one a core
const insert = {
  name: "insert", // prepared once a connection
  text: `INSERT INTO user_logins
      (user_id, device_type, masked_ip, masked_device_id, locale, app_version, create_date)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::date[])`,
};

const md5 = (text) => createHash("md5").update(text).digest("hex");

// The row, or null for a message that none can be made of.
function rowOf(message) {
  let event;
  try {
    event = JSON.parse(message.Body);
  } catch {
    return null;
  }
  const texts = [event?.user_id, event?.device_type, event?.ip, event?.device_id, event?.app_version];
  const version = Number.parseInt(event?.app_version, 10);
  if (!texts.every((text) => typeof text === "string") || event.locale === undefined || Number.isNaN(version)) {
    return null;
  }
  const day = new Date(Number(message.Attributes.SentTimestamp)).toISOString().slice(0, 10);
  return [event.user_id, event.device_type, md5(event.ip), md5(event.device_id), event.locale, version, day];
}

// Writes what has gathered when the previous write is done; each caller waits for the commit of its own rows.
class Writer {
  #pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
  #gathered = [];
  #writing = false;

  write(rows) {
    return new Promise((resolve, reject) => {
      this.#gathered.push({ rows, resolve, reject });
      if (!this.#writing) {
        this.#writeAll();
      }
    });
  }

  async #writeAll() {
    this.#writing = true;
    while (this.#gathered.length > 0) {
      const calls = this.#gathered;
      this.#gathered = [];
      const rows = calls.flatMap((call) => call.rows);
      try {
        if (rows.length > 0) {
          const columns = rows[0].map((_, column) => rows.map((row) => row[column]));
          await this.#pool.query({ ...insert, values: columns });
        }
        calls.forEach((call) => call.resolve());
      } catch (error) {
        calls.forEach((call) => call.reject(error));
      }
    }
    this.#writing = false;
  }
}

function work(consumers) {
  const writer = new Writer();
  const httpAgent = new http.Agent({ keepAlive: true, maxSockets: consumers * 2 });
  const sqs = new SQSClient({
    endpoint: process.env.AWS_ENDPOINT_URL,
    requestHandler: { httpAgent },
    md5: false, // nobody else here checks the digests of bodies either
  });
  for (let i = 0; i < consumers; ++i) {
    const consumer = Consumer.create({
      queueUrl: process.env.QUEUE_URL,
      sqs,
      batchSize: 10,
      messageSystemAttributeNames: ["SentTimestamp"],
      handleMessageBatch: async (messages) => {
        await writer.write(messages.map(rowOf).filter((row) => row !== null));
        return messages;
      },
    });
    consumer.on("error", (error) => console.error(error.message));
    consumer.on("processing_error", (error) => console.error(error.message));
    consumer.start();
  }
}

if (process.argv[2] === "--version") {
  const version = (name) =>
    JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
  const names = ["sqs-consumer", "@aws-sdk/client-sqs", "pg"];
  console.log([`Node.js ${process.versions.node}`, ...names.map((name) => `${name} ${version(name)}`)].join(", "));
} else if (cluster.isPrimary) {
  for (let i = 0; i < processes; ++i) {
    cluster.fork();
  }
  process.on("SIGTERM", () => process.exit(0));
} else {
  process.on("SIGTERM", () => process.exit(0));
  process.on("disconnect", () => process.exit(0));
  work(Number(process.argv[2]));
}
