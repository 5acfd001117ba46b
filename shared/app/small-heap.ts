import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Both halves of the new space. 2 × 16 MB hold what some dozen calls at once make; V8 by itself goes up to 2 × 64 MB. */
export const NEW_SPACE_BYTES = 32 * 1024 * 1024
/** How much the old space may grow beyond what lives before it is collected, in percent; V8 by itself allows up to 300. */
const GROWING_PERCENT = 70

/**
 * Keeps the heap near to what lives. V8 chooses its sizes by the machine, and on a large one lets some hundred megabytes
 * of garbage stand; arguments of the worker would end that too, but cost the worker that Azure keeps warm. These flags
 * V8 reads each time that it goes by them, so they hold for a process that runs: `heap_growing_percent` in
 * `MemoryController::GrowingFactor`, `semi_space_growth_factor` in `SemiSpaceNewSpace::Grow`, `incremental_marking` in
 * `IncrementalMarking::CanBeStarted`. The sizes themselves it reads but once, at its start. With less of the first two,
 * garbage is collected so often that calls take a quarter longer.
 * @see https://github.com/nodejs/node/blob/v24.x/deps/v8/src/heap/memory-controller.cc
 * @see https://github.com/nodejs/node/blob/v24.x/deps/v8/src/heap/new-spaces.cc
 * @see https://github.com/nodejs/node/blob/v24.x/deps/v8/src/heap/incremental-marking.cc
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`)
  // What is loaded at a start stays, and would be copied at each of six small steps.
  setFlagsFromString(`--semi-space-growth-factor=${Math.ceil(NEW_SPACE_BYTES / newSpaceBytes())}`)
  // Within a first answer V8 would look through all that a start has loaded, and find nearly all of it in use.
  setFlagsFromString('--no-incremental-marking')
  isMarking = false
  let isBounded = false
  // After a rest V8 makes the new space small again: then it must grow, as each call would else be collected several times.
  new PerformanceObserver(() => {
    const isLarge = newSpaceBytes() >= NEW_SPACE_BYTES
    if (isLarge !== isBounded) setFlagsFromString(`--semi-space-growth-factor=${isLarge ? 1 : 2}`)
    isBounded = isLarge
  }).observe({ entryTypes: ['gc'] })
}

let isMarking = true

/** After an answer V8 may look for garbage beside what runs, as ever. */
export function markFromNowOn(): void {
  if (!isMarking) setFlagsFromString('--incremental-marking')
  isMarking = true
}

/** What V8 has taken for the new space. */
export const newSpaceBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0
