// Does proofs of work, as a worker: a task in, {done} after each of its parts and {solution} at the end out. Package work
// says what a task is. SHA-256 (FIPS 180-4) is written out here: crypto.subtle is asynchronous, which costs more than a
// hash, and there is none on pages over plain HTTP.

"use strict";

const K = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
  0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
  0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
  0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
  0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

const START = new Int32Array([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

const BLOCK = 64; // Bytes. A message has 55 at most: the rest of its only block is for its end and its length.

// rounds takes those from first to before last, from one state of eight words to another.
function rounds(from, to, words, first, last) {
  let a = from[0];
  let b = from[1];
  let c = from[2];
  let d = from[3];
  let e = from[4];
  let f = from[5];
  let g = from[6];
  let h = from[7];
  for (let i = first; i < last; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + (g ^ (e & (f ^ g))) + K[i] + words[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) | (c & (a | b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  to[0] = a;
  to[1] = b;
  to[2] = c;
  to[3] = d;
  to[4] = e;
  to[5] = f;
  to[6] = g;
  to[7] = h;
}

// Part looks for the nonce of one part. What does not change from nonce to nonce is worked out once: the rounds over the
// words before the nonce.
class Part {
  constructor(salt, index) {
    const head = new TextEncoder().encode(`${salt}.${index}.`);
    this.block = new Uint8Array(BLOCK);
    this.block.set(head);
    this.start = head.length; // Of the nonce.
    this.fixed = this.start >> 2; // Words.
    this.words = new Int32Array(BLOCK);
    this.midstate = new Int32Array(8);
    this.state = new Int32Array(8);
    this.pack(0, this.fixed);
    rounds(START, this.midstate, this.words, 0, this.fixed);
  }

  // pack makes words of the bytes of the block.
  pack(first, last) {
    for (let i = first; i < last; i++) {
      const j = i * 4;
      this.words[i] = (this.block[j] << 24) | (this.block[j + 1] << 16) | (this.block[j + 2] << 8) | this.block[j + 3];
    }
  }

  // first is the first word of the hash with a nonce of so many digits in the block.
  first(digits) {
    const { words } = this;
    this.pack(this.fixed, ((this.start + digits) >> 2) + 1);
    for (let i = 16; i < 64; i++) {
      const x = words[i - 15];
      const y = words[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
    }
    rounds(this.midstate, this.state, words, this.fixed, 64);
    return (START[0] + this.state[0]) >>> 0;
  }

  // solve returns the least nonce whose hash begins with so many zero bits, of which there are fewer than 32.
  solve(bits) {
    const limit = 2 ** (32 - bits);
    for (let digits = 1; ; digits++) {
      this.begin(digits);
      do {
        if (this.first(digits) < limit) {
          return String.fromCharCode(...this.block.subarray(this.start, this.start + digits));
        }
      } while (this.count(digits));
    }
  }

  // begin writes the least number of so many digits, and the end of the message and its length in bits behind it.
  begin(digits) {
    const end = this.start + digits;
    this.block.fill(0x30, this.start, end);
    if (digits > 1) {
      this.block[this.start] = 0x31;
    }
    this.block[end] = 0x80;
    this.words.fill(0, this.fixed);
    this.words[15] = end * 8;
  }

  // count goes on to the next number, and tells whether there is one of so many digits.
  count(digits) {
    for (let i = this.start + digits - 1; i >= this.start; i--) {
      if (this.block[i] < 0x39) {
        this.block[i]++;
        return true;
      }
      this.block[i] = 0x30;
    }
    return false;
  }
}

self.onmessage = ({ data: { salt, bits, count } }) => {
  const nonces = [];
  while (nonces.length < count) {
    nonces.push(new Part(salt, nonces.length).solve(bits));
    postMessage({ done: nonces.length });
  }
  postMessage({ solution: nonces.join(".") });
};
