// Makes a profile of a sandbox's person, leaves it locked, and gives the picture of its PIN field.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { startDriver, until } from '../shell/driver.mjs'
import { family } from './processes.mjs'

const PIN = '482913'

/** Starts a program that says where its sandbox is, and leaves it running. */
export const startSandbox = async (program, args = ['sandbox']) => {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ready = await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the sandbox ended')))
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ACASA_SANDBOX=')) resolve(line.slice('ACASA_SANDBOX='.length))
    })
  })
  return { ready, stop: () => new Promise((resolve) => (child.once('exit', resolve), child.kill('SIGINT'))) }
}

/** Presses the first button whose text begins so. */
export const press = (window, text) =>
  until(`press ${text}`, () =>
    window.run(
      `const found = [...document.querySelectorAll('button')].find((e) => e.innerText.trim().startsWith(arguments[0]) && !e.disabled && e.getAttribute('aria-disabled') !== 'true')
       if (found) found.click()
       return Boolean(found)`,
      text,
    ),
  )

const end = (pid) => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** From the welcome screen to the documents of the first person of the sandbox. */
export const signUp = async (window) => {
  await press(window, 'Încercați cu o persoană de probă')
  await window.press('main ul button')
  await press(window, 'Primiți')
  await window.type('input[autocomplete="new-password"]', PIN)
  await until('the PIN asked again', async () => (await window.text()).includes('Repetați PIN-ul'))
  await window.type('input[autocomplete="new-password"]', PIN)
  await until('documents', async () => (await window.text()).includes('Primim documentele'))
  await press(window, 'Continuați')
}

export const enrol = async (app, sandboxProgram, profile, settled) => {
  const sandbox = await startSandbox(sandboxProgram)
  process.env.ACASA_SANDBOX = sandbox.ready
  const driver = await startDriver()
  let window = await driver.open(app, ['--profile', profile])
  await signUp(window)
  await window.close()
  await sandbox.stop()
  window = await driver.open(app, ['--profile', profile])
  await window.see('input[autocomplete="current-password"]')
  const picture = await settled()
  // A driven window does not always close when it is asked to, and nothing of it may stay on the screen.
  const driven = family(process.pid).slice(1)
  await window.close()
  driver.stop()
  for (const pid of driven) end(pid)
  delete process.env.ACASA_SANDBOX
  delete process.env.TAURI_WEBVIEW_AUTOMATION
  return picture
}
