// The memory of a process and of all that it started.
import { readdirSync, readFileSync } from 'node:fs'

const parents = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // The name stands in brackets and may hold anything; the parent is the second word after it.
        const words = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
        return [[Number(name), Number(words[1])]]
      } catch {
        return [] // ended meanwhile
      }
    })

/** The process and its descendants. */
export const family = (pid) => {
  const all = parents()
  const found = [pid]
  for (const member of found) found.push(...all.filter(([, parent]) => parent === member).map(([child]) => child))
  return found
}

/** Proportional set size in bytes: what is shared counts in parts (proc(5), smaps_rollup). */
export const memory = (pid) =>
  family(pid)
    .map((member) => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${member}/smaps_rollup`, 'utf8'))[1]) * 1024)
    .reduce((sum, part) => sum + part, 0)
