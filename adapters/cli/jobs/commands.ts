import type { Command } from 'commander'
import type { Job, Resolution } from '../../client/types.ts'
import { parseInput } from '../input.ts'
import { onServer } from '../on-server.ts'
import type { ServerCommands } from '../server-call.ts'
import { answer, outcomeOf } from './answer.ts'
import { addDeliveries, addRedeliver, isBatch } from './deliveries.ts'
import { type Act, type JobWorld, type Output, showJob } from './job-world.ts'
import { addList } from './list.ts'
import { addSubmit } from './submit.ts'
import { addUsage } from './usage.ts'

export interface JobCommands extends ServerCommands, Omit<JobWorld, 'errand'> {}

/** Shows jobs of the server and steers them. */
export function addJobCommands(program: Command, commands: JobCommands): void {
  const act: Act =
    (work) =>
    async (...args) => {
      await onServer(commands.server(), (errand) => work({ ...commands, errand }, ...args))
    }
  addSubmit(withJson(program.command('submit <agent>')), act)
  addReading(program, act)
  addSteering(program, act)
  addDeliveries(withJson(program.command('deliveries <id>')), act)
  addRedeliver(withJson(program.command('redeliver <id> [message]')), act)
  addAnswers(program, act)
}

function addReading(program: Command, act: Act): void {
  addList(withJson(program.command('list')), act)
  addUsage(withJson(program.command('usage')), act)
  withJson(program.command('watch <id>'))
    .description('follow a job or a batch to its end; the exit code is 1 unless it completes')
    .action(
      act(async (world, id: string, output: Output) => {
        if (isBatch(id)) {
          const { watchBatch } = await import('../batch/run-batch.ts')
          await watchBatch({ ...world, batches: world.errand.batches }, id, output)
        } else {
          const { watchJob } = await import('./watch-job.ts')
          await watchJob(world, id, output)
        }
      }),
    )
  withJson(program.command('logs <job>'))
    .description('show what is recorded of a job, with inputs, answers and results')
    .action(
      act(async (world, id: string, output: Output) => {
        const { showLog } = await import('./watch-job.ts')
        await showLog(world, id, output)
      }),
    )
}

function addSteering(program: Command, act: Act): void {
  withJson(program.command('cancel <id>'))
    .description('cancel a job, or a batch with its jobs')
    .action(
      act(async (world, id: string, output: Output) => {
        const { errand, signal } = world
        showJob(
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
        showJob(world, await retried(world, id), output)
      }),
    )
}

async function retried({ errand, note, signal }: JobWorld, id: string): Promise<Job> {
  try {
    return await errand.retry(id, { signal })
  } catch (error) {
    const isOpen = error instanceof Error && 'code' in error && error.code === 'outcome_unknown'
    if (isOpen) note(`Say first what became of its call: errand resolve ${id} --happened, --did-not-happen or --fail\n`)
    throw error
  }
}

function addAnswers(program: Command, act: Act): void {
  const answering = <Options extends Output>(resolutionOf: (options: Options) => Resolution) =>
    act(async (world, ...[jobId, callId, options]: [string, string | undefined, Options]) => {
      showJob(world, await answer(world, { jobId, callId, resolution: resolutionOf(options) }), options)
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

function withJson(command: Command): Command {
  return command.option('--json', 'print the answer of the server')
}
