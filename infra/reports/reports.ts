import { runStep } from '../hooks/run/run-step.ts'
import { readFolder } from './read-folder.ts'
import { runEntries } from './run-entries.ts'

await runStep((context) => runEntries({ kind: 'report', readFolder }, context))
