// measure.mjs APP BARE [RUNS]: from the start of the process to the picture on the screen, and the memory held there.
// The app's picture is the PIN field of a locked profile, as a driven window showed it once; the bare window's is a
// page of one colour. Nobody is driven while it is measured.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { enrol } from './enrol.mjs'
import { memory } from './processes.mjs'
import { Screen } from './screen.mjs'

const [app, bare, runs = '30'] = process.argv.slice(2)
const WARM_UPS = 2
const LOOK_EVERY = 3 // milliseconds; the error of a run
const world = process.env.ACASA_WORLD
const screen = new Screen(join(world, 'screen', 'Xvfb_screen0'))
const empty = screen.look()
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** The picture that has not changed for a second. */
const settled = async () => {
  let picture = screen.look()
  for (let since = performance.now(), began = since; performance.now() - since < 1000; ) {
    if (performance.now() - began > 30_000) throw new Error('the screen does not come to rest')
    await pause(50)
    const now = screen.look()
    if (!Screen.same(picture, now) || Screen.same(now, empty)) since = performance.now()
    picture = now
  }
  return picture
}

const shows = async (what, expected, seconds = 60) => {
  const end = performance.now() + seconds * 1000
  while (!Screen.same(screen.look(), expected)) {
    if (performance.now() > end) throw new Error(`${what}: not on the screen within ${seconds} s`)
    await pause(LOOK_EVERY)
  }
}

const end = async (child) => {
  if (child.exitCode === null && child.signalCode === null)
    await new Promise((resolve) => (child.once('exit', resolve), child.kill('SIGTERM')))
  await shows('an empty screen', empty)
}

/** One start: nanoseconds to the picture, and bytes once everything has come to rest. */
const start = async ({ name, program, args, picture }) => {
  await pause(300)
  const began = performance.now()
  const child = spawn(program, args, { stdio: 'ignore' })
  try {
    await shows(name, picture)
    const took = Math.round((performance.now() - began) * 1e6)
    await pause(1500)
    return { took, bytes: memory(child.pid) }
  } finally {
    await end(child)
  }
}

const profile = join(world, 'profile')
const locked = await enrol(app, join(process.env.ACASA_BUILT, 'acasa'), profile, settled)
await shows('an empty screen', empty)

const child = spawn(bare, { stdio: 'ignore' })
const page = await settled()
await end(child)
// Rows that were looked at, of a window 1180 wide and 820 high: nearly all of it.
if (Screen.count(page, 0x2a7f62) < 1180 * 100)
  throw new Error('the bare window does not show its page')

// Started as its desktop file starts it.
const [, exec] = /^Exec=(.*) %u$/m.exec(readFileSync('src-tauri/package/acasa.desktop', 'utf8'))
const [program, ...args] = exec.replace('{{exec}}', app).split(' ')

const windows = [
  { name: 'app', program, args: [...args, '--profile', profile], picture: locked },
  { name: 'bare', program: bare, args: [], picture: page },
]
const found = Object.fromEntries(windows.map(({ name }) => [name, []]))
for (let run = 0; run < WARM_UPS + Number(runs); run += 1) {
  for (const window of windows) {
    const measured = await start(window)
    if (run >= WARM_UPS) found[window.name].push(measured)
  }
}
for (const { name } of windows) {
  console.log(JSON.stringify({ name: `${name}_ready`, nanoseconds: found[name].map(({ took }) => took) }))
  console.log(JSON.stringify({ name: `${name}_memory`, bytes: found[name].map(({ bytes }) => bytes) }))
}
