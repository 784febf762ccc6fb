// Notes so many calls, says so, and lives until it is killed: `node dispatch-process.ts DIRECTORY EXECUTOR BOOT COUNT`.
import { FileDispatchLog } from '#adapters/node/engine/dispatch-log.ts'

const [directory = '', executorId = '', bootId = '', count = '0'] = process.argv.slice(2)
const logger = {
  info: () => undefined,
  warn: () => undefined,
  error: (message: string) => {
    process.stdout.write(`${message}\n`)
  },
}
const log = new FileDispatchLog({ directory, executorId, bootId, logger })
for (let n = 1; n <= Number(count); n++) log.record(`job/${String(n)}`)
process.stdout.write('noted\n')
setInterval(() => undefined, 60_000)
