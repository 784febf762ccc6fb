import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Subject } from './subject.ts'

const CALLS = 'fsync,fdatasync,sync_file_range'

/** How often a subject asks the disk to keep something while `work` lasts, or null where there is no strace. It is slower meanwhile. */
export async function syncsDuring(subject: Subject, work: () => Promise<unknown>): Promise<number | null> {
  const report = join(subject.folder, 'syncs.txt')
  const pids = subject.processes().flatMap((pid) => ['-p', String(pid)])
  const tracer = spawn('strace', ['-f', '-c', '-e', `trace=${CALLS}`, '-o', report, ...pids], { stdio: 'ignore' })
  const gone = once(tracer, 'exit').catch(() => null)
  const began = await Promise.race([gone.then(() => false), new Promise((resolve) => setTimeout(resolve, 500, true))])
  if (began === false) return null
  await work()
  tracer.kill('SIGINT')
  await gone
  // % time, seconds, usecs a call, calls, errors where there were any, and the name of the call.
  const counts = readFileSync(report, 'utf8').matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+) .*sync/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}
