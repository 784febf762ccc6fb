import type { Command } from 'commander'
import { type JsonValue, isJsonObject } from '#domain/json/json.ts'
import { parseInput, seconds } from './input.ts'
import { type ShownSchedule, type ShownSummary, describeSchedule, scheduleTable } from './schedule-text.ts'
import { CliError, type ServerCall, type ServerCommands, callServer } from './server-call.ts'
import { jsonText } from './json-text.ts'

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

interface ListOptions extends Output {
  readonly status?: string
  readonly agent?: string
  readonly tag?: string
  readonly idPrefix?: string
}

/** Shows and changes the schedules of the server. */
export function addScheduleCommands(program: Command, commands: ServerCommands): void {
  const group = program.command('schedules').description('show and change the schedules of the server at ERRAND_URL')
  addReading(group, commands)
  addPut(group, commands)
  addControl(group, commands)
}

function addReading(group: Command, { server, print, note, signal }: ServerCommands): void {
  withJson(group.command('list'))
    .description('list the schedules')
    .option('--status <status>', 'active, paused or ended')
    .option('--agent <name>', 'of this agent')
    .option('--tag <tag>', 'whose jobs get this tag')
    .option('--id-prefix <text>', 'whose id begins so')
    .action(async ({ json = false, status, agent, tag, idPrefix }: ListOptions) => {
      const query = { status, agent, tag, id_prefix: idPrefix }
      const all: ShownSummary[] = []
      let token: string | undefined
      do {
        const call: ServerCall = { method: 'GET', path: `/schedules${searchOf({ ...query, page_token: token })}` }
        const page = (await callServer(server(), call, signal)) as Page
        all.push(...page.schedules)
        token = page.next_page_token
      } while (token !== undefined)
      if (all.length === 0 && !json) note('There are no schedules.\n')
      else print(json ? jsonText(all) : scheduleTable(all))
    })
  withJson(group.command('show <id>'))
    .description('show a schedule, its next ten fires and its last fifty')
    .action(async (id: string, { json = false }: Output) => {
      const schedule = await callServer(server(), { method: 'GET', path: pathOf(id) }, signal)
      print(json ? jsonText(schedule) : describeSchedule(schedule as ShownSchedule))
    })
}

interface Page {
  readonly schedules: readonly ShownSummary[]
  readonly next_page_token?: string
}

function addPut(group: Command, { server, print, note, signal }: ServerCommands): void {
  withJson(group.command('put <id>'))
    .description('create or replace a schedule')
    .requiredOption('--agent <name>', 'the agent of its jobs')
    .requiredOption('--input <json or text>', 'what the agent gets')
    .option('--cron <expression>', 'five fields, in the time of --time-zone')
    .option('--time-zone <name>', 'of --cron, such as Europe/Stockholm (default: UTC)')
    .option('--every <seconds>', 'an interval', seconds)
    .option('--at <time>', 'once, at this time (RFC 3339)')
    .option('--delay <seconds>', 'once, after so long', seconds)
    .option('--options <json>', 'every other field of the request, such as {"overlap": "allow"}')
    .action(async (id: string, { json = false, ...said }: PutOptions) => {
      const schedule = await callServer(server(), { method: 'PUT', path: pathOf(id), body: bodyOf(said) }, signal)
      if (said.cron !== undefined && said.timeZone === undefined)
        note('The times of --cron are in UTC: name another zone with --time-zone, such as Europe/Stockholm.\n')
      print(json ? jsonText(schedule) : describeSchedule(schedule as ShownSchedule))
    })
}

function addControl(group: Command, { server, print, signal }: ServerCommands): void {
  const ask = async (call: ServerCall, { json = false }: Output): Promise<void> => {
    const schedule = await callServer(server(), call, signal)
    print(json ? jsonText(schedule) : describeSchedule(schedule as ShownSchedule))
  }
  withJson(group.command('delete <id>'))
    .description('end a schedule; its jobs go on')
    .action((id: string, output: Output) => ask({ method: 'DELETE', path: pathOf(id) }, output))
  for (const [action, meaning] of [
    ['pause', 'pause a schedule'],
    ['resume', 'resume a paused schedule'],
  ] as const) {
    withJson(group.command(`${action} <id>`))
      .description(meaning)
      .action((id: string, output: Output) => ask({ method: 'POST', path: `${pathOf(id)}/${action}` }, output))
  }
  withJson(group.command('run <id>'))
    .description('have it fire once now, beside its cadence')
    .action(async (id: string, { json = false }: Output) => {
      const answer = await callServer(server(), { method: 'POST', path: `${pathOf(id)}/run` }, signal)
      print(json ? jsonText(answer) : `${(answer as { readonly jobId: string }).jobId}\n`)
    })
  withJson(group.command('backfill <id>'))
    .description('submit the fires of a past period')
    .requiredOption('--from <time>', 'RFC 3339')
    .requiredOption('--to <time>', 'RFC 3339; a fire at this time itself is not submitted')
    .action((id: string, { from, to, ...output }: Output & { from: string; to: string }) =>
      ask({ method: 'POST', path: `${pathOf(id)}/backfill`, body: { from, to } }, output),
    )
}

function withJson(command: Command): Command {
  return command.option('--json', 'print the answer of the server')
}

/** @throws {CliError} */
function bodyOf({ agent, input, options = '{}', ...said }: Omit<PutOptions, 'json'>): JsonValue {
  const more = parseInput(options, '--options')
  if (!isJsonObject(more)) throw new CliError('--options must be a JSON object, such as {"overlap": "allow"}.')
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

function pathOf(id: string): string {
  return `/schedules/${encodeURIComponent(id)}`
}

function searchOf(query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}
