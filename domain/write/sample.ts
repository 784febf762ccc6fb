export const BUCKETS = 1000

/** From 0 to 999, always the same of the same id, and evenly spread: FNV-1a with a last mixing step. */
export function bucketOf(id: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < id.length; at++) value = Math.imul(value ^ id.charCodeAt(at), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return ((value ^ (value >>> 13)) >>> 0) % BUCKETS
}

/** The buckets below this are the sample; a share that is not 0 takes at least one. */
export function bucketsIn(share: number): number {
  return Math.max(1, Math.round(share * BUCKETS))
}
