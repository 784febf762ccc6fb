/** Tells whether what everything is stored in can be reached. */
export interface StorageProbe {
  /** One cheap read of what must be there. Rejects with whatever keeps it from being read. */
  read(): Promise<void>
}
