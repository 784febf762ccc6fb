// The only file that imports tsyringe. It throws at import time unless the Reflect polyfill is already
// loaded, and module order is not something every composition root should have to remember.
import 'reflect-metadata'

export { container, instancePerContainerCachingFactory as once } from 'tsyringe'
export type { DependencyContainer, InjectionToken } from 'tsyringe'
