import { spawn } from 'node:child_process'

/** What opens an address, by platform; elsewhere, the desktops of Linux. */
const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  // `start` would read `&` in an address as the end of its command.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** Shows an address in the person's browser. Where there is none, nothing happens: the address is printed too. */
export function browse(url: string): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}
