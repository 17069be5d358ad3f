// Looks into the processes of the window for what is secret in its profile.
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const read = (...path) => {
  try {
    return readFileSync(join('/proc', ...path), 'utf8')
  } catch {
    return ''
  }
}

const processes = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name))

/** The parent of a process: the second field behind its name, which may hold anything. */
const parent = (id) => read(id, 'stat').replace(/^.*\) /s, '').split(' ')[1]

const comesFrom = (id, ancestor) => id === ancestor || (Number(id) > 1 && comesFrom(parent(id), ancestor))

/** The window's own process, and those of its web engine that run pages. */
export const processesOf = (app, profile) => {
  const runs = (id) => read(id, 'cmdline').split('\0')[0] === app && read(id, 'cmdline').includes(profile)
  const core = processes().find(runs)
  const web = processes().filter((id) => read(id, 'comm').startsWith('WebKitWebProces') && comesFrom(id, core))
  return { core, web }
}

/** What a process may leave behind when it crashes, in bytes. */
export const coreLimit = (id) => /^Max core file size +(\S+)/m.exec(read(id, 'limits'))?.[1]

/** The names of the secrets in each process. Only root may look. */
export const search = (built, { profile, state, pin, ids }) => {
  const profiles = join(profile, 'profiles')
  const folder = join(profiles, readdirSync(profiles)[0])
  const tool = join(built, 'examples', 'search_memory')
  const answer = execFileSync(tool, [folder, join(state, 'gateway.db'), ...ids], { input: pin })
  return JSON.parse(answer.toString())
}

export const isRoot = () => process.getuid() === 0
