/** SHA-256 (FIPS 180-4) of a text as UTF-8, in hex. Loading node:crypto costs more time than a short command has. */
export function sha256(text: string): string {
  const hash = known.get(text) ?? hashOf(text)
  if (text.length <= 256 && known.size < 32) known.set(text, hash)
  return hash
}

/** A command asks for the same few paths again and again. */
const known = new Map<string, string>()

function hashOf(text: string): string {
  const bytes = new TextEncoder().encode(text)
  const length = (((bytes.length + 8) >> 6) + 1) << 6
  const padded = new Uint8Array(length)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(length - 8, Math.floor(bytes.length / 0x20000000))
  view.setUint32(length - 4, bytes.length << 3)

  const state = Uint32Array.from(initial)
  const words = new Uint32Array(64)
  for (let block = 0; block < length; block += 64) {
    for (let i = 0; i < 16; i += 1) words[i] = view.getUint32(block + 4 * i)
    addBlock(state, words)
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('')
}

/** `words`: 64, the first 16 of them filled with the block. Run cold, so without array destructuring, which is slow there. */
function addBlock(state: Uint32Array, words: Uint32Array): void {
  for (let i = 16; i < 64; i += 1) {
    const x = at(words, i - 15)
    const y = at(words, i - 2)
    const low = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)
    const high = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10)
    words[i] = at(words, i - 16) + low + at(words, i - 7) + high
  }
  const s = Int32Array.from(state)
  for (let i = 0; i < 64; i += 1) {
    // a to h of the standard are at -i, -i + 1, ... modulo 8: nothing is moved.
    const e = at(s, (4 - i) & 7)
    const choice = (e & at(s, (5 - i) & 7)) ^ (~e & at(s, (6 - i) & 7))
    const a = at(s, -i & 7)
    const b = at(s, (1 - i) & 7)
    const c = at(s, (2 - i) & 7)
    const mixed =
      at(s, (7 - i) & 7) + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + at(constants, i) + at(words, i)
    s[(3 - i) & 7] = at(s, (3 - i) & 7) + mixed
    s[(7 - i) & 7] = mixed + (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))
  }
  for (let i = 0; i < 8; i += 1) state[i] = at(state, i) + at(s, i)
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}

function at(words: Uint32Array | Int32Array, index: number): number {
  return words[index] ?? 0
}

function wordsOf(hex: string): Uint32Array {
  return Uint32Array.from({ length: hex.length / 8 }, (_, i) => parseInt(hex.slice(8 * i, 8 * i + 8), 16))
}

/** The first 32 bits of the fractional parts of the square roots of the first 8 primes, and of the cube roots of 64. */
const initial = wordsOf('6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19')
const constants = wordsOf(
  '428a2f9871374491b5c0fbcfe9b5dba53956c25b59f111f1923f82a4ab1c5ed5d807aa9812835b01243185be550c7dc3' +
    '72be5d7480deb1fe9bdc06a7c19bf174e49b69c1efbe47860fc19dc6240ca1cc2de92c6f4a7484aa5cb0a9dc76f988da' +
    '983e5152a831c66db00327c8bf597fc7c6e00bf3d5a7914706ca63511429296727b70a852e1b21384d2c6dfc53380d13' +
    '650a7354766a0abb81c2c92e92722c85a2bfe8a1a81a664bc24b8b70c76c51a3d192e819d6990624f40e3585106aa070' +
    '19a4c1161e376c082748774c34b0bcb5391c0cb34ed8aa4a5b9cca4f682e6ff3748f82ee78a5636f84c878148cc70208' +
    '90befffaa4506cebbef9a3f7c67178f2',
)
