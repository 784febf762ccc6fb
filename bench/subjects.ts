import { type SubjectCommand, script } from './subject.ts'
import { systemPostgres } from './system-postgres.ts'
import { onBareWorkerd, underWranglerDev } from './workerd.ts'
import type { BenchWorker } from './workerd-config.ts'

/** Prepares a subject, given a folder of its own. */
export type Prepare = (folder: string) => SubjectCommand | Promise<SubjectCommand>

/** What Debian installs, which is older than the one from npm. */
const DEBIAN = 'postgres-debian'

/** Why a subject cannot be measured on this machine, or `null`. */
export function lackingFor(name: string): string | null {
  return name === DEBIAN && systemPostgres() === null ? 'this system has no Postgres of its own' : null
}

/** By name, made when it is asked for: a bundle takes seconds. `model` is where the model listens. */
export const SUBJECTS: Readonly<Record<string, (model: string) => Prepare>> = {
  floor: (model) => script('floor.ts', { BENCH_MODEL_URL: model }),
  sqlite: (model) => script('errand.ts', { BENCH_MODEL_URL: model }),
  // The model's process is its collector, too.
  'sqlite-traced': (model) =>
    script('errand.ts', {
      BENCH_MODEL_URL: model,
      OTEL_EXPORTER_OTLP_ENDPOINT: model,
      OTEL_BSP_SCHEDULE_DELAY: '1000',
    }),
  postgres: (model) => onPostgres(model, 1),
  'postgres-2': (model) => onPostgres(model, 2),
  'postgres-3': (model) => onPostgres(model, 3),
  [DEBIAN]: (model) => onPostgres(model, 1, systemPostgres() ?? ''),
  workerd: (model) => onBareWorkerd(errand(model)),
  'workerd-hand-rolled': (model) => onBareWorkerd(handRolled(model)),
  'wrangler-dev': (model) => underWranglerDev(errand(model)),
  'wrangler-dev-hand-rolled': (model) => underWranglerDev(handRolled(model)),
}

/** So many servers on one Postgres, which is part of the subject: the one from npm, or the one whose programs are in `bin`. */
function onPostgres(model: string, servers: number, bin = ''): Prepare {
  const env = { BENCH_MODEL_URL: model, BENCH_SERVERS: String(servers), BENCH_POSTGRES_BIN: bin }
  return () => ({ ...script('errand-on-postgres.ts', env)(), prepared: /^prepared$/m })
}

/** A Worker whose tool is declared `once`. */
export function onceOnWorkerd(model: string): (folder: string) => SubjectCommand {
  const worker = errand(model)
  return onBareWorkerd({ ...worker, vars: { ...worker.vars, BENCH_EFFECT: 'once' } })
}

function errand(model: string): BenchWorker {
  return {
    main: 'errand.ts',
    objects: {
      AGENT_JOB: 'AgentJob',
      BULK_OPERATION: 'BulkOperation',
      SCHEDULE: 'Schedule',
      SCHEDULE_LIMIT: 'ScheduleLimit',
      WEBHOOK_LOG: 'WebhookLog',
      BATCH: 'Batch',
    },
    d1: 'JOB_INDEX',
    vars: {
      OPENAI_COMPATIBLE_BASE_URL: `${model}/v1`,
      ERRAND_MODEL: 'openai-compatible/fake',
      ERRAND_OPEN: 'local-development',
      BENCH_MODEL_URL: model,
    },
  }
}

function handRolled(model: string): BenchWorker {
  return { main: 'hand-rolled-object.ts', objects: { JOB: 'Job' }, d1: null, vars: { BENCH_MODEL_URL: model } }
}
