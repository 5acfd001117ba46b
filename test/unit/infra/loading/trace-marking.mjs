import { constants, PerformanceObserver } from 'node:perf_hooks'
import process from 'node:process'

// Given to a worker with --import: says each time that V8 has marked for a while what is in use, beside what runs.
new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries())
    if (detail.kind === constants.NODE_PERFORMANCE_GC_INCREMENTAL) process.stderr.write('marked a part\n')
}).observe({ entryTypes: ['gc'] })
