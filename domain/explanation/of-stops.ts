import type { EarlyStop, StopReason } from '../agent/next-step.ts'
import type { Explanation } from './explanation.ts'

/** Why a turn that has completed may be without a whole answer; `null` where it has one. */
export const OF_STOPS: Readonly<Record<StopReason, Explanation | null>> = {
  finished: null,
  max_iterations: {
    cause: 'It stopped early: it made as many model calls as its agent may.',
    remedy:
      'Raise `maxIterations` of the agent, or give it less to do. A model that calls tools in a circle needs better instructions.',
  },
  length: {
    cause: 'The answer is cut off: the model reached its limit of tokens.',
    remedy: 'Raise `maxOutputTokens` of the agent, or ask for a shorter answer.',
  },
  content_filter: {
    cause: "The answer is cut off: the filter of the model's provider stopped it.",
    remedy: 'Change the input or the instructions, or use another model.',
  },
  other: {
    cause: 'The model stopped for a reason that Errand does not know. The journal has the word of its provider.',
    remedy: 'Look whether the answer is whole. Otherwise run it again, or use another model.',
  },
}

/** The same in few words, for lists. */
export const STOP_WORDS: Readonly<Record<EarlyStop, string>> = {
  max_iterations: 'stopped at its limit of model calls',
  length: 'cut off at its limit of tokens',
  content_filter: 'cut off by a filter',
  other: 'stopped for an unknown reason',
}

/** The same beside a status, where the rest is read elsewhere. */
export const STOP_LABELS: Readonly<Record<EarlyStop, string>> = {
  max_iterations: 'limit reached',
  length: 'cut off',
  content_filter: 'filtered',
  other: 'stopped early',
}
