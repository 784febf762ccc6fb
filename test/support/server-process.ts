import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A process that has been started, and may not listen yet. */
export interface StartedProcess {
  /** Everything it has printed so far. */
  output(): string
  /** Sends a signal to it and all that it started. */
  signal(signal: NodeJS.Signals): void
  /** Its exit code. */
  readonly exited: Promise<number | null>
  /** Resolves when it says where it listens. Rejects when it ends before that. */
  readonly listening: Promise<string>
  /** From now on nothing reads what it prints. */
  stopReading(): void
}

export interface ServerProcess extends StartedProcess {
  readonly url: string
  /** Sends a signal to it and all that it started, and returns its exit code when it is gone. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>
}

export interface ServerCommand {
  readonly command: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  /** Finds the address in what the server prints. */
  readonly ready: RegExp
}

/** What Node has compiled, as `npm start` keeps it: the same modules for every server. */
const COMPILED = 'node_modules/.cache/errand'

/** Starts a server, without this process's settings, and waits until it says where it listens. */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const started = spawnServer(command)
  const url = await started.listening
  return {
    ...started,
    url,
    kill: (signal) => {
      started.signal(signal)
      return started.exited
    },
  }
}

/** Starts a server and does not wait for it. */
export function spawnServer({ command: [program, ...args], env, ready }: ServerCommand): StartedProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(ERRAND|OPENAI|ANTHROPIC|NODE_OPTIONS|VITEST|npm_)/.test(name),
  )
  const child = spawn(program, args, {
    env: { NODE_COMPILE_CACHE: COMPILED, ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let printed = ''
  const exited = once(child, 'exit').then(() => child.exitCode)
  const listening = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString()
      const match = ready.exec(printed)
      if (match?.[1] !== undefined) resolve(match[1])
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('close', (code) => {
      reject(new Error(`The server ended with code ${String(code)}:\n${printed}`))
    })
  })
  // A test may not wait for it.
  listening.catch(() => undefined)
  return {
    output: () => printed,
    signal: (signal) => {
      signalGroup(child, signal)
    },
    exited,
    listening,
    stopReading: () => {
      child.stdout.destroy()
      child.stderr.destroy()
    },
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // Gone already.
  }
}
