import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * The id of the running kernel until the machine goes down. Its page cache keeps what dead processes have written.
 * `null` where the platform does not say, or says it only vaguely (a boot time moves with the clock).
 */
export function bootId(): string | null {
  try {
    if (process.platform === 'linux') return idIn(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))
    if (process.platform === 'darwin')
      return idIn(execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }))
  } catch {
    // A sandbox may hide it.
  }
  return null
}

function idIn(text: string): string | null {
  const id = text.trim().toLowerCase()
  return /^[0-9a-f-]{32,36}$/.test(id) ? id : null
}
