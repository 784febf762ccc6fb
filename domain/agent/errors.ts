import { AppError } from '../app-error.ts'

export class UnknownAgentError extends AppError {
  readonly code = 'unknown_agent'

  constructor(name: string, known: readonly string[]) {
    super(`There is no agent named "${name}". Known agents: ${known.join(', ') || 'none'}.`)
  }
}

/** The input does not fit the agent's input schema. */
export class InvalidInputError extends AppError {
  readonly code = 'invalid_input'
  readonly problems: readonly string[]

  constructor(agent: string, problems: readonly string[]) {
    super(
      `The input does not fit agent "${agent}": ${problems.join('; ')}. See its input schema with GET /agents or "errand agents".`,
    )
    this.problems = problems
  }
}

/** The input that a person has put in place of the model's does not fit the tool's input schema. */
export class InvalidCallInputError extends AppError {
  readonly code = 'invalid_input'
  readonly problems: readonly string[]

  constructor(tool: string, problems: readonly string[]) {
    super(
      `The input does not fit tool "${tool}": ${problems.join('; ')}. Nothing was recorded, and the call still waits.`,
    )
    this.problems = problems
  }
}

/** The model's answers do not fit the agent's output schema, after all corrections. */
export class OutputError extends AppError {
  readonly code = 'output_invalid'
  readonly problems: readonly string[]

  constructor(agent: string, problems: readonly string[]) {
    super(`The answer of agent "${agent}" does not fit its output schema: ${problems.join('; ')}.`)
    this.problems = problems
  }
}

/** A synchronous run cannot wait for a person. */
export class ApprovalNeededError extends AppError {
  readonly code = 'approval_needed'

  constructor(agent: string) {
    super(
      `Agent "${agent}" has tools that need approval or write, and only a job can wait for that and record it: use POST /jobs.`,
    )
  }
}

/** An author's agent or tool is not what it must be; found when it is defined, so before anything runs. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError'
}
