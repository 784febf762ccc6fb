import type { Agent } from '#domain/agent/agent.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { BatchLine, BatchRequest, BatchResult, SubmitRequest } from './types.ts'

/** What a client reads of a config, which is its type alone: the agents, as a list or as a factory's result. */
export interface HasAgents {
  readonly agents: readonly Agent[] | ((world: never) => readonly Agent[])
}

/** Any name, and any JSON as its input: a client that does not know the config. */
export interface AnyAgents {
  readonly agents: readonly Agent<string, JsonValue, JsonValue>[]
}

type ListOf<Made> = Made extends (world: never) => infer List ? List : Made

type AgentIn<Config extends HasAgents> = Extract<ListOf<Config['agents']>, readonly unknown[]>[number]

/** The input of each agent, by its name. What a schema accepts, not what it makes of it. */
export type InputsOf<Config extends HasAgents> = {
  [One in AgentIn<Config> as One extends Agent<infer Name> ? Name : never]: One extends Agent<string, infer Input>
    ? Input
    : never
}

/** The output of each agent, by its name: what its schema makes, or a text. */
export type OutputsOf<Config extends HasAgents> = {
  [One in AgentIn<Config> as One extends Agent<infer Name> ? Name : never]: One extends Agent<
    string,
    unknown,
    infer Output
  >
    ? Output
    : never
}

export type AgentName<Config extends HasAgents> = keyof InputsOf<Config> & string

/** What may be said of a job beside its agent and its input. */
export type JobFields = Omit<SubmitRequest, 'agent' | 'input'>

/** One item of a batch of this agent. */
export type ItemFor<Config extends HasAgents, Name extends AgentName<Config>> = Omit<BatchLine, 'input'> & {
  readonly input: InputsOf<Config>[Name]
}

/** What has become of an item of a batch of this agent. */
export type ResultFor<Config extends HasAgents, Name extends AgentName<Config>> = Omit<BatchResult, 'output'> & {
  /** Of a completed job that is still kept. */
  readonly output?: OutputsOf<Config>[Name] | undefined
}

/** A batch for this agent. */
export type BatchFor<Config extends HasAgents, Name extends AgentName<Config>> = Omit<
  BatchRequest,
  'agent' | 'items'
> & {
  readonly agent: Name
  /** At most 1000; the batch is closed then. */
  readonly items?: readonly ItemFor<Config, Name>[]
}
