// A thread of its own, which waits for the disk so that nobody else has to. `sqlite-writer.ts` starts it and speaks to it.

import { parentPort, workerData } from 'node:worker_threads'
import type { Statement } from '#adapters/sql/database.ts'
import { SqliteEngine } from './sqlite-engine.ts'
import type { WrittenGroup } from './sqlite-writer.ts'

const engine = new SqliteEngine(workerData as string)
/** By the number that they are sent as. */
const texts: string[] = []

parentPort?.on('message', (message: WrittenGroup | null) => {
  if (message === null) {
    engine.close()
    parentPort?.close()
    return
  }
  texts.push(...message.texts)
  const group = message.group.map((batch) =>
    batch.map(([text, params, changes]): Statement => {
      const sql = texts[text] ?? ''
      return changes === undefined ? { sql, params } : { sql, params, changes }
    }),
  )
  parentPort?.postMessage(engine.commit(group))
})
