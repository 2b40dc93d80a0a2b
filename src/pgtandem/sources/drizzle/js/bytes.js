// What Node has for bytes: TextEncoder, TextDecoder, btoa, atob, and what schemas use of Buffer.

const REPLACEMENT = 0xfffd;

function utf8(text) {
  const bytes = [];
  for (const letter of String(text)) {
    const given = letter.codePointAt(0);
    const point = given >= 0xd800 && given <= 0xdfff ? REPLACEMENT : given;
    const more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    bytes.push([0, 0xc0, 0xe0, 0xf0][more] | (point >> (6 * more)));
    for (let shift = 6 * (more - 1); shift >= 0; shift -= 6) bytes.push(0x80 | ((point >> shift) & 0x3f));
  }
  return bytes;
}

// As https://encoding.spec.whatwg.org/#utf-8-decoder has it: what is no UTF-8 becomes U+FFFD, the longest part of it once.
function fromUtf8(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at++];
    const more = lead < 0x80 ? 0 : lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : -1;
    let point = more <= 0 ? lead : lead & (0x3f >> more);
    let missing = Math.max(more, 0);
    let [lowest, highest] = [lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80, lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf];
    while (missing > 0 && bytes[at] >= lowest && bytes[at] <= highest) {
      point = (point << 6) | (bytes[at++] & 0x3f);
      [lowest, highest] = [0x80, 0xbf];
      missing--;
    }
    text += String.fromCodePoint(more < 0 || missing > 0 ? REPLACEMENT : point);
  }
  return text;
}

const LETTERS_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let place = 0; place < 4; place++)
      text += at + place > bytes.length ? "=" : LETTERS_64[(bits >> (18 - 6 * place)) & 63];
  }
  return text;
}
function fromBase64(text) {
  const bytes = [];
  let [bits, count] = [0, 0];
  for (const letter of text.replace(/=.*$/s, "").replace(/-/g, "+").replace(/_/g, "/")) {
    const value = LETTERS_64.indexOf(letter);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count >= 8) bytes.push((bits >> (count -= 8)) & 0xff);
  }
  return bytes;
}
const base64url = (bytes) => base64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text) => (/^(?:[\da-f]{2})*/i.exec(text)[0].match(/../g) ?? []).map((pair) => parseInt(pair, 16));
const latin1 = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const fromLatin1 = (text) => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at) & 0xff);
const ascii = (bytes) => latin1(bytes.map((byte) => byte & 0x7f));
const utf16 = (bytes) => Array.from({ length: bytes.length >> 1 }, (_, at) => String.fromCharCode(bytes[2 * at] | (bytes[2 * at + 1] << 8))).join("");
const fromUtf16 = (text) => Array.from({ length: 2 * text.length }, (_, at) => (text.charCodeAt(at >> 1) >> (8 * (at & 1))) & 0xff);

const ENCODINGS = {
  utf8: [fromUtf8, utf8], hex: [hex, fromHex], base64: [base64, fromBase64], base64url: [base64url, fromBase64],
  latin1: [latin1, fromLatin1], binary: [latin1, fromLatin1], ascii: [ascii, fromLatin1],
  utf16le: [utf16, fromUtf16], ucs2: [utf16, fromUtf16],
};
ENCODINGS["utf-8"] = ENCODINGS.utf8;
function encodingOf(name = "utf8") {
  const found = ENCODINGS[String(name).toLowerCase()];
  if (found === undefined) throw new TypeError(`Unknown encoding: ${name}`);
  return { read: found[1], write: found[0] };
}

// A member that is not here is a stand-in, as a package's would be.
const standInsBehind = (target, label) =>
  new Proxy(target, {
    get: (_, key, receiver) => (typeof key === "symbol" || key in target || key === "then" ? Reflect.get(target, key, receiver) : standIn(`${label}.${key}`)),
  });

function makeBuffer() {
  class Buffer extends Uint8Array {
    static from(value, encoding) {
      if (typeof value === "string") return new Buffer(encodingOf(encoding).read(value));
      if (value instanceof ArrayBuffer) return new Buffer(new Uint8Array(value));
      return new Buffer(value?.type === "Buffer" ? value.data : value);
    }
    static alloc(size, fill) {
      const made = new Buffer(size);
      const bytes = typeof fill === "string" ? utf8(fill) : [fill ?? 0];
      return made.map((_, at) => bytes[at % bytes.length] ?? 0);
    }
    static concat(parts) {
      return new Buffer(parts.flatMap((part) => [...part]));
    }
    static isBuffer(value) {
      return value instanceof Buffer;
    }
    static isEncoding(name) {
      return Object.hasOwn(ENCODINGS, String(name).toLowerCase());
    }
    static byteLength(value, encoding) {
      return typeof value === "string" ? encodingOf(encoding).read(value).length : value.byteLength;
    }
    toString(encoding, start = 0, end = this.length) {
      return encodingOf(encoding).write([...super.subarray(start, end)]);
    }
    toJSON() {
      return { type: "Buffer", data: [...this] };
    }
    slice(start, end) {
      return this.subarray(start, end);
    }
    equals(other) {
      return hex(this) === hex(other);
    }
  }
  Object.setPrototypeOf(Buffer.prototype, standInsBehind(Object.create(Uint8Array.prototype), "the global Buffer.()"));
  return standInsBehind(Buffer, "the global Buffer");
}

const bytesOf = (input) => (input === undefined ? [] : input instanceof ArrayBuffer ? new Uint8Array(input) : new Uint8Array(input.buffer, input.byteOffset, input.byteLength));
class TextEncoder {
  encoding = "utf-8";
  encode(text = "") {
    return new Uint8Array(utf8(text));
  }
}
class TextDecoder {
  constructor(label = "utf-8") {
    this.encoding = String(label).toLowerCase().replace(/^utf8$/, "utf-8");
    if (this.encoding !== "utf-8") return standIn(`the global TextDecoder.(${this.encoding})`);
  }
  decode(input) {
    return fromUtf8(bytesOf(input)).replace(/^\ufeff/, "");
  }
}
function btoa(text) {
  if (/[^\0-\xff]/.test(text)) throw new Error("btoa() takes letters up to U+00FF only");
  return base64(fromLatin1(String(text)));
}
function atob(text) {
  const plain = String(text).replace(/[\t\n\f\r ]/g, "");
  if (!/^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}(?:==)?|[A-Za-z\d+/]{3}=?)?$/.test(plain)) throw new Error("what atob() is given is not base64");
  return latin1(fromBase64(plain));
}
standInPackages.push("the global Buffer", "the global TextDecoder");
const nodeBuffer = { Buffer: makeBuffer(), btoa, atob };
