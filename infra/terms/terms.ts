import { runStep } from '../hooks/run/run-step.ts'
import { runEntries } from '../reports/run-entries.ts'
import { readTerms, skippedTerms } from './read-terms.ts'

await runStep((context) => runEntries({ kind: 'term', readFolder: readTerms, skipped: skippedTerms }, context))
