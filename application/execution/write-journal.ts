import type { Agent } from '#domain/agent/agent.ts'
import type { JobJournal } from '../job/job-journal.ts'
import type { WriteJournal } from '../write/write-journal.ts'

/** The writes of a job, in its journal. The mode is that of its submission, where that has said one. */
export function writeJournal(journal: JobJournal, agent: Pick<Agent, 'writes'>): WriteJournal {
  return {
    mode: journal.job.options.writes ?? agent.writes,
    get writes() {
      return journal.job.writes
    },
    append: (event) => {
      journal.append(event)
    },
    flush: () => journal.flush(),
  }
}
