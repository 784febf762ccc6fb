import { Command } from 'commander'
import type { MakeKey } from '#application/tenant/make-key.ts'
import type { RunSync } from '#application/agent/run-sync.ts'
import type { Agent } from '#domain/agent/agent.ts'
import type { AgentReport } from '#domain/agent/report.ts'
import { jsonSchemaOf } from '#domain/agent/schema.ts'
import { CLI } from '#domain/tenant/actor.ts'
import { DEFAULT_TENANT } from '#domain/tenant/policy.ts'
import { addBatchCommands } from './batch/commands.ts'
import { addCompletionCommand } from './completion.ts'
import { addExplainCommand } from './explain.ts'
import { parseInput } from './input.ts'
import { addJobCommands } from './jobs/commands.ts'
import { type OpenKeys, addKeyCommands } from './keys.ts'
import { type McpCommands, addMcpCommands } from './mcp.ts'
import { addOpenCommand } from './open.ts'
import { paintFor } from './paint.ts'
import { addScheduleCommands } from './schedules.ts'
import { type ProjectCommands, addProjectCommands } from './project.ts'
import { addProposalCommands } from './proposals/commands.ts'
import type { Terminal } from './proposals/proposal-world.ts'
import { onServer } from './on-server.ts'
import type { ServerAddress } from './server-call.ts'
import { addWebhookCommands } from './webhooks.ts'
import { jsonText } from './json-text.ts'
import { withoutControls } from '#adapters/web/without-controls.ts'

/** A project's agents, in this process. */
export interface LocalApp {
  /** Loads what calls models. */
  readonly runSync: () => Promise<Pick<RunSync, 'execute'>>
  readonly close: () => Promise<void>
}

export interface CliWorld {
  readonly version: string
  /** Opens a project with its data, for a command that needs no server. */
  readonly open: (config: string | null) => Promise<LocalApp>
  readonly openKeys: () => Promise<OpenKeys>
  /** Of the project, without its data. */
  readonly agents: (config: string | null) => Promise<readonly Agent[]>
  readonly makeKey: Pick<MakeKey, 'execute'>
  /** For the others. */
  readonly server: () => ServerAddress
  /** Loads the commands on a project. */
  readonly project: (config: string | null) => Promise<ProjectCommands>
  /** Loads the official MCP client. */
  readonly mcp: () => Promise<McpCommands>
  readonly exit: (code: number) => void
  /** For what was asked for. */
  readonly print: (text: string) => void
  /** For what is said along the way. */
  readonly note: (text: string) => void
  /** Whether notes go to a terminal. */
  readonly isTerminal: boolean
  /** Whether what was asked for goes to a terminal that shows colours. */
  readonly hasColours: boolean
  /** Shows an address in the browser; `null` where no person sits at a terminal. */
  readonly browse: ((url: string) => void) | null
  /** `null` where input or output is no terminal. */
  readonly terminal: Terminal | null
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal
}

export function createProgram(world: CliWorld): Command {
  const program = new Command('errand')
    .description('Run LLM agents as durable jobs.')
    .version(world.version)
    // As the other messages begin.
    .configureOutput({
      outputError: (text, write) => {
        write(text.replace(/^error: /, 'errand: '))
      },
    })
    .option('--config <file>', "the project's config (default: errand.config.ts, .js or .mjs in this folder)")
  const config = (): string | null => program.opts<{ config?: string }>().config ?? null
  program.commandsGroup('On the project in this folder:')
  addProjectCommands(program, { project: () => world.project(config()), exit: world.exit })
  addLocalCommands(program, world, config)
  addKeyCommands(program, world)
  program.commandsGroup('On jobs of the server:')
  addStatusCommand(program, world)
  const paint = paintFor(world.hasColours)
  addJobCommands(program, { ...world, paint })
  addOpenCommand(program, world)
  program.commandsGroup('On more of the server:')
  addBatchCommands(program, world)
  addProposalCommands(program, { ...world, paint })
  addScheduleCommands(program, world)
  addWebhookCommands(program, world)
  program.commandsGroup('Besides:')
  addMcpCommands(program, world)
  addExplainCommand(program, world.print)
  addCompletionCommand(program, world.print)
  program.helpCommand('help [command]', 'show the help of a command')
  return program.addHelpText('after', MORE_HELP)
}

const MORE_HELP = `
Examples:
  errand dev
  errand submit slogan --input '{"product": "wool socks"}' --wait
  errand list --status failed waiting --before yesterday

The server is that at ERRAND_URL, else the one of this folder. Its key is in ERRAND_API_KEY.
Exit codes: 0 done, 1 failed, 130 interrupted.
`

function addLocalCommands(program: Command, world: CliWorld, config: () => string | null): void {
  program
    .command('run <agent>')
    .description('run an agent here and now, without a server')
    .requiredOption('--input <json or text>', 'what the agent gets; text that is not JSON is passed as it is')
    .option('--json', 'print the report as JSON (as always)')
    .action(async (agent: string, { input }: { input: string }) => {
      const app = await world.open(config())
      try {
        await run(app, world, { agent, input })
      } finally {
        await app.close()
      }
    })
  program
    .command('agents')
    .description('list the agents')
    .option('--json', 'print them as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const agents = await world.agents(config())
      if (json) world.print(jsonText(agents.map(viewOf)))
      else for (const agent of agents) world.print(describeAgent(agent))
    })
}

function viewOf({ name, description, input, tools }: Agent) {
  return { name, description, input: input && jsonSchemaOf(input), tools: tools.map((tool) => tool.name) }
}

function describeAgent(agent: Agent): string {
  const { name, description, input, tools } = viewOf(agent)
  const schema = input ? JSON.stringify(input['properties'] ?? input) : 'any JSON'
  return `${name}  ${description}\n  input  ${schema}\n  tools  ${tools.join(', ') || 'none'}\n`
}

async function run(app: LocalApp, world: CliWorld, { agent, input }: { agent: string; input: string }): Promise<void> {
  const onText = (text: string): void => {
    world.note(withoutControls(text))
  }
  const command = { tenantId: DEFAULT_TENANT, by: CLI, agent, input: parseInput(input), signal: world.signal, onText }
  const runSync = await app.runSync()
  const report = await runSync.execute(command)
  world.note('\n')
  world.print(jsonText(printable(report)))
}

function printable({ startedAt, finishedAt, ...report }: AgentReport): unknown {
  return { ...report, startedAt: new Date(startedAt).toISOString(), finishedAt: new Date(finishedAt).toISOString() }
}

function addStatusCommand(program: Command, { server, print, signal }: CliWorld): void {
  program
    .command('status <job>')
    .description('show a job of the server as JSON, with its report when it is done')
    .option('--json', 'print the answer of the server (as always)')
    .action((job: string) =>
      onServer(server(), async (errand) => {
        print(jsonText(await errand.get(job, { signal })))
      }),
    )
}
