/** Checks whether the storage can be reached. */
export interface StorageProbe {
  /** One cheap read of what must be there. Rejects with what keeps it from being read, or with why it must not be used: an `AppError`. */
  read(): Promise<void>
}
