import { type Command, Option } from 'commander'
import { JOB_STATUSES } from '#domain/job/job.ts'
import { ErrandClient } from '../../client/errand-client.ts'
import type { Job, JobQuery, JobSummary, Resolution } from '../../client/types.ts'
import { watchBatch } from '../batch/run-batch.ts'
import { inWords } from '../client-error.ts'
import { parseInput, wholeNumber } from '../input.ts'
import type { ServerCommands } from '../server-call.ts'
import { answer, outcomeOf } from './answer.ts'
import { jobTable } from './job-table.ts'
import { type JobWorld, type Output, json } from './job-world.ts'
import { showLog, watchJob } from './watch-job.ts'

export interface JobCommands extends ServerCommands, Omit<JobWorld, 'errand'> {}

type Act = <Args extends unknown[]>(
  work: (world: JobWorld, ...args: Args) => Promise<void>,
) => (...args: Args) => Promise<void>

/** Shows jobs of the server and steers them. */
export function addJobCommands(program: Command, commands: JobCommands): void {
  const act: Act =
    (work) =>
    async (...args) => {
      const { serverUrl, apiKey } = commands.server()
      const errand = new ErrandClient({ baseUrl: serverUrl, apiKey: apiKey ?? undefined })
      await work({ ...commands, errand }, ...args).catch((error: unknown) => {
        throw inWords(error)
      })
    }
  addReading(program, act)
  addSteering(program, act)
  addAnswers(program, act)
}

interface ListOptions extends Output {
  readonly status?: readonly string[]
  readonly agent?: string
  readonly tag?: string
  readonly batch?: string
  readonly error?: JobQuery['error']
  readonly limit: number
}

const LIMIT = 50
/** What one request may bring. */
const LARGEST_PAGE = 200

function addReading(program: Command, act: Act): void {
  withJson(program.command('list'))
    .description('list the jobs of the server, newest first')
    .addOption(new Option('--status <statuses...>', 'jobs in one of these').choices([...JOB_STATUSES]))
    .option('--agent <agent>', 'jobs of this agent')
    .option('--tag <tag>', 'jobs with this tag')
    .option('--batch <name>', 'jobs of this group')
    .option('--error <code>', 'jobs that failed with this code')
    .option('--limit <count>', 'most jobs to list', wholeNumber, LIMIT)
    .action(act((world, options: ListOptions) => list(world, options)))
  withJson(program.command('watch <id>'))
    .description('follow a job or a batch to its end; the exit code is 1 unless it completes')
    .action(
      act((world, id: string, output: Output) =>
        isBatch(id) ? watchBatch({ ...world, batches: world.errand.batches }, id, output) : watchJob(world, id, output),
      ),
    )
  withJson(program.command('logs <job>'))
    .description('show what is recorded of a job, with inputs, answers and results')
    .action(act((world, id: string, output: Output) => showLog(world, id, output)))
}

async function list(
  { errand, print, note, signal }: JobWorld,
  { json: asJson = false, limit, status, ...query }: ListOptions,
): Promise<void> {
  const page_size = Math.max(1, Math.min(limit, LARGEST_PAGE))
  const found: JobSummary[] = []
  const jobs = errand.list({ ...query, ...(status && { status: status.join(',') }), page_size }, { signal })
  for await (const job of jobs) if (found.push(job) >= limit) break
  if (found.length === 0 && !asJson) note('There are no such jobs.\n')
  else print(asJson ? json(found) : jobTable(found))
}

function addSteering(program: Command, act: Act): void {
  withJson(program.command('cancel <id>'))
    .description('cancel a job, or a batch with its jobs')
    .action(
      act(async (world, id: string, output: Output) => {
        const { errand, signal } = world
        show(
          world,
          isBatch(id) ? await errand.batches.cancel(id, { signal }) : await errand.cancel(id, { signal }),
          output,
        )
      }),
    )
  withJson(program.command('retry <job>'))
    .description('do the work of a failed or canceled job again, as a new job')
    .action(
      act(async (world, id: string, output: Output) => {
        show(world, await world.errand.retry(id, { signal: world.signal }), output)
      }),
    )
}

function addAnswers(program: Command, act: Act): void {
  const answering = <Options extends Output>(resolutionOf: (options: Options) => Resolution) =>
    act(async (world, ...[jobId, callId, options]: [string, string | undefined, Options]) => {
      show(world, await answer(world, { jobId, callId, resolution: resolutionOf(options) }), options)
    })
  withJson(program.command('resolve <job> [call]'))
    .description('say what became of a call whose outcome is unknown')
    .option('--happened', 'it had its effect')
    .option('--result <json or text>', 'what it returned, with --happened')
    .option('--did-not-happen', 'it had none, so it is made')
    .option('--fail', 'the model is told that it failed')
    .action(answering(outcomeOf))
  withJson(program.command('approve <job> [call]'))
    .description('allow a call that waits for approval')
    .option('--input <json>', 'make it with this input')
    .action(
      answering(({ input }: Output & { readonly input?: string }) => ({
        outcome: 'approved',
        ...(input !== undefined && { input: parseInput(input) }),
      })),
    )
  withJson(program.command('reject <job> [call]'))
    .description('refuse a call that waits for approval')
    .option('--reason <text>', 'why, for the model')
    .action(
      answering(({ reason }: Output & { readonly reason?: string }) => ({
        outcome: 'rejected',
        ...(reason !== undefined && { reason }),
      })),
    )
}

function show({ print }: JobWorld, answered: Pick<Job, 'id' | 'agent'> & { status: string }, output: Output): void {
  const { id, status, agent } = answered
  print(output.json === true ? json(answered) : `${id}  ${status}  ${agent}\n`)
}

function isBatch(id: string): boolean {
  return id.startsWith('bat_')
}

function withJson(command: Command): Command {
  return command.option('--json', 'print the answer of the server')
}
