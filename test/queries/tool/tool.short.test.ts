import { askTheTool } from './tool.ts'

// Each question by one person, and each form of those for parties; the sweep asks everything of everybody. What each of
// them is given of the Web API itself is asked in queries.test.ts.
askTheTool((items, question) => items.filter((_item, at) => question % items.length === at))
