import type { Project } from '../config/parts.ts'

let capture: ((project: Project) => void) | null = null

/** From now on `serve` and `createNodeApp` start nothing: they hand over their project. For a command that reads an author's `server.ts`. */
export function captureServe(): Promise<Project> {
  const captured = Promise.withResolvers<Project>()
  capture = captured.resolve
  return captured.promise
}

/** Whether a command has taken `project`. */
export function isCaptured(project: Project): boolean {
  capture?.(project)
  return capture !== null
}
