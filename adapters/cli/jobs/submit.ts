import type { Command } from 'commander'
import { isJsonObject } from '#domain/json/json.ts'
import type { SubmitRequest } from '../../client/types.ts'
import { parseInput, seconds } from '../input.ts'
import { CliError } from '../server-call.ts'
import { toComing } from '../time-words.ts'
import { type Act, type JobWorld, type Output, showJob } from './job-world.ts'

interface SubmitOptions extends Output {
  readonly input: string
  readonly tag?: readonly string[]
  readonly metadata?: string
  readonly idempotencyKey?: string
  readonly runAt?: string
  readonly delay?: number
  readonly wait?: boolean
}

export function addSubmit(command: Command, act: Act): void {
  command
    .description('submit a job to the server')
    .requiredOption('--input <json or text>', 'what the agent gets; text that is not JSON is passed as it is')
    .option('--tag <tags...>', 'tags of the job')
    .option('--metadata <json>', 'what you want to keep with it, such as {"order": "1042"}')
    .option('--idempotency-key <key>', 'submitted again with this key, it is the same job')
    .option('--run-at <time>', 'begin at this time, not at once: 2026-11-23T08:00:00Z, tomorrow, 7d, 2h', toComing)
    .option('--delay <seconds>', 'begin after so long, not at once', seconds)
    .option('--wait', 'follow it to its end, as watch does; with --json, print it when it has ended')
    .action(act((world, agent: string, options: SubmitOptions) => submit(world, agent, options)))
}

async function submit(world: JobWorld, agent: string, options: SubmitOptions): Promise<void> {
  const { errand, signal, note } = world
  const { idempotencyKey, json = false, wait = false } = options
  const job = await errand.submit(requestOf(agent, options), {
    signal,
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  })
  if (!json || !wait) showJob(world, job, options)
  if (wait) await untilEnded(world, job.id, options)
  else if (!json) note(`To follow it: errand watch ${job.id}\n`)
}

async function untilEnded(world: JobWorld, jobId: string, output: Output): Promise<void> {
  const { toItsEnd, watchJob } = await import('./watch-job.ts')
  if (output.json !== true) return watchJob(world, jobId, output)
  return toItsEnd(world, jobId, async () => {
    const job = await world.errand.wait(jobId, { signal: world.signal })
    showJob(world, job, output)
    return job.status === 'completed'
  })
}

/** @throws {CliError} */
function requestOf(agent: string, { input, tag, metadata, runAt, delay }: SubmitOptions): SubmitRequest {
  return {
    agent,
    input: parseInput(input),
    ...(tag && { tags: [...tag] }),
    ...(metadata !== undefined && { metadata: metadataOf(metadata) }),
    ...(runAt !== undefined && { runAt }),
    ...(delay !== undefined && { delaySeconds: delay }),
  }
}

/** What its values must be, the server says. @throws {CliError} */
function metadataOf(text: string): Record<string, string> {
  const value = parseInput(text, '--metadata')
  if (isJsonObject(value)) return value as Record<string, string>
  throw new CliError('--metadata must be a JSON object, such as {"order": "1042"}.')
}
