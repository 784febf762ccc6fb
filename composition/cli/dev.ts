import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { scriptArgs } from '#adapters/node/project/child.ts'
import { CodeWatch } from '#adapters/node/project/code-watch.ts'
import { Supervisor } from '#adapters/node/project/supervisor.ts'
import { DEFAULT_DATA_DIR } from '../settings/command.ts'
import { withEnvFile } from './env-file.ts'
import type { ProjectFiles } from './find.ts'

export interface DevOptions {
  /** The script of the command line. */
  readonly cli: string
  readonly note: (text: string) => void
}

/** Serves a project in a process of its own, and restarts that when its code changes. Resolves to the exit code. */
export async function dev({ folder, config }: ProjectFiles, { cli, note }: DevOptions): Promise<number> {
  let starts = 0
  const supervisor = new Supervisor({
    start: () =>
      spawn(process.execPath, scriptArgs(cli, ['start', '--supervised', '--config', config]), {
        // With the pipe, the server notices the death of this process.
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        // A release of its own for each start: a job that a restart has cut off is no suspect of killing the server.
        env: { ERRAND_RELEASE: `dev-${String(process.pid)}-${String(++starts)}`, ...process.env },
      }),
    note,
  })
  const dataDir = resolve(withEnvFile(process.env)['ERRAND_DATA_DIR'] ?? DEFAULT_DATA_DIR)
  const watch = new CodeWatch({
    folder,
    except: [dataDir],
    changed: (files) => {
      note(`Changed: ${files.join(', ')}. Restarting; data is kept.`)
      supervisor.restart()
    },
  })
  try {
    return await supervisor.ended
  } finally {
    watch.close()
  }
}
