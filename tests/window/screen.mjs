// What is on the virtual screen, read from the file in which Xvfb keeps it (an X window dump, XWDFile.h).
import { openSync, readSync } from 'node:fs'

const EVERY = 8 // rows: enough to tell two screens apart, few enough to look often
const CARET = 60 // pixels that may differ: a caret blinks

export class Screen {
  #file
  #begin
  #line
  #rows

  constructor(path) {
    this.#file = openSync(path, 'r')
    const header = Buffer.alloc(100)
    readSync(this.#file, header, 0, 100, 0)
    const field = (index) => header.readUInt32BE(index * 4)
    this.#line = field(12)
    this.#begin = field(0) + field(19) * 12
    this.#rows = Math.floor(field(5) / EVERY)
  }

  /** Every eighth row as it is now. */
  look() {
    const picture = Buffer.allocUnsafe(this.#rows * this.#line)
    for (let row = 0; row < this.#rows; row += 1)
      readSync(this.#file, picture, row * this.#line, this.#line, this.#begin + row * EVERY * this.#line)
    return picture
  }

  /** Whether two pictures are the same but for a caret. */
  static same(one, other) {
    if (one.equals(other)) return true
    let different = 0
    for (let at = 0; at < one.length; at += 4) {
      if (one.readInt32LE(at) !== other.readInt32LE(at) && (different += 1) > CARET) return false
    }
    return true
  }

  /** How many pixels of a picture have this colour, RRGGBB. */
  static count(picture, colour) {
    let found = 0
    for (let at = 0; at < picture.length; at += 4) found += picture.readUIntLE(at, 3) === colour
    return found
  }
}
