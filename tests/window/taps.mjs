// taps.mjs APP HOLDING [TAPS]: how long after a tap the next frame comes, in the real window, beside as many letters as
// HOLDING has written and while the app synchronises. Prints one line of JSON, for `cargo xtask bench taps`.
import { join } from 'node:path'
import { press, signUp, startSandbox } from './enrol.mjs'
import { startDriver, until } from '../shell/driver.mjs'

const [app, holding, taps = '1500'] = process.argv.slice(2)
const SYNC_EVERY = 1000 // milliseconds: what comes meanwhile is little, but something always comes
const PATIENCE = 1800 // seconds for a million letters to come

/** What a tap does nothing to: how long a frame takes on this machine anyway. */
const NOTHING = 'main h1'
/** What a person goes through: places in order, and one of what is found there. */
const WAY = [
  NOTHING,
  'nav a[href="#/inbox"]',
  'a[data-letter]',
  'a[data-letter]',
  'search label:has(input[value="unread"])',
  'a[data-letter]',
  'search label:has(input[value="archive"])',
  'search label:has(input[value="inbox"])',
  'search summary',
  'search details label',
  'search details label:has(input[value="all"])',
  'nav a[href="#/documents"]',
  'main a[href^="#/document/"]',
  'nav a[href="#/activity"]',
  'nav a[href="#/settings"]',
  'nav a[href="#/"], nav a[href="#/home"]',
]

const invoke = (window, command, args = {}) =>
  window.run(
    `return window.__TAURI_INTERNALS__.invoke(arguments[0], { arguments: arguments[1] }).catch((fault) => {
       throw new Error(JSON.stringify(fault))
     })`,
    command,
    args,
  )

const sandbox = await startSandbox(holding, [])
process.env.ACASA_SANDBOX = sandbox.ready
const driver = await startDriver()
const window = await driver.open(app, ['--profile', join(process.env.ACASA_WORLD, 'profile')])
await signUp(window)
await press(window, 'Mai târziu')
await invoke(window, 'settings_set', { lockAfterSeconds: 900 })
await until('all letters', async () => {
  // Somebody is there: otherwise the page closes the vault.
  await window.run('dispatchEvent(new PointerEvent("pointermove")); dispatchEvent(new KeyboardEvent("keydown", { key: "Shift" }))')
  const connection = await invoke(window, 'app_sync')
  return connection.upToDateAt && !connection.syncing && connection.arriving === 0
}, PATIENCE)
const held = (await invoke(window, 'notices_list', {})).unread

// From the moment the system saw the tap until the frame after it is drawn.
await window.run(
  `window.tapped = []
   let last
   addEventListener('click', (event) => {
     // A label passes its tap on to what it is for.
     if (event.timeStamp === last) return
     last = event.timeStamp
     requestAnimationFrame(() => {
       const { port1, port2 } = new MessageChannel()
       port1.onmessage = () => window.tapped.push(performance.now() - event.timeStamp)
       port2.postMessage(0)
     })
   }, true)
   setInterval(() => void window.__TAURI_INTERNALS__.invoke('app_sync', { arguments: {} }), arguments[0])`,
  SYNC_EVERY,
)
for (let step = 0; step < Number(taps); step += 1) {
  const selector = WAY[step % WAY.length]
  await until(selector, () => window.tap(selector, Math.floor(step / WAY.length) % 10)).catch(async (fault) => {
    throw new Error(`${fault.message}, but: ${await window.text()}`)
  })
}
const took = await window.run('return window.tapped')
if (took.length !== Number(taps)) throw new Error(`${taps} taps, and ${took.length} were seen`)
const isOnNothing = (_, tap) => WAY[tap % WAY.length] === NOTHING
const series = [
  ['tap', took.filter((_, tap) => !isOnNothing(_, tap))],
  ['tap on nothing', took.filter(isOnNothing)],
]
for (const [name, found] of series) {
  console.log(JSON.stringify({ name, nanoseconds: found.map((milliseconds) => Math.round(milliseconds * 1e6)) }))
}
WAY.forEach((selector, place) => {
  const found = took.filter((_, tap) => tap % WAY.length === place).sort((one, other) => one - other)
  console.error(`${selector}: median ${found[found.length >> 1]}, slowest ${found.at(-1)} ms`)
})
console.log(JSON.stringify({ name: 'held', letters: held, synchronised: (await invoke(window, 'app_sync')).upToDateAt }))
await window.close()
driver.stop()
await sandbox.stop()
