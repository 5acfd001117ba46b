import { wireFetch } from '../../../../../shared/dataverse/web-api/wire-fetch.ts'
import { AsyncLocalStorage } from 'node:async_hooks'
import { sharedDeps } from '../../support/harness.ts'
import type { Stage } from '../../support/sandbox-stage.ts'
import { worker } from '../../support/stage-worker.ts'
import { writingWorker, type WritingOptions } from '../../support/writing-stage.ts'

export { commit, preview } from '../../support/writing-stage.ts'

/** Asked each time that something of a worker goes on after an await. */
export type Life = { readonly goesOn: () => boolean }

/** Whose the code is that runs. */
export const lives = new AsyncLocalStorage<Life>()

/** What stands in the build in place of each await: a worker that is dead does not go on. */
export function hop(value: unknown, fulfilled: (value: unknown) => void, rejected: (reason: unknown) => void): void {
  const life = lives.getStore()
  const step = (next: (settled: unknown) => void) => (settled: unknown) => {
    if (life === undefined || life.goesOn()) next(settled)
  }
  void Promise.resolve(value).then(step(fulfilled), step(rejected))
}

/** A worker of this build, over a stand-in that is not of it and does not die with it. */
export function mortalWorker(stage: Stage, options: WritingOptions) {
  const { url } = stage.dataverse
  const workerWith: Stage['workerWith'] = (more) =>
    worker(url, new Map(), { limits: {}, wire: wireFetch, details: 'shape', terms: undefined, more })
  return writingWorker({ ...stage, workerWith }, options)
}

/** What a worker knows of the organization. */
export const knownOf = ({ dataverse: { url } }: Stage) => sharedDeps(url, () => Date.now())
