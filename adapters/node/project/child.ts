import { type ChildProcess, spawn } from 'node:child_process'
import { SystemClock } from '#adapters/web/clock.ts'
import { whenNpmEnds } from './npm-shell.ts'

export interface ChildOptions {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

/** By itself, Deno starts a script of Node without this flag, and then `request.signal` also aborts after a whole answer. */
const DENO_FLAGS = ['run', '--allow-all', '--unstable-no-legacy-abort']

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs a script of Node in the foreground, with this process's signals, and resolves to its exit code. */
export async function runNode(script: string, { args, cwd, env }: ChildOptions): Promise<number> {
  const child = spawn(process.execPath, [script, ...args], { cwd, env, stdio: 'inherit' })
  const stop = forwardSignals((name) => {
    signal(child, name)
  })
  try {
    return await exitOf(child)
  } finally {
    stop()
  }
}

/** Arguments of `process.execPath` for a script of ours, with the flags that this process was started with. */
export function scriptArgs(script: string, args: readonly string[]): readonly string[] {
  return [...('Deno' in globalThis ? DENO_FLAGS : process.execArgv), script, ...args]
}

/** Not by `child.kill`: on Deno that also closes the pipe to the child, and hides the exit code. */
export function signal({ pid, exitCode, signalCode }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(pid, name)
}

/**
 * From now on a signal goes to `receive`, and does not end this process. One that npm's shell has kept to itself does
 * too, as SIGTERM. Returns what undoes that.
 */
export function forwardSignals(receive: (signal: NodeJS.Signals) => void): () => void {
  for (const name of SIGNALS) process.on(name, receive)
  const unwatch = whenNpmEnds({ env: process.env, parent: () => process.ppid, clock: new SystemClock() }, () => {
    receive('SIGTERM')
  })
  return () => {
    unwatch()
    for (const name of SIGNALS) process.off(name, receive)
  }
}

/** @returns the exit code; 1 after a signal. */
async function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      resolve(code ?? 1)
    })
  })
}
