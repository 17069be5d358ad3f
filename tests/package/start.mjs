// start.mjs COMMAND…: opens the installed program as its desktop file does, and reads its first heading, which the
// page can only write once the core has answered it.
import assert from 'node:assert/strict'
import { startDriver, until } from '../shell/driver.mjs'

const driver = await startDriver()
try {
  const window = await driver.open(process.argv[2], process.argv.slice(3))
  const heading = () => window.run(`return document.querySelector('h1')?.innerText ?? ''`)
  await until('a heading', heading)
  assert.equal(await heading(), 'Bun venit acasă')
  // The letters come with the program: the clean root has none like them.
  await until('its own letters', () => window.run(`return [...document.fonts].some((face) => face.status === 'loaded')`))
  await window.close()
} finally {
  driver.stop()
}
