import { askChanges, askTimelines } from './ask.ts'

askTimelines((of) => of)
askChanges()
