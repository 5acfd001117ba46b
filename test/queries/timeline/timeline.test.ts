import { askChanges, askTimelines } from './ask.ts'

askTimelines()
askChanges()
