/** Begins work that no request waits for, and that may outlast the one that begins it. Tests have it done at once. */
export type InBackground = (work: () => Promise<void>) => Promise<void>
