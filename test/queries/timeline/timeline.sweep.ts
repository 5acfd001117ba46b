import { askChanges, askTimelines } from './ask.ts'

// Each record with every second "since", the next record with the others: of each table somebody asks for each.
askTimelines((of, record) => of.filter((_one, at) => (at + record) % 2 === 0))
askChanges()
