// The entry of the thread that waits for the disk, so that the event loop does not. `thread.ts` starts it and sends it
// messages.

import { parentPort, workerData } from 'node:worker_threads'
import type { Statement } from '#adapters/sql/database.ts'
import { SqliteConnection } from './connection.ts'
import type { NumberedStatement, ThreadAnswer, ThreadWork } from './thread.ts'

const engine = new SqliteConnection(workerData as string)
/** By the number that they are sent as. */
const texts: string[] = []

parentPort?.on('message', (work: ThreadWork | null) => {
  if (work === null) {
    engine.close()
    // Of this thread; Deno cannot close the port.
    process.exit()
  }
  if (work.anew) texts.length = 0
  texts.push(...work.texts)
  parentPort?.postMessage(answerTo(work))
})

function answerTo(work: ThreadWork): ThreadAnswer {
  if ('group' in work) return { outcomes: engine.commit(work.group.map((batch) => batch.map(statementFrom))) }
  try {
    const [text, params] = work.question
    return { rows: engine.query(texts[text] ?? '', params).map((row) => ({ ...row })) }
  } catch (error) {
    return { error }
  }
}

function statementFrom([text, params, changes]: NumberedStatement): Statement {
  const sql = texts[text] ?? ''
  return changes === undefined ? { sql, params } : { sql, params, changes }
}
