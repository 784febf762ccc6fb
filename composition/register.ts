import type { DependencyContainer } from './tsyringe.ts'

export type Use<T> = (c: DependencyContainer) => T

/** A class of use-cases, which is its own token. */
export type Kind<T> = abstract new (deps: never) => T

/** Says how a use-case is made. */
export type Register = <T>(kind: Kind<T>, make: Use<T>) => void
