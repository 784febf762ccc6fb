import type { Command } from 'commander'

/** What `errand mcp` does with a server and a file of pins. Each resolves to the exit code. */
export interface McpCommands {
  /** Writes what the server says now. */
  readonly pin: (pinning: Pinning) => Promise<number>
  /** Writes nothing; 1 where the server says something else. */
  readonly check: (pinning: Pinning) => Promise<number>
}

export interface Pinning {
  readonly url: string
  readonly file: string
  /** Each as `name: value`; `${NAME}` in a value is a variable of the environment or of `.env`. */
  readonly headers: readonly string[]
}

export interface McpWorld {
  /** Loaded late: it needs the official client, which not everybody installs. */
  readonly mcp: () => Promise<McpCommands>
  readonly exit: (code: number) => void
}

/** Accepts the tools of an MCP server. */
export function addMcpCommands(program: Command, { mcp, exit }: McpWorld): void {
  const group = program.command('mcp').description('accept the tools of MCP servers')
  const run = async (work: (commands: McpCommands) => Promise<number>): Promise<void> => {
    exit(await work(await mcp()))
  }
  withHeaders(group.command('pin <url> <file>'))
    .description('show what has changed in the tools of a server, and accept it: write the file that mcpTools() gets')
    .action((url: string, file: string, { header }: Headers) => run(({ pin }) => pin({ url, file, headers: header })))
  withHeaders(group.command('check <url> <file>'))
    .description('exit with 1 if the tools of a server differ from what was accepted')
    .action((url: string, file: string, { header }: Headers) =>
      run(({ check }) => check({ url, file, headers: header })),
    )
}

interface Headers {
  readonly header: readonly string[]
}

function withHeaders(command: Command): Command {
  const collect = (one: string, before: readonly string[]): readonly string[] => [...before, one]
  const help = "sent to the server, such as 'authorization: Bearer ${MCP_TOKEN}' in single quotes; may be repeated"
  return command.option('--header <header>', help, collect, [])
}
