import type { Command } from 'commander'
import { isJsonObject } from '#domain/json/json.ts'
import type { ScheduleClient } from '../client/schedule-client.ts'
import type { Schedule, ScheduleQuery, ScheduleRequest, ScheduleSummary } from '../client/types.ts'
import { parseInput, seconds } from './input.ts'
import { describeSchedule, scheduleTable } from './schedule-text.ts'
import { onServer } from './on-server.ts'
import { CliError, type ServerCommands } from './server-call.ts'
import { jsonText } from './json-text.ts'
import { toComing, toPast } from './time-words.ts'

interface Output {
  readonly json?: boolean
}

interface PutOptions extends Output {
  readonly agent: string
  readonly input: string
  readonly cron?: string
  readonly timeZone?: string
  readonly every?: number
  readonly at?: string
  readonly delay?: number
  readonly options?: string
}

interface ListOptions extends Output, Pick<ScheduleQuery, 'status' | 'agent' | 'tag'> {
  readonly idPrefix?: string
}

type Ask = <T>(work: (schedules: ScheduleClient) => Promise<T>) => Promise<T>

interface World extends ServerCommands {
  readonly ask: Ask
}

/** Shows and changes the schedules of the server. */
export function addScheduleCommands(program: Command, commands: ServerCommands): void {
  const group = program.command('schedules').description('show and change the schedules of the server')
  const ask: Ask = (work) => onServer(commands.server(), ({ schedules }) => work(schedules))
  addReading(group, { ...commands, ask })
  addPut(group, { ...commands, ask })
  addControl(group, { ...commands, ask })
}

function addReading(group: Command, { ask, print, note, signal }: World): void {
  withJson(group.command('list'))
    .description('list the schedules')
    .option('--status <status>', 'active, paused or ended')
    .option('--agent <name>', 'of this agent')
    .option('--tag <tag>', 'whose jobs get this tag')
    .option('--id-prefix <text>', 'whose id begins so')
    .action(async ({ json = false, idPrefix, ...query }: ListOptions) =>
      ask(async (schedules) => {
        const all: ScheduleSummary[] = []
        for await (const one of schedules.list({ ...query, id_prefix: idPrefix }, { signal })) all.push(one)
        if (all.length === 0 && !json) note('There are no schedules.\n')
        else print(json ? jsonText(all) : scheduleTable(all))
      }),
    )
  withJson(group.command('show <id>'))
    .description('show a schedule, its next ten fires and its last fifty')
    .action((id: string, output: Output) =>
      ask(async (schedules) => {
        show(print, await schedules.get(id, { signal }), output)
      }),
    )
}

function show(print: ServerCommands['print'], schedule: Schedule, { json = false }: Output): void {
  print(json ? jsonText(schedule) : describeSchedule(schedule))
}

function addPut(group: Command, { ask, print, note, signal }: World): void {
  withJson(group.command('put <id>'))
    .description('create or replace a schedule')
    .requiredOption('--agent <name>', 'the agent of its jobs')
    .requiredOption('--input <json or text>', 'what the agent gets')
    .option('--cron <expression>', 'five fields, in the time of --time-zone')
    .option('--time-zone <name>', 'of --cron, such as Europe/Stockholm (default: UTC)')
    .option('--every <seconds>', 'an interval', seconds)
    .option('--at <time>', 'once, at this time: 2026-11-23T08:00:00Z, tomorrow, 7d, 2h', toComing)
    .option('--delay <seconds>', 'once, after so long', seconds)
    .option('--options <json>', 'every other field of the request, such as {"overlap": "allow"}')
    .action((id: string, { json = false, ...said }: PutOptions) =>
      ask(async (schedules) => {
        const schedule = await schedules.put(id, bodyOf(said), { signal })
        if (said.cron !== undefined && said.timeZone === undefined)
          note('The times of --cron are in UTC: name another zone with --time-zone, such as Europe/Stockholm.\n')
        show(print, schedule, { json })
      }),
    )
}

function addControl(group: Command, { ask, print, signal }: World): void {
  const shown = (output: Output, change: (schedules: ScheduleClient) => Promise<Schedule>): Promise<void> =>
    ask(async (schedules) => {
      show(print, await change(schedules), output)
    })
  withJson(group.command('delete <id>'))
    .description('end a schedule; its jobs go on')
    .action((id: string, output: Output) => shown(output, (schedules) => schedules.delete(id, { signal })))
  withJson(group.command('pause <id>'))
    .description('pause a schedule')
    .action((id: string, output: Output) => shown(output, (schedules) => schedules.pause(id, { signal })))
  withJson(group.command('resume <id>'))
    .description('resume a paused schedule')
    .action((id: string, output: Output) => shown(output, (schedules) => schedules.resume(id, { signal })))
  withJson(group.command('run <id>'))
    .description('have it fire once now, beside its cadence')
    .action(async (id: string, { json = false }: Output) => {
      const answer = await ask((schedules) => schedules.run(id, { signal }))
      print(json ? jsonText(answer) : `${answer.jobId}\n`)
    })
  withJson(group.command('backfill <id>'))
    .description('submit the fires of a past period')
    .requiredOption('--from <time>', 'from this time on: 2026-11-23T08:00:00Z, yesterday, 7d, 2h', toPast)
    .requiredOption('--to <time>', 'up to this time, which is itself not counted', toPast)
    .action((id: string, { from, to, ...output }: Output & { from: string; to: string }) =>
      shown(output, (schedules) => schedules.backfill(id, { from, to }, { signal })),
    )
}

function withJson(command: Command): Command {
  return command.option('--json', 'print the answer of the server')
}

/** @throws {CliError} */
function bodyOf({ agent, input, options = '{}', ...said }: Omit<PutOptions, 'json'>): ScheduleRequest {
  const more = parseInput(options, '--options')
  if (!isJsonObject(more)) throw new CliError('--options must be a JSON object, such as {"overlap": "allow"}.')
  // The server says what does not fit.
  return { ...more, agent, input: parseInput(input), when: whenOf(said) }
}

/** @throws {CliError} */
export function whenOf({
  cron,
  timeZone,
  every,
  at,
  delay,
}: Pick<PutOptions, 'cron' | 'timeZone' | 'every' | 'at' | 'delay'>) {
  const said = [
    ...(cron === undefined ? [] : [{ cron, timeZone: timeZone ?? 'UTC' }]),
    ...(every === undefined ? [] : [{ everySeconds: every }]),
    ...(at === undefined ? [] : [{ at }]),
    ...(delay === undefined ? [] : [{ delaySeconds: delay }]),
  ]
  const [when] = said
  if (when === undefined || said.length > 1) throw new CliError('Give one of --cron, --every, --at and --delay.')
  if (cron === undefined && timeZone !== undefined) throw new CliError('--time-zone goes with --cron alone.')
  return when
}
