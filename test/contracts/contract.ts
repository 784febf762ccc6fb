/**
 * One thing that every implementation of a port must do, as plain data: it runs under any test runner, and inside workerd.
 * `run` rejects when the subject does not do it.
 */
export interface ContractCase<Subject> {
  readonly name: string
  run(subject: Subject): Promise<void>
}
