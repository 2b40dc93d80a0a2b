// What Node has beside JavaScript and is the same everywhere, in defaults.
import { sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { Buffer as NodeBuffer } from 'node:buffer';

export const buffers = pgTable('buffers', {
  base64: text('base64').default(Buffer.from('hello wörld€😀').toString('base64')),
  fromBase64: text('from_base64').default(Buffer.from('a b=c', 'base64').toString('hex')),
  base64url: text('base64url').default(Buffer.from('aGk_-w', 'base64url').toString('hex')),
  fromHex: text('from_hex').default(Buffer.from('68656c6c6f6', 'hex').toString()),
  notHex: text('not_hex').default(`|${Buffer.from('zz68', 'hex').toString('hex')}|`),
  inSql: text('in_sql').default(sql.raw(`'\\x${Buffer.from('hi').toString('hex')}'::bytea`)),
  bytes: text('bytes').default(Buffer.from([1, 2, 255]).toString('hex')),
  length: integer('length').default(Buffer.byteLength('wörld')),
  joined: text('joined').default(Buffer.concat([Buffer.from('a'), NodeBuffer.from('b')]).toString('latin1')),
  utf16: text('utf16').default(Buffer.from('wörld€😀', 'utf16le').toString('base64url')),
  broken: text('broken').default(Buffer.from([255, 226, 130, 65, 240, 159, 152, 128, 237, 160, 128, 192, 128]).toString()),
  half: text('half').default(Buffer.from('\ud800').toString('hex')),
  filled: text('filled').default(Buffer.alloc(5, 'ab').toString()),
  written: text('written').default(`${Buffer.from('template')}`),
  part: text('part').default(Buffer.from('héllo').subarray(1, 3).toString()),
  kinds: text('kinds').default(`${Buffer.from('x') instanceof Uint8Array} ${Buffer.isBuffer(Buffer.from(''))} ${Buffer.from('abc').slice(1)}`),
  json: jsonb('json').default({ b: Buffer.from('a') }),
});
export const encodings = pgTable('encodings', {
  btoa: text('btoa').default(btoa('hello?>ÿ')),
  atob: text('atob').default(atob(' aGVs bG8 ')),
  encoder: integer('encoder').default(new TextEncoder().encode('wörld😀').length),
  decoder: text('decoder').default(new TextDecoder().decode(new Uint8Array([239, 187, 191, 104, 105, 255]))),
  both: text('both').default(new TextDecoder('utf8').decode(new TextEncoder().encode('€').buffer)),
});
const shared = { a: [1, { b: 2 }, undefined], c: new Date(0), d: undefined, e: /x/g, f: null };
export const copies = pgTable('copies', {
  object: jsonb('object').default(structuredClone(shared)),
  map: integer('map').default(structuredClone(new Map([[1, 2]])).size),
  list: jsonb('list').default(structuredClone([...new Set([3])])),
});
const instant = new Date(Date.UTC(2024, 0, 2, 3, 4, 5, 6));
export const times = pgTable('times', {
  text: text('text').default(instant.toString()),
  day: text('day').default(instant.toDateString()),
  time: text('time').default(instant.toTimeString()),
  utc: text('utc').default(instant.toUTCString()),
  added: text('added').default('at ' + new Date('2024-07-01')),
  offset: integer('offset').default(instant.getTimezoneOffset()),
  parts: text('parts').default(new Date(2024, 0, 1).toISOString()),
  year: text('year').default(new Date(99, 1).toISOString()),
  invalid: text('invalid').default(`${new Date(NaN)} ${new Date('x').getTimezoneOffset()}`),
  iso: text('iso').default(new Date('2024-07-01T10:00').toISOString()),
  zoned: text('zoned').default(new Date('2024-07-01T10:00:00+02:00').toISOString()),
  words: text('words').default(new Date('July 1, 2024 10:00').toISOString()),
  slashes: text('slashes').default(new Date('2024/07/01').toISOString()),
  space: text('space').default(new Date('2024-07-01 10:00:00').toISOString()),
  mail: text('mail').default(new Date('Mon, 01 Jul 2024 00:00:00 GMT').toISOString()),
  month: text('month').default(new Date('2024-07').toISOString()),
  set: text('set').default(
    (() => {
      const made = new Date(0);
      made.setHours(5, 6);
      made.setFullYear(2020, 1, 3);
      return `${made.toISOString()} ${made.getDay()} ${made.getHours()} ${made.getFullYear()}`;
    })(),
  ),
});
export const order = pgTable('order', {
  sorted: text('sorted').default(['b', 'ä', 'z', 'a', 'Z', 'a_b', 'a-b', 'ab', 'A', 'é', 'e', '_', '1', '10', '2'].sort((a, b) => a.localeCompare(b)).join()),
  compared: text('compared').default(['aB', 'Ab', 'a', 'ab', 'résumé', 'a b'].map((one) => one.localeCompare('ab')).join()),
  lower: text('lower').default('ÄB'.toLocaleLowerCase()),
});
