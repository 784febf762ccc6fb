import type { Command } from 'commander'
import type { BatchDelivery, Delivery } from '../../client/types.ts'
import { CliError } from '../server-call.ts'
import { table } from '../text-table.ts'
import { jsonText } from '../json-text.ts'
import { type Act, type JobWorld, type Output } from './job-world.ts'

type Sent = Delivery | BatchDelivery

/** What was sent to the callback of a job or a batch. */
export function addDeliveries(command: Command, act: Act): void {
  command.description('list the messages to the callback of a job or a batch').action(
    act(async (world, id: string, output: Output) => {
      const deliveries = await deliveriesOf(world, id)
      if (output.json === true) world.print(jsonText({ deliveries }))
      else if (deliveries.length === 0) world.note('Nothing was sent.\n')
      else world.print(deliveryTable(deliveries))
    }),
  )
}

/** Sends a message again, or each that was given up. */
export function addRedeliver(command: Command, act: Act): void {
  command.description('send a message to a callback again; without its id, each that was given up').action(
    act(async (world, ...[id, messageId, output]: [string, string | undefined, Output]) => {
      const asked = messageId === undefined ? await givenUp(world, id) : [messageId]
      for (const one of asked) await redeliver(world, id, one)
      if (output.json === true) world.print(jsonText({ redelivered: asked }))
      else world.print(asked.map((one) => `${one}  is sent again\n`).join(''))
    }),
  )
}

/** @throws {CliError} where there are none. */
async function givenUp(world: JobWorld, id: string): Promise<readonly string[]> {
  const failed = (await deliveriesOf(world, id)).filter(({ status }) => status === 'failed' || status === 'gone')
  if (failed.length === 0) {
    throw new CliError(
      `No message of ${id} was given up. "errand deliveries ${id}" lists all; name one to send it again.`,
    )
  }
  return failed.map((delivery) => delivery.id)
}

function deliveriesOf({ errand, signal }: JobWorld, id: string): Promise<readonly Sent[]> {
  return isBatch(id) ? errand.batches.deliveries(id, { signal }) : errand.deliveries(id, { signal })
}

function redeliver({ errand, signal }: JobWorld, ownerId: string, id: string): Promise<void> {
  return isBatch(ownerId)
    ? errand.batches.redeliver({ batchId: ownerId, id }, { signal })
    : errand.redeliver({ jobId: ownerId, id }, { signal })
}

function deliveryTable(deliveries: readonly Sent[]): string {
  const rows = deliveries.map(({ id, event, status, attemptCount, attempts, nextAttemptAt }) => {
    const last = attempts?.at(-1)
    const answer = last?.reason ?? (last?.status ? `HTTP ${String(last.status)}` : '')
    return [id, event, status, String(attemptCount), answer, nextAttemptAt ?? '']
  })
  return table([['ID', 'EVENT', 'STATUS', 'TRIES', 'LAST ANSWER', 'NEXT TRY'], ...rows])
}

export function isBatch(id: string): boolean {
  return id.startsWith('bat_')
}
