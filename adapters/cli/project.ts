import type { Command } from 'commander'

/** Commands on an author's project: the folder that has `errand.config.ts`. Each resolves to the exit code. */
export interface ProjectCommands {
  readonly dev: (options: { readonly worker: boolean }) => Promise<number>
  readonly start: (options: { readonly supervised: boolean }) => Promise<number>
  readonly migrate: () => Promise<number>
  readonly check: (options: FindingsOptions) => Promise<number>
  readonly doctor: (options: FindingsOptions) => Promise<number>
  readonly deploy: (options: DeployOptions) => Promise<number>
  readonly init: (options: InitOptions) => Promise<number>
}

export interface FindingsOptions {
  /** Whether each finding is a line of JSON, for programs. */
  readonly json: boolean
}

export interface DeployOptions {
  readonly dryRun: boolean
  /** For wrangler, as they are. */
  readonly wranglerArgs: readonly string[]
}

export interface InitOptions {
  readonly template: string
  readonly install: boolean
}

export interface ProjectWorld {
  /** Loaded late: each command needs something else. */
  readonly project: () => Promise<ProjectCommands>
  readonly exit: (code: number) => void
}

export function addProjectCommands(program: Command, { project, exit }: ProjectWorld): void {
  const run = async (work: (commands: ProjectCommands) => Promise<number>): Promise<void> => {
    exit(await work(await project()))
  }
  program
    .command('dev')
    .description('serve the project, and restart when its code or .env changes; data is kept')
    .option('--worker', "in Cloudflare's workerd, with the project's wrangler", false)
    .action((options: { worker: boolean }) => run(({ dev }) => dev(options)))
  program
    .command('start')
    .description('serve the project')
    .option('--supervised', 'end with the process that started it', false)
    .action((options: { supervised: boolean }) => run(({ start }) => start(options)))
  program
    .command('migrate')
    .description('bring the tables of the database up to date, as start does too')
    .action(() => run(({ migrate }) => migrate()))
  program
    .command('check')
    .description('check types, config, schemas, API keys of models, and Durable Object classes')
    .option('--json', 'print a line of JSON for each finding', false)
    .action((options: FindingsOptions) => run(({ check }) => check(options)))
  program
    .command('doctor')
    .description('check that, and try the database, each model with one short call, and the server')
    .option('--json', 'print a line of JSON for each finding', false)
    .action((options: FindingsOptions) => run(({ doctor }) => doctor(options)))
  program
    .command('deploy [wranglerArgs...]')
    .description("deploy to Cloudflare with the project's wrangler, which gets what follows --")
    .option('--dry-run', 'build and check, and publish nothing', false)
    .action((wranglerArgs: string[], { dryRun }: { dryRun: boolean }) =>
      run(({ deploy }) => deploy({ dryRun, wranglerArgs })),
    )
  program
    .command('init')
    .description('add a config and a first agent to the project in this folder; no file is overwritten')
    .option('--template <name>', 'blank or shop', 'blank')
    .option('--no-install', 'do not install the dependencies')
    .option('-y, --yes', 'ask nothing (as always)')
    .action((options: InitOptions) => run(({ init }) => init(options)))
}
