import { type Command, Option } from 'commander'
import { WEBHOOK_OUTCOMES, type WebhookOutcome } from '#domain/webhook/event.ts'
import type { WebhookEvent } from '../client/types.ts'
import type { WebhookClient } from '../client/webhook-client.ts'
import { wholeNumber } from './input.ts'
import { onServer } from './on-server.ts'
import type { ServerCommands } from './server-call.ts'
import { describeEvent, eventTable, webhookTable } from './webhook-text.ts'
import { jsonText } from './json-text.ts'

interface Output {
  readonly json?: boolean
}

interface EventsOptions extends Output {
  readonly outcome?: WebhookOutcome
  readonly topic?: string
  readonly limit: number
}

const LIMIT = 50
/** What one request may bring. */
const LARGEST_PAGE = 200

/** Shows the webhooks of the server and their events, and replays one. */
export function addWebhookCommands(program: Command, commands: ServerCommands): void {
  const group = program.command('webhooks').description('show webhooks and their events')
  const ask: Ask = (work) => onServer(commands.server(), ({ webhooks }) => work(webhooks))
  addLists(group, commands, ask)
  addSingle(group, commands, ask)
}

type Ask = <T>(work: (webhooks: WebhookClient) => Promise<T>) => Promise<T>

function addLists(group: Command, { print, note, signal }: ServerCommands, ask: Ask): void {
  withJson(group.command('list'))
    .description('list the webhooks that the config declares')
    .action(({ json = false }: Output) =>
      ask(async (webhooks) => {
        const all = await webhooks.list({ signal })
        if (all.length === 0 && !json) note('There are no webhooks.\n')
        else print(json ? jsonText(all) : webhookTable(all))
      }),
    )
  withJson(group.command('events <webhook>'))
    .description('list the events of the last seven days, newest first')
    .addOption(new Option('--outcome <outcome>', 'events with this outcome').choices([...WEBHOOK_OUTCOMES]))
    .option('--topic <topic>', 'events of this topic, such as orders/create')
    .option('--limit <count>', 'most events to list', wholeNumber, LIMIT)
    .action((name: string, { json = false, limit, ...query }: EventsOptions) =>
      ask(async (webhooks) => {
        const page_size = Math.max(1, Math.min(limit, LARGEST_PAGE))
        const found = await firstOf(webhooks.events(name, { ...query, page_size }, { signal }), limit)
        if (found.length === 0 && !json) note('There are no such events.\n')
        else print(json ? jsonText(found) : eventTable(found))
      }),
    )
}

function addSingle(group: Command, { print, signal }: ServerCommands, ask: Ask): void {
  const show = (event: WebhookEvent, { json = false }: Output): void => {
    print(json ? jsonText(event) : describeEvent(event))
  }
  withJson(group.command('show <webhook> <event>'))
    .description('show an event, and the jobs and schedules that it led to')
    .action((name: string, id: string, output: Output) =>
      ask(async (webhooks) => {
        show(await webhooks.event(name, id, { signal }), output)
      }),
    )
  withJson(group.command('replay <webhook> <event>'))
    .description('handle an event again; one that was handled leads to new jobs')
    .action((name: string, id: string, output: Output) =>
      ask(async (webhooks) => {
        show(await webhooks.replay(name, id, { signal }), output)
      }),
    )
}

async function firstOf<T>(all: AsyncIterable<T>, most: number): Promise<readonly T[]> {
  const found: T[] = []
  for await (const one of all) if (found.push(one) >= most) break
  return found
}

function withJson(command: Command): Command {
  return command.option('--json', 'print the answer of the server')
}
