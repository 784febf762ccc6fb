/** A place that is taken for work whose row is about to be written. */
export interface Reservation {
  /**
   * Written in place of the time that is due, it makes the row ours (epoch ms). To be asked for
   * each attempt to write: it counts from now.
   */
  until(): number
  /** The row was written. */
  begin(version: number): void
  /** Before the row is written. The claim is not given back. */
  beginUnclaimed(): void
  /** It was not. */
  drop(): void
}
