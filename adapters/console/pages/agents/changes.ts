import { type JsonObject, type JsonValue, canonicalJson, isJsonObject } from '#domain/json/json.ts'

/** A part of a definition that differs. `null` where the definition does not have it. */
export interface Change {
  /** `instructions`, `settings.temperature`, `tools.send`. */
  readonly name: string
  readonly before: JsonValue
  readonly after: JsonValue
}

/** What differs between two definitions, part by part: each tool and each setting is one. */
export function changesBetween(before: JsonObject, after: JsonObject): readonly Change[] {
  const [old, now] = [partsOf(before), partsOf(after)]
  const names = new Set([...now.keys(), ...old.keys()])
  return [...names].flatMap((name) => {
    const change = { name, before: old.get(name) ?? null, after: now.get(name) ?? null }
    return canonicalJson(change.before) === canonicalJson(change.after) ? [] : [change]
  })
}

function partsOf({ tools, settings, ...rest }: JsonObject): ReadonlyMap<string, JsonValue> {
  const named = Array.isArray(tools) ? tools.filter(isJsonObject).map((tool) => [`tools.${nameOf(tool)}`, tool]) : []
  const set = isJsonObject(settings) ? Object.entries(settings).map(([name, value]) => [`settings.${name}`, value]) : []
  return new Map([...Object.entries(rest), ...set, ...named] as [string, JsonValue][])
}

function nameOf({ name }: JsonObject): string {
  return typeof name === 'string' ? name : ''
}
