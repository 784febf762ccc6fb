import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addDeliveries, addRedeliver } from '#adapters/cli/jobs/deliveries.ts'
import type { Act, JobWorld } from '#adapters/cli/jobs/job-world.ts'
import { BATCH_EXAMPLES } from '#adapters/http/wire/batch-examples.ts'
import { EXAMPLES } from '#adapters/http/wire/examples.ts'

const JOB = EXAMPLES.job.id
const BATCH = BATCH_EXAMPLES.batch.id

/** What a command prints and sends again, where the messages of the examples were sent. */
async function errand(...args: readonly string[]) {
  const ran = { printed: '', sent: [] as unknown[] }
  const client = {
    deliveries: () => Promise.resolve([EXAMPLES.delivery]),
    redeliver: (message: unknown) => Promise.resolve(void ran.sent.push(message)),
  }
  const world = { errand: { ...client, batches: { ...client, deliveries: () => Promise.resolve([failed, gone]) } } }
  const print = (text: string): void => {
    ran.printed += text
  }
  const act: Act =
    (work) =>
    (...said) =>
      work({ ...world, print } as unknown as JobWorld, ...said)
  const program = new Command('errand').exitOverride()
  addDeliveries(program.command('deliveries <id>'), act)
  addRedeliver(program.command('redeliver <id> [message]'), act)
  await program.parseAsync(['node', 'errand', ...args])
  return ran
}

const failed = BATCH_EXAMPLES.delivery
const gone = { ...failed, id: failed.id.replace(/1$/, '2'), status: 'gone' }

test('deliveries: lists the messages with the last answer', async () => {
  const { printed } = await errand('deliveries', BATCH)
  expect(printed).toMatch(new RegExp(`^ID .*\\n${failed.id} +batch.completed +failed +9 +HTTP 503\\n`))
  expect((await errand('deliveries', JOB)).printed).toContain('job.completed')
})

test('redeliver: sends the message that is named, of a job and of a batch', async () => {
  expect((await errand('redeliver', JOB, 'msg_1')).sent).toEqual([{ jobId: JOB, id: 'msg_1' }])
  const { sent, printed } = await errand('redeliver', BATCH, 'msg_1')
  expect([sent, printed]).toEqual([[{ batchId: BATCH, id: 'msg_1' }], 'msg_1  is sent again\n'])
})

test('redeliver: without a name, each that was given up, and says where none was', async () => {
  expect((await errand('redeliver', BATCH)).sent).toEqual([failed, gone].map(({ id }) => ({ batchId: BATCH, id })))
  await expect(errand('redeliver', JOB)).rejects.toThrow(`No message of ${JOB} was given up.`)
})
