import { askChanges, askTimelines } from './ask.ts'

// The sweep asks each record with several.
askTimelines((of, record) => of.slice(record % of.length, (record % of.length) + 1))
askChanges()
